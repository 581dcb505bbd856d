#include <unistd.h>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/schema/schema.hpp"
#include "render/discussion.hpp"

namespace patchseek {
namespace {

/// A value of a field as a query has it, whatever stands in it.
std::string as_value(const std::string& id) {
    const bool plain = id.find_first_of(" \t()\"{}") == id.npos;
    return plain || id.find('"') != id.npos ? id : '"' + id + '"';
}

}  // namespace

int run_thread(const Options& options) {
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    auto found = index->show(options.show_id);
    if (!found) return fail(found.error());
    if (found->empty()) {
        say("no message has the id '" + options.show_id + "'");
        return kExitNoMatch;
    }
    auto request = request_of(options);
    if (!request) return fail(request.error());
    request->query = "thread:" + as_value(found->front().record.id);
    request->limit = request->offset = 0;
    request->texts = true;
    request->advice = request->snippets = false;
    const auto answer = search_in_time(*index, *request);
    if (!answer) return fail_at(request->query, answer.error());
    say_notes(*answer, options);
    // A message that came after threads were last made out is a discussion of its own.
    const auto& hits = answer->page.hits.empty() ? *found : answer->page.hits;
    const auto style = style_of(options);  // of the terminal, which a pager then stands before
    const render::Pager pager(options.pager && !options.nul);
    render::Output out(STDOUT_FILENO);
    const auto detail = options.format == render::Format::oneline ? render::Detail::outline
                        : options.full                            ? render::Detail::whole
                                                                  : render::Detail::fresh;
    const bool outline = detail == render::Detail::outline;
    render::write_discussion(hits, detail, outline ? std::set{found->front().record.id} : std::set<std::string>(),
                             style, out);
    return finish(out, code_of(*answer, true));
}

}  // namespace patchseek
