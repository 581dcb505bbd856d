#include "actions.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "lines.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/visible.hpp"
#include "query/diagnostics.hpp"
#include "query/mailmap.hpp"
#include "query/readings.hpp"
#include "render/json.hpp"
#include "render/text.hpp"
#include "render/versions.hpp"
#include "search/search.hpp"

namespace patchseek {

void say(const std::string& text) {
    std::fputs(fmt::format("patchseek: {}\n", text::visible(text, text::Breaks::blank)).c_str(), stderr);
}

int fail(const Error& error) {
    say(error.message);
    return exit_code(error.kind);
}

namespace {

int fail_at(const std::string& query, const Error& error) {
    std::fputs(fmt::format("{}", query::caret(query, error, "patchseek")).c_str(), stderr);
    return exit_code(error.kind);
}

/// Ends the output; `code` unless that fails.
int finish(render::Output& out, int code) {
    const auto done = out.finish();
    if (out.reader_gone()) return kExitReaderGone;
    return done ? code : fail(done.error());
}

render::Style style_of(const Options& options) {
    render::Style style;
    style.colour = render::want_colour(options.colour, STDOUT_FILENO);
    style.record_end = options.nul ? '\0' : '\n';
    struct winsize size {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
    return style;
}

/// Whether a folder or file is mail, as far as its outside tells.
bool is_archive(const std::filesystem::path& path) {
    std::error_code error;
    const auto has = [&](const char* name) { return std::filesystem::exists(path / name, error); };
    if (std::filesystem::is_regular_file(path, error)) return true;
    return (has("cur") && has("new")) || (has("HEAD") && has("objects")) || has("git/0.git") || has("all.git");
}

/// An archive in its place is a common mistake, and is told as such.
Result<search::Index> open_index(const std::filesystem::path& path) {
    auto index = search::Index::open(path);
    if (index || index.error().kind != ErrorKind::no_input || !is_archive(path)) return index;
    std::error_code error;
    const char* what = std::filesystem::is_regular_file(path, error) ? "a file" : "an archive of mail";
    return Error{ErrorKind::no_input,
                 fmt::format("'{0}' is {1}, not an index; make an index of it with: patchseek-index --db INDEX '{0}'",
                             path.native(), what)};
}

/// The keys of --sort: the fields that have a value slot of their own.
std::string sort_keys() {
    std::string out = "relevance";
    int last = schema::kNoSlot;
    for (const schema::Field& field : schema::kFields)
        if (field.slot >= 0 && field.slot != last) (out += ", ") += field.name, last = field.slot;
    return out;
}

Result<Done> set_order(const std::string& sort, reader::Request& request) {
    if (sort.empty() || sort == "relevance") return Done{};
    request.descending = sort.starts_with('-');
    const auto name = sort.substr(request.descending ? 1 : 0);
    const auto* field = schema::find_field(name);
    if (!field || field->slot < 0)
        return Error{ErrorKind::usage, "cannot sort by '" + name + "'; there are " + sort_keys()};
    request.order = reader::Order::value;
    request.slot = field->slot;
    return Done{};
}

Result<Done> read_mailmap(const std::filesystem::path& path, reader::Request& request) {
    if (path.empty()) return Done{};
    const auto text = read_file(path);
    if (!text) return text.error();
    tokens::Analyzer analyzer;
    auto mailmap = query::Mailmap::parse(*text, analyzer);
    if (!mailmap) return Error{mailmap.error().kind, "'" + path.native() + "': " + mailmap.error().message};
    request.mailmap = std::make_shared<const query::Mailmap>(std::move(*mailmap));
    return Done{};
}

/// What is asked of the index.
Result<reader::Request> request_of(const Options& options) {
    const render::FormatInfo& format = render::info(options.format);
    reader::Request request;
    request.query = options.query;
    request.any = options.any;
    request.offset = options.offset;
    request.limit = options.limit;
    request.count = options.count;
    if (!options.count) {
        request.snippets = format.snippets;
        request.texts = format.texts;
        request.lookup = format.lookup;
    }
    request.timeout = options.timeout;
    request.explain = options.explain;
    request.now = std::time(nullptr);
    if (auto done = read_mailmap(options.mailmap, request); !done) return done.error();
    if (auto done = set_order(options.sort, request); !done) return done.error();
    return request;
}

/// What is to be said of an answer without hits.
void say_why(const reader::Answer& answer) {
    for (const auto& part : answer.parts)
        say(part.excluded ? fmt::format("without '{}', which leaves out {}; as text, write \"-{}\"", part.text,
                                        part.matches, part.text)
                          : fmt::format("'{}' alone finds {}", part.text, part.matches));
    for (const std::string& hint : answer.hints) say(hint);
    say(answer.page.matches > 0 ? fmt::format("only {} match; --offset is past the last", answer.page.matches)
                                : "nothing found");
}

/// Says that a page is not all, where a person reads it.
void say_more(const reader::Page& page, const Options& options) {
    const std::string shown = options.offset > 0
                                  ? fmt::format("{} to {}", options.offset + 1, options.offset + page.hits.size())
                                  : std::to_string(page.hits.size());
    if (page.exact)
        say(fmt::format("{} of {} shown; --limit 0 shows all", shown, page.matches));
    else
        say(fmt::format("{} shown, there are more; --limit 0 shows all, --count counts them", shown));
}

/// What is to be said of an answer before it is written.
void say_notes(const reader::Answer& answer, const Options& options) {
    for (const std::string& note : answer.notes) say(note);
    for (const std::string& stage : answer.stages)
        std::fputs(fmt::format("{}\n", text::visible(stage, text::Breaks::blank)).c_str(), stderr);
    if (answer.partial)
        say(fmt::format("stopped after {} s, there may be more; --timeout allows more time", options.timeout));
}

/// The exit code of an answer.
int code_of(const reader::Answer& answer, bool found) {
    return answer.partial ? kExitPartial : found ? kExitOk : kExitNoMatch;
}

}  // namespace

int run_print(const std::string& text) {
    render::Output out(STDOUT_FILENO);
    out.write(text);
    return finish(out, kExitOk);
}

namespace {

/// Asks for what a pasted query means, where the index has that, and says so.
void read_as_meant(search::Index& index, reader::Request& request) {
    const std::string typed = request.query;
    request.query = meant_query(index, request);
    std::string without_brackets = typed;
    std::erase_if(without_brackets, [](char c) { return c == '<' || c == '>'; });
    if (request.query != typed && request.query != without_brackets)
        say(fmt::format("searched as '{}'", request.query));
}

/// Writes a page, through a pager that has ended when this returns; `code` unless that fails.
int write_page(const reader::Page& page, const Options& options, const render::Style& style, int code) {
    const render::FormatInfo& format = render::info(options.format);
    const render::Pager pager(!page.hits.empty() && options.pager && format.paged && !options.nul);
    render::Output out(STDOUT_FILENO);
    format.write(page, style, out);
    return finish(out, code);
}

}  // namespace

int run_search(const Options& options) {
    auto request = request_of(options);
    if (!request) return fail(request.error());
    if (options.query_from_stdin) request->query = read_query(STDIN_FILENO);
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    read_as_meant(*index, *request);
    bool more = false;
    const bool in_parts = options.sort.empty() && !options.count && asks_for_parts(*request);
    const auto answer = search_page(*index, *request, in_parts, more);
    if (!answer) return fail_at(request->query, answer.error());
    for (const std::string& note : query::notes_on_operators(request->query)) say(note);
    say_notes(*answer, options);
    const bool found = options.count ? answer->page.matches > 0 : !answer->page.hits.empty();
    const int code = code_of(*answer, found);
    const auto style = style_of(options);
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", answer->page.matches, style.record_end));
        return finish(out, code);
    }
    if (!found && !answer->partial) say_why(*answer);
    const int ended = write_page(answer->page, options, style, code);
    if (more && render::info(options.format).paged && ended != kExitReaderGone) say_more(answer->page, options);
    return ended;
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
    const render::Pager pager(options.pager && !options.raw && !structured);
    render::Output out(STDOUT_FILENO);
    const auto style = style_of(options);
    if (options.raw || structured) {
        reader::Page page;
        page.hits = std::move(*hits);
        render::info(options.raw ? render::Format::raw : options.format).write(page, style, out);
    } else {
        for (const reader::Hit& hit : *hits) render::write_message(hit, style, out);
    }
    return finish(out, kExitOk);
}

namespace {

std::string names_of(const std::vector<relations::Version>& versions) {
    std::string out;
    for (const relations::Version& version : versions) out += (out.empty() ? "" : ", ") + version.name();
    return out;
}

/// What keeps versions from being told; empty if nothing does.
std::string why_no_versions(const Options& options, const relations::History& history) {
    if (!history.found) return "no message has the id '" + options.versions_id + "'";
    if (!history.known && history.unrelated)
        return "the index does not know yet what series the message is of; it will when the indexer's run ends";
    if (!history.known) return "the message is in no series";
    if (!options.since_version) return {};
    const auto of = [&](const relations::Version& version) { return version.number == *options.since_version; };
    if (std::ranges::none_of(history.versions, of))
        return fmt::format("the series has no v{}; there are {}", *options.since_version, names_of(history.versions));
    if (of(history.versions.back())) return fmt::format("v{} is the newest version", *options.since_version);
    return {};
}

}  // namespace

int run_versions(const Options& options) {
    auto index = open_index(options.index);
    if (!index) return fail(index.error());
    const auto history = index->history(options.versions_id);
    if (!history) return fail(history.error());
    if (const auto why = why_no_versions(options, *history); !why.empty()) {
        say(why);
        return kExitNoMatch;
    }
    const render::Pager pager(options.pager && options.format == render::Format::text && !options.nul);
    render::Output out(STDOUT_FILENO);
    const auto& versions = history->versions;
    if (options.since_version) {
        const auto before = std::ranges::find(versions, *options.since_version, &relations::Version::number);
        render::write_changes(*before, versions.back(), options.format, style_of(options), out);
    } else {
        render::write_versions(versions, options.format, style_of(options), out);
    }
    return finish(out, kExitOk);
}

namespace {

/// Writes the line that answers a query; returns the code that this query alone would end the program with.
int answer_line(search::Index& index, const reader::Request& request, render::Output& out) {
    const auto answer = search_in_time(index, request);
    if (!answer) {
        out.write(render::batch_error(request.query, answer.error()) + '\n');
        return exit_code(answer.error().kind);
    }
    out.write(render::batch_answer(request.query, answer->page, answer->partial) + '\n');
    return code_of(*answer, answer->page.matches > 0);
}

/// Answers all lines; `request` is what they have in common.
int answer_lines(search::Index& index, reader::Request request, render::Output& out) {
    LineReader lines(STDIN_FILENO);
    int worst = kExitOk;
    bool found = false;
    while (auto line = lines.next()) {
        if (line->ends_with('\r')) line->pop_back();
        if (line->find_first_not_of(" \t") == line->npos) continue;
        request.query = std::move(*line);
        const int code = answer_line(index, request, out);
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
    const int code = answer_lines(*index, std::move(*request), out);
    return finish(out, code);
}

}  // namespace patchseek
