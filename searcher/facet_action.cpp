// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
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
    return finish(screen.out, code_of(tallied->answer, page.matches > 0));
}

}  // namespace patchseek
