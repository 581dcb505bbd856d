// SPDX-License-Identifier: GPL-2.0-or-later
#include "actions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "query/readings.hpp"
#include "reader/deadline.hpp"
#include "render/text.hpp"
#include "search/search.hpp"

namespace patchseek {

int run_print(const std::string& text) {
    render::Output out(STDOUT_FILENO);
    out.write(text);
    return finish(out, kExitOk);
}

namespace {

// All that is found, written while it is read, in little memory. `code` is that of the answer.
int stream_answer(search::Index& index, reader::Request request, const Options& options) {
    const auto style = style_of(options);
    render::Output out(STDOUT_FILENO);
    bool found = false;
    request.on_hits = [&](const reader::Page& page) {
        const reader::Watchdog::Pause pause;
        render::info(options.format).write(page, style, out);
        found = true;
        return bool(out.flush());
    };
    const auto answer = search_in_time(index, request);
    if (!answer) {
        const int code = fail_at(request.query, answer.error());
        return finish(out, code);
    }
    for (const std::string& note : query::notes_on_operators(request.query)) say(note);
    say_notes(*answer, options);
    if (!found && !answer->partial) say_nothing(index, *answer, request.query);
    return finish(out, code_of(*answer, found));
}

/// Counts all that match, for a person who sees the page already: no longer than a second.
void count_all(search::Index& index, reader::Request request, reader::Page& page) {
    if (page.exact || ::isatty(STDOUT_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) return;
    request.count = true;
    request.offset = 0;
    request.timeout = 1;
    request.snippets = request.lines = request.texts = request.short_ids = request.advice = request.explain = false;
    request.lookup = reader::Lookup::none;
    const auto answer = index.search(request);
    if (!answer || answer->partial) return;
    page.matches = answer->page.matches;
    page.exact = true;
}

/// Counting asks for no advice; a person at a terminal wants it.
void say_why_none(search::Index& index, reader::Request request) {
    request.count = false;
    request.offset = 0;
    request.limit = 1;
    const auto answer = search_in_time(index, request);
    if (answer && answer->page.matches == 0 && !answer->partial) say_nothing(index, *answer, request.query);
}

int write_answer(search::Index& index, const reader::Request& request, const Options& options) {
    bool more = false;
    const bool in_parts = options.sort.empty() && !options.count && asks_for_parts(request);
    const bool streams = render::info(options.format).streams && request.limit == 0 && !request.explain;
    if (streams && !in_parts && !options.count && !options.cursor) return stream_answer(index, request, options);
    auto cursor = options.cursor ? Cursor::read(*options.cursor, name_of_search(options)) : Result<Cursor>(Cursor());
    if (!cursor) return fail(cursor.error());
    auto answer = options.cursor ? page_behind(index, request, in_parts, *cursor, more)
                                 : search_page(index, request, in_parts, more);
    if (!answer) return fail_at(request.query, answer.error());
    for (const std::string& note : query::notes_on_operators(request.query)) say(note);
    say_notes(*answer, options);
    const bool found = options.count ? answer->page.matches > 0 : !answer->page.hits.empty();
    const int code = code_of(*answer, found);
    const auto style = style_of(options);
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", answer->page.matches, style.record_end));
        const int ended = finish(out, code);
        if (code == kExitNoMatch && ended == code && ::isatty(STDERR_FILENO) == 1) say_why_none(index, request);
        return ended;
    }
    if (!found && !answer->partial && options.cursor && !cursor->at_start())
        say("nothing more");
    else if (!found && !answer->partial)
        say_nothing(index, *answer, request.query);
    const int ended = write_page(answer->page, options, style, code);
    if (!more || ended == kExitReaderGone) return ended;
    if (options.cursor) {
        say(fmt::format("{} shown, there are more: --cursor {}", answer->page.hits.size(), cursor->text()));
    } else if (render::info(options.format).paged) {
        count_all(index, request, answer->page);
        say_more(answer->page, options);
    }
    return ended;
}

}  // namespace

int run_help(const Options& options) {
    Screen screen(options, true);
    screen.out.write(options.help);
    return finish(screen.out, kExitOk);
}

int run_search(const Options& options) {
    if (options.group != Options::Group::none && !options.count) return run_groups(options);
    int failed = kExitOk;
    auto asked = ask(options, failed);
    if (!asked) return failed;
    auto& [index, request] = *asked;
    if (options.only_new) return show_new(index, request, options);
    const int code = write_answer(index, request, options);
    const bool whole = code == kExitOk || code == kExitNoMatch;
    if (whole && !options.kept_name.empty() && !options.count) remember_run(index, request, options);
    return code;
}

int run_show(const Options& options) {
    if (options.raw && ::isatty(STDOUT_FILENO) == 1)
        return fail(
            {ErrorKind::usage, "--raw writes exact bytes, which may hold anything: send it to a file or a pipe"});
    auto index = open_index(options);
    if (!index) return fail(index.error());
    int code = kExitOk;
    const auto id = say_named(message_named(*index, options.show_id), code);
    if (!id) return code;
    auto hits = index->show(*id);
    if (!hits) return fail(hits.error());
    const bool structured = (options.format_given || !options.fields.empty()) && options.format != render::Format::text;
    Screen screen(options, !options.raw && !structured);
    if (options.raw || structured) {
        reader::Page page;
        page.hits = std::move(*hits);
        render::info(options.raw ? render::Format::raw : options.format).write(page, screen.style, screen.out);
    } else {
        for (const reader::Hit& hit : *hits) render::write_message(hit, screen.style, screen.out);
    }
    return finish(screen.out, kExitOk);
}

}  // namespace patchseek
