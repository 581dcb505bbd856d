// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include "actions.hpp"
#include "common.hpp"
#include "kept.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek {
namespace {

int list_kept(const Options& options) {
    const auto queries = kept_queries();
    if (!queries) return fail(queries.error());
    render::Output out(STDOUT_FILENO);
    const auto style = style_of(options);
    for (const KeptQuery& one : *queries)
        out.write(text::visible(fmt::format("{} {}", one.name, one.query), text::Breaks::blank) + style.record_end);
    return finish(out, queries->empty() ? kExitNoMatch : kExitOk);
}

/// All that matches, with no more than tells one from another.
Result<reader::Answer> find_all(search::Index& index, reader::Request request, const Options& options) {
    request.limit = request.offset = 0;
    request.advice = request.snippets = request.lines = request.texts = request.short_ids = request.count = false;
    request.explain = false;
    request.lookup = reader::Lookup::none;
    bool more = false;
    return search_page(index, request, options.sort.empty() && asks_for_parts(request), more);
}

int write_new(const reader::Page& page, FoundBefore& before, const Options& options, int code) {
    const int ended = write_page(page, options, style_of(options), code);
    if (ended != code) return ended;  // what did not arrive stays new
    if (const auto done = before.add(page.hits); !done) return fail(done.error());
    say_others(page);
    return code;
}

}  // namespace

void say_others(const reader::Page& page) {
    if (page.hits.size() < page.matches)
        say(fmt::format("{} of {} new shown; the others stay new", page.hits.size(), page.matches));
}

int run_keeping(const Options& options) {
    if (options.action == Options::Action::saved) return list_kept(options);
    const bool save = options.action == Options::Action::save;
    const auto done = save ? keep_query(options.kept_name, options.query) : forget_query(options.kept_name);
    if (!done) return fail_at(options.query, done.error());
    const std::string& name = options.kept_name;
    say(save ? fmt::format("saved; ask it with: patchseek --run {0}, or saved:{0} in a query", name)
             : fmt::format("'{}' is forgotten, and what it has found", name));
    return kExitOk;
}

int show_new(search::Index& index, const reader::Request& request, const Options& options) {
    auto before = FoundBefore::read(options.kept_name, name_of_indexes(options));
    if (!before) return fail(before.error());
    reader::Request asked = request;
    asked.leave_out.has = [&](const store::Record& record) { return before->has(record); };
    asked.advice = asked.count = false;
    if (options.count) asked.limit = 1;
    bool more = false;
    const auto answer = search_page(index, asked, options.sort.empty() && asks_for_parts(request), more);
    if (!answer) return fail_at(request.query, answer.error());
    say_notes(*answer, options);
    const int code = code_of(*answer, answer->page.matches > 0);
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", answer->page.matches, options.nul ? '\0' : '\n'));
        return finish(out, code);  // to count is not to show
    }
    if (answer->page.matches == 0 && render::info(options.format).paged) say("nothing new");  // to a person
    return write_new(answer->page, *before, options, code);
}

namespace {

/// How many of all hits are new and were not shown.
std::size_t hidden_news(const std::vector<reader::Hit>& all, const FoundBefore& before,
                        const reader::Request& request) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool shown = i >= request.offset && (request.limit == 0 || i - request.offset < request.limit);
        out += !shown && !before.has(all[i].record);
    }
    return out;
}

}  // namespace

void remember_run(search::Index& index, const reader::Request& request, const Options& options) {
    auto before = FoundBefore::read(options.kept_name, name_of_indexes(options));
    const auto all = before ? find_all(index, request, options) : before.error();
    const std::size_t hidden = all ? hidden_news(all->page.hits, *before, request) : 0;
    const auto done = all ? before->add(all->page.hits) : all.error();
    if (!done) return say("what was found is not remembered for --new: " + done.error().message);
    if (hidden > 0) say(fmt::format("not shown, but known to --new from now on: {}", hidden));
}

}  // namespace patchseek
