// SPDX-License-Identifier: GPL-2.0-or-later
#include "common.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "actions.hpp"
#include "kept.hpp"
#include "lines.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/visible.hpp"
#include "query/diagnostics.hpp"
#include "query/mailmap.hpp"
#include "query/readings.hpp"
#include "reader/deadline.hpp"
#include "render/formats.hpp"
#include "watched.hpp"

namespace patchseek {

namespace {

bool g_quiet = false;

}  // namespace

void be_quiet() { g_quiet = true; }

void say(const std::string& text) {
    if (!g_quiet) complain(text);
}

void complain(const std::string& text) {
    std::fputs(fmt::format("patchseek: {}\n", text::visible(text, text::Breaks::blank)).c_str(), stderr);
}

int fail(const Error& error) {
    if (!leaves_it_to_the_watch(error)) complain(error.message);
    return exit_code(error.kind);
}

int fail_at(const std::string& query, const Error& error) {
    if (leaves_it_to_the_watch(error)) return exit_code(error.kind);
    std::fputs(fmt::format("{}", query::caret(query, error, "patchseek")).c_str(), stderr);
    return exit_code(error.kind);
}

int finish(render::Output& out, int code) {
    const auto done = out.finish();
    if (out.reader_gone()) return kExitReaderGone;
    return done ? code : fail(done.error());
}

std::size_t columns() {
    constexpr unsigned kLeast = 40, kMost = 100;
    struct winsize size {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
    return std::clamp<unsigned>(size.ws_col, kLeast, kMost);
}

render::Style style_of(const Options& options) {
    render::Style style;
    style.colour = render::want_colour(options.colour, STDOUT_FILENO);
    style.fields = options.fields;
    style.pattern = options.pattern;
    style.record_end = options.nul ? '\0' : '\n';
    struct winsize size {};
    if (!options.nul && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
    if (style.width > 0) style.link = options.link_template;
    return style;
}

namespace {

/// Whether a folder or file is mail, as far as its outside tells.
bool is_archive(const std::filesystem::path& path) {
    std::error_code error;
    const auto has = [&](const char* name) { return std::filesystem::exists(path / name, error); };
    if (std::filesystem::is_regular_file(path, error)) return true;
    return (has("cur") && has("new")) || (has("HEAD") && has("objects")) || has("git/0.git") || has("all.git");
}

}  // namespace

namespace {

bool some_are_missing = false, all_are_missing = false;
reader::Sources::Absent absent;

}  // namespace

Result<search::Index> open_index(const Options& options) {
    reader::Sources sources(options.indexes);
    sources.leave_out(absent);
    sources.when_missing([](const Error& missing) {
        say("not searched: " + missing.message);
        some_are_missing = true;
    });
    const reader::Watchdog watchdog(options.timeout);
    auto index = search::Index::open(std::move(sources));
    const std::filesystem::path& path = options.indexes.front();
    if (options.indexes.size() > 1) {
        all_are_missing = !index && index.error().kind == ErrorKind::no_input;
        return index;
    }
    if (index || index.error().kind != ErrorKind::no_input || !is_archive(path)) return index;
    std::error_code error;
    const char* what = std::filesystem::is_regular_file(path, error) ? "a file" : "an archive of mail";
    return Error{ErrorKind::no_input,
                 fmt::format("'{0}' is {1}, not an index; make an index of it with: patchseek-index --db INDEX '{0}'",
                             path.native(), what)};
}

void leave_out_indexes(reader::Sources::Absent given) { absent = std::move(given); }

int code_for_indexes(int code) {
    if (all_are_missing) return kExitUnavailable;
    return some_are_missing && (code == kExitOk || code == kExitNoMatch) ? kExitPartial : code;
}

std::string name_of_indexes(const Options& options) {
    std::vector<std::string> names;
    for (const std::filesystem::path& index : options.indexes) {
        std::error_code error;
        const auto whole = std::filesystem::weakly_canonical(index, error);
        names.push_back((error ? index : whole).native());
    }
    std::ranges::sort(names);
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ":") + name;
    return out;
}

namespace {

Result<Done> set_order(const std::string& sort, reader::Request& request) {
    if (sort.empty() || sort == "relevance") return Done{};
    request.descending = sort.starts_with('-');
    const auto name = sort.substr(request.descending ? 1 : 0);
    const auto* field = schema::find_field(name);
    if (!field || field->slot < 0)
        return Error{ErrorKind::usage,
                     fmt::format("cannot sort by '{}'; there are relevance, {}; -date is newest first", name,
                                 fmt::join(sort_keys(), ", "))};
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

}  // namespace

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
        request.lines = options.format == render::Format::hits;
        request.around = options.around;
        request.texts = format.texts || (options.pattern && options.pattern->texts);
        request.short_ids = options.format == render::Format::oneline && style_of(options).width > 0;
        request.lookup = format.lookup;
    }
    request.timeout = options.timeout;
    request.explain = options.explain;
    request.now = std::time(nullptr);
    if (auto done = read_mailmap(options.mailmap, request); !done) return done.error();
    request.lists = options.lists;
    if (options.sort.empty() && options.usual_sort) {
        if (auto done = set_order(options.usual_sort->text, request); !done)
            return settings::error_in(*options.usual_sort, done.error().message);
    } else if (auto done = set_order(options.sort, request); !done) {
        return done.error();
    }
    return request;
}

void say_why(const reader::Answer& answer) {
    for (const auto& part : answer.parts)
        say(part.excluded ? fmt::format("without '{}', which leaves out {}; as text, write \"-{}\"", part.text,
                                        part.matches, part.text)
                          : fmt::format("'{}' alone finds {}", part.text, part.matches));
    for (const std::string& hint : answer.hints) say(hint);
    say(answer.page.matches > 0 ? fmt::format("only {} match; --offset is past the last", answer.page.matches)
                                : "nothing found");
}

namespace {

/// Of `show ID`, as one types it to git: the command that does so. Empty for all others.
std::string as_option(const std::string& query) {
    const auto blank = query.find(' ');
    if (blank == query.npos || query.find(' ', blank + 1) != query.npos) return {};
    const manual::Option* option = manual::find_option(option_table(), query.substr(0, blank));
    if (!option || option->value != "ID") return {};
    return fmt::format("patchseek --{} {}", option->name, query.substr(blank + 1));
}

}  // namespace

void say_nothing(search::Index& index, const reader::Answer& answer, const std::string& query) {
    if (const auto meant = as_option(query); !meant.empty()) say("did you mean: " + meant);
    const auto words = query::words_of_log_line(query);
    if (!words.empty()) say("nothing has this line; for what has some of its words: patchseek --any " + words);
    say_why(answer);
    if (answer.page.matches == 0) say("the index has " + index.covers());
}

void say_more(const reader::Page& page, const Options& options) {
    const std::string shown = options.offset > 0
                                  ? fmt::format("{} to {}", options.offset + 1, options.offset + page.hits.size())
                                  : std::to_string(page.hits.size());
    if (page.exact)
        say(fmt::format("{} of {} shown; --limit 0 shows all", shown, page.matches));
    else
        say(fmt::format("{} shown, there are more; --limit 0 shows all, --count counts them", shown));
}

void say_notes(const reader::Answer& answer, const Options& options) {
    for (const std::string& note : answer.notes) say(note);
    for (const std::string& stage : answer.stages)
        std::fputs(fmt::format("{}\n", text::visible(stage, text::Breaks::blank)).c_str(), stderr);
    if (answer.partial)
        say(fmt::format("stopped after {} s, there may be more; --timeout allows more time", options.timeout));
}

int code_of(const reader::Answer& answer, bool found) {
    return answer.partial ? kExitPartial : found ? kExitOk : kExitNoMatch;
}

Result<Done> read_as_meant(search::Index& index, reader::Request& request) {
    auto query = with_kept(request.query);
    if (!query) return query.error();
    request.query = *std::move(query);
    const std::string typed = request.query;
    request.query = meant_query(index, request);
    std::string without_brackets = typed;
    std::erase_if(without_brackets, [](char c) { return c == '<' || c == '>'; });
    // A name that the user gave a list is no news.
    if (request.query != typed && request.query != without_brackets &&
        request.query != query::with_list_ids(typed, request.lists))
        say(fmt::format("searched as '{}'", request.query));
    return Done{};
}

std::optional<Asked> ask(const Options& options, int& code) {
    auto request = request_of(options);
    if (!request) return code = fail(request.error()), std::nullopt;
    if (options.query_from_stdin) request->query = read_query(STDIN_FILENO);
    auto index = open_index(options);
    if (!index) return code = fail(index.error()), std::nullopt;
    if (const auto read = read_as_meant(*index, *request); !read)
        return code = fail_at(request->query, read.error()), std::nullopt;
    return Asked{std::move(*index), std::move(*request)};
}

int write_page(const reader::Page& page, const Options& options, const render::Style& style, int code) {
    const render::FormatInfo& format = render::info(options.format);
    render::Pager pager(!page.hits.empty() && options.pager && format.paged && !options.nul);
    render::Output out(pager);
    format.write(page, style, out);
    return finish(out, code);
}

std::string for_shell(const std::string& word) {
    const auto plain = [](char c) {
        return is_digit(c) || is_alpha(c) || std::string_view("-_./=:@%+,").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, plain)) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

Result<Done> read_format(const std::string& text, Options& options) {
    if (const auto format = render::find_format(text)) {
        options.format = *format;
        return Done{};
    }
    if (!render::is_pattern(text))
        return Error{ErrorKind::usage, "unknown format '" + text + "'; there are " + render::format_names() +
                                           ", and templates such as '%as %an %s'"};
    auto pattern = render::parse_pattern(text);
    if (!pattern) return pattern.error();
    options.pattern = std::make_shared<const render::Pattern>(*std::move(pattern));
    options.format = render::Format::pattern;
    return Done{};
}

Result<std::size_t> number(const std::string& text, const char* option) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return Error{ErrorKind::usage, std::string(option) + " takes a number, not '" + text + "'"};
    return value;
}

Result<Done> read_colour(const std::string& when, Options& options) {
    if (when != "auto" && when != "always" && when != "never")
        return Error{ErrorKind::usage, "--color takes auto, always or never, not '" + when + "'"};
    options.colour = when == "auto"     ? render::Colour::automatic
                     : when == "always" ? render::Colour::always
                                        : render::Colour::never;
    return Done{};
}

}  // namespace patchseek
