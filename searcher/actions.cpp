#include "actions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common.hpp"
#include "lines.hpp"
#include "patchseek/base/exit_code.hpp"
#include "query/readings.hpp"
#include "render/json.hpp"
#include "render/text.hpp"
#include "search/search.hpp"

namespace patchseek {

int run_print(const std::string& text) {
    render::Output out(STDOUT_FILENO);
    out.write(text);
    return finish(out, kExitOk);
}

namespace {

int write_answer(search::Index& index, const reader::Request& request, const Options& options) {
    bool more = false;
    const bool in_parts = options.sort.empty() && !options.count && asks_for_parts(request);
    const auto answer = search_page(index, request, in_parts, more);
    if (!answer) return fail_at(request.query, answer.error());
    for (const std::string& note : query::notes_on_operators(request.query)) say(note);
    say_notes(*answer, options);
    const bool found = options.count ? answer->page.matches > 0 : !answer->page.hits.empty();
    const int code = code_of(*answer, found);
    const auto style = style_of(options);
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", answer->page.matches, style.record_end));
        return finish(out, code);
    }
    if (!found && !answer->partial) say_nothing(index, *answer, request.query);
    const int ended = write_page(answer->page, options, style, code);
    if (more && render::info(options.format).paged && ended != kExitReaderGone) say_more(answer->page, options);
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
    auto request = request_of(options);
    if (!request) return fail(request.error());
    if (options.query_from_stdin) request->query = read_query(STDIN_FILENO);
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    if (const auto read = read_as_meant(*index, *request); !read) return fail_at(request->query, read.error());
    if (options.only_new) return show_new(*index, *request, options);
    const int code = write_answer(*index, *request, options);
    const bool whole = code == kExitOk || code == kExitNoMatch;
    if (whole && !options.kept_name.empty() && !options.count) remember_run(*index, *request, options);
    return code;
}

int run_show(const Options& options) {
    if (options.raw && ::isatty(STDOUT_FILENO) == 1)
        return fail(
            {ErrorKind::usage, "--raw writes exact bytes, which may hold anything: send it to a file or a pipe"});
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    auto hits = index->show(options.show_id);
    if (!hits) return fail(hits.error());
    if (hits->empty()) {
        say("no message has the id '" + options.show_id + "'");
        return kExitNoMatch;
    }
    const bool structured = options.format_given && options.format != render::Format::text;
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

namespace {

/// Writes the line that answers a query; returns the code that this query alone would end the program with.
int answer_line(search::Index& index, reader::Request request, const Options& options, render::Output& out) {
    const std::string typed = request.query;
    request.query = meant_query(index, request);
    const auto answer = search_in_time(index, request);
    if (!answer) {
        out.write(render::batch_error(typed, answer.error()) + '\n');
        return exit_code(answer.error().kind);
    }
    out.write(render::batch_answer(typed, answer->page, answer->partial, options.fields) + '\n');
    return code_of(*answer, answer->page.matches > 0);
}

/// Answers all lines; `request` is what they have in common.
int answer_lines(search::Index& index, reader::Request request, const Options& options, render::Output& out) {
    LineReader lines(STDIN_FILENO);
    int worst = kExitOk;
    bool found = false;
    while (auto line = lines.next()) {
        if (line->ends_with('\r')) line->pop_back();
        if (line->find_first_not_of(" \t") == line->npos) continue;
        request.query = std::move(*line);
        const int code = answer_line(index, request, options, out);
        found = found || code == kExitOk;
        if (code > kExitNoMatch) worst = std::max(worst, code);
        // Whoever asks one by one waits for each answer.
        if (const auto done = out.flush(); !done) break;
    }
    if (lines.failed()) return kExitIo;
    return worst != kExitOk || found ? worst : kExitNoMatch;
}

}  // namespace

int run_batch(const Options& options) {
    auto request = request_of(options);
    if (!request) return fail(request.error());
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    request->advice = false;
    request->snippets = false;
    if (!options.count) request->lookup = reader::Lookup::relations;
    render::Output out(STDOUT_FILENO);
    const int code = answer_lines(*index, std::move(*request), options, out);
    return finish(out, code);
}

}  // namespace patchseek
