// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/text/fold.hpp"
#include "reader/deadline.hpp"
#include "render/formats.hpp"

namespace patchseek {
namespace {

Result<search::Tallied> tally_in_time(search::Index& index, const reader::Request& request, const Options& options) {
    const reader::Watchdog watchdog(request.timeout);
    return index.tally(request, options.facets);
}

/// Says why nothing was there to be counted.
void say_why_nothing(search::Index& index, reader::Request request) {
    request.limit = 1;
    request.offset = 0;
    const auto answer = search_in_time(index, request);
    if (answer) say_why(*answer);
}

/// Of a facet of persons: a name that stands under several addresses is probably one person.
void say_of_names(const std::vector<facets::Counts>& all, const Options& options) {
    if (!options.mailmap.empty()) return;
    for (const facets::Counts& counts : all) {
        if (!counts.facet.of_people()) continue;
        std::map<std::string, int> names;
        for (const facets::Count& one : counts.values) {
            const auto name = trim(std::string_view(one.value).substr(0, one.value.find('<')));
            if (name.size() < one.value.size() && !name.empty()) ++names[text::fold(name)];
        }
        const auto several = std::ranges::count_if(names, [](const auto& name) { return name.second > 1; });
        if (several > 0)
            say(fmt::format("{}: {} {} under several addresses; --mailmap FILE counts each person once",
                            counts.facet.name, several, several == 1 ? "name stands" : "names stand"));
    }
}

}  // namespace

int run_facets(const Options& options) {
    int failed = kExitOk;
    auto asked = ask(options, failed);
    if (!asked) return failed;
    auto& [index, request] = *asked;
    const auto tallied = tally_in_time(index, request, options);
    if (!tallied) return fail_at(request.query, tallied.error());
    const reader::Page& page = tallied->answer.page;
    say_notes(tallied->answer, options);
    if (page.matches == 0 && !tallied->answer.partial) say_why_nothing(index, request);
    Screen screen(options, render::info(options.format).paged && page.matches > 0);
    const bool text = options.format == render::Format::text;
    const std::size_t times = options.limit_given ? options.limit : 0;
    if (page.matches > 0 || !text)
        render::write_facets(
            {request.query, page.matches, tallied->answer.partial, options.limit, times, tallied->facets},
            options.format, screen.style, screen.out);
    const int code = finish(screen.out, code_of(tallied->answer, page.matches > 0));
    if (text && code == kExitOk) say_of_names(tallied->facets, options);
    return code;
}

}  // namespace patchseek
