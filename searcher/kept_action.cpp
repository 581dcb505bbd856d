#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

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

/// Places of hits, from `first` to `last`.
struct Run {
    std::size_t first, last;
};

/// Places of hits that no run has found, those near each other together.
std::vector<Run> runs_of(const std::vector<std::size_t>& places) {
    constexpr std::size_t kGap = 100;  // reading so many for nothing costs less than another search
    std::vector<Run> out;
    for (const std::size_t place : places)
        if (!out.empty() && place - out.back().last <= kGap)
            out.back().last = place;
        else
            out.push_back({place, place});
    return out;
}

/// Fills a page with the hits at some places that are new.
Result<Done> read_new(search::Index& index, reader::Request request, const Options& options,
                      const std::vector<std::size_t>& places, const FoundBefore& before, reader::Page& page) {
    const bool in_parts = options.sort.empty() && asks_for_parts(request);
    request.advice = request.count = false;
    for (const Run& run : runs_of(places)) {
        request.offset = run.first;
        request.limit = run.last - run.first + 1;
        bool more = false;
        auto answer = search_page(index, request, in_parts, more);
        if (!answer) return answer.error();
        for (reader::Hit& hit : answer->page.hits)
            if (!before.has(hit) && page.hits.size() < places.size()) page.hits.push_back(std::move(hit));
    }
    return Done{};
}

std::vector<std::size_t> places_of_new(const std::vector<reader::Hit>& hits, const FoundBefore& before) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < hits.size(); ++i)
        if (!before.has(hits[i])) out.push_back(i);
    return out;
}

int write_new(const reader::Page& page, FoundBefore& before, const Options& options, int code) {
    const int ended = write_page(page, options, style_of(options), code);
    if (ended != code) return ended;  // what did not arrive stays new
    if (const auto done = before.add(page.hits); !done) return fail(done.error());
    if (page.hits.size() < page.matches)
        say(fmt::format("{} of {} new shown; the others stay new", page.hits.size(), page.matches));
    return code;
}

}  // namespace

int run_keeping(const Options& options) {
    if (options.action == Options::Action::saved) return list_kept(options);
    const bool save = options.action == Options::Action::save;
    const auto done = save ? keep_query(options.kept_name, options.query) : forget_query(options.kept_name);
    return done ? kExitOk : fail_at(options.query, done.error());
}

int show_new(search::Index& index, const reader::Request& request, const Options& options) {
    auto before = FoundBefore::read(options.kept_name, options.index);
    if (!before) return fail(before.error());
    const auto all = find_all(index, request, options);
    if (!all) return fail_at(request.query, all.error());
    say_notes(*all, options);
    auto places = places_of_new(all->page.hits, *before);
    const int code = code_of(*all, !places.empty());
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", places.size(), options.nul ? '\0' : '\n'));
        return finish(out, code);  // to count is not to show
    }
    if (places.empty()) say("nothing new");
    reader::Page page;
    page.matches = places.size();
    page.exact = true;
    places.erase(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(std::min(options.offset, places.size())));
    if (options.limit > 0 && places.size() > options.limit) places.resize(options.limit);
    if (const auto done = read_new(index, request, options, places, *before, page); !done)
        return fail_at(request.query, done.error());
    return write_new(page, *before, options, code);
}

void remember_run(search::Index& index, const reader::Request& request, const Options& options) {
    auto before = FoundBefore::read(options.kept_name, options.index);
    const auto all = before ? find_all(index, request, options) : before.error();
    const auto done = all ? before->add(all->page.hits) : all.error();
    if (!done) say("what was found is not remembered for --new: " + done.error().message);
}

}  // namespace patchseek
