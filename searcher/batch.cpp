// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions.hpp"
#include "common.hpp"
#include "kept.hpp"
#include "lines.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/exit_code.hpp"
#include "query/readings.hpp"
#include "reader/deadline.hpp"
#include "render/json.hpp"
#include "watched.hpp"

/// --batch: a query a line in, with options of its own, an object a line out.
namespace patchseek {
namespace {

constexpr std::string_view kAllowed[] = {"any",     "count",  "cursor", "facet", "fields", "limit",
                                         "mailmap", "offset", "run",    "sort",  "timeout"};

/// Takes the next word off a line; one in quotes, single or double, may have blanks in it.
std::string eat_word(std::string_view& rest) {
    const auto is_quote = [](char c) { return c == '"' || c == '\''; };
    std::string out;
    char quote = '\0';
    std::size_t at = 0;
    for (; at < rest.size() && (quote != '\0' || !is_space(rest[at])); ++at) {
        if (quote == '\0' && is_quote(rest[at]))
            quote = rest[at];
        else if (rest[at] == quote)
            quote = '\0';
        else
            out += rest[at];
    }
    rest = trim_left(rest.substr(at));
    return out;
}

/// Where the word of a query at `at` ends: at a blank that is not in quotes.
std::size_t word_end(std::string_view text, std::size_t at) {
    for (bool inside = false; at < text.size() && (inside || !is_space(text[at])); ++at) {
        if (text[at] == '"') inside = !inside;
        if (inside && text[at] == '\\') ++at;
    }
    return std::min(at, text.size());
}

/// A line, taken apart.
struct Line {
    std::vector<std::string> options;  ///< each as `--name=value`
    std::string query;
};

/// Takes an option with two dashes and its value off a line.
std::string eat_long(std::string_view& rest) {
    std::string word = eat_word(rest);
    const auto* option = manual::option_in(option_table(), word);
    const bool separate = word.find('=') == word.npos && option && !option->value.empty();
    return separate && !rest.empty() && !rest.starts_with("--") ? word + '=' + eat_word(rest) : word;
}

/// Takes an option with one dash off a line; empty if none stands there.
std::string eat_short(std::string_view& rest, bool behind) {
    std::string_view after = rest;
    const std::string word = eat_word(after);
    std::string_view last = after;
    const std::string next = eat_word(last);
    const auto option = short_option(word, after.empty() ? nullptr : next.c_str(), behind);
    if (!option) return {};
    rest = option->with_next ? last : after;
    return option->option;
}

/// The options of a line and its query. Options stand where a command line has them: in front of the query or behind
/// words of it, not in quotes and not behind `--`. In front, what has two dashes is one; behind words, if there is
/// such.
Line take_apart(std::string_view line) {
    Line out;
    std::string_view rest = trim(line);
    while (!rest.empty()) {
        const bool behind = !out.query.empty();
        const bool dashes = rest.starts_with("--") && !rest.starts_with("--- ");
        if (dashes && word_end(rest, 0) == 2) {
            out.query += trim_left(rest.substr(2));
            break;
        }
        if (dashes && (!behind || manual::option_in(option_table(), rest.substr(0, word_end(rest, 0))))) {
            out.options.push_back(eat_long(rest));
        } else if (auto option = eat_short(rest, behind); !option.empty()) {
            out.options.push_back(std::move(option));
        } else {
            // With the blanks behind it, as typed.
            const auto next = trim_left(rest.substr(word_end(rest, 0)));
            out.query += rest.substr(0, rest.size() - next.size());
            rest = next;
        }
    }
    out.query = trim_right(out.query);
    return out;
}

Error not_allowed(const std::string& option) {
    std::string names;
    for (const auto one : kAllowed) (names += names.empty() ? "--" : ", --") += one;
    return {ErrorKind::usage, "a line of --batch takes " + names + ", not '" + option + "'"};
}

/// What a line with options asks for: those of the command line, and in their place those of the line.
Result<Options> options_of(const Line& line, const Options& common) {
    std::vector<std::string> words = {"patchseek"};
    for (const std::string& option : common.given)
        if (option != "--batch") words.push_back(option);
    for (const std::string& option : line.options) {
        const auto name = std::string_view(option).substr(2, std::min(option.find('='), option.size()) - 2);
        if (std::ranges::find(kAllowed, name) == std::end(kAllowed)) return not_allowed(option);
        words.push_back(option);
    }
    words.insert(words.end(), {"--", line.query});
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    auto out = parse_options(static_cast<int>(pointers.size()), pointers.data());
    if (out && !out->limit_given) out->limit = common.limit;
    return out;
}

/// Answers lines from one index.
class Batch {
public:
    /// `common` is what the lines have in common, as options and as a request.
    Batch(search::Index& index, render::Output& out, const Options& common, reader::Request request)
        : index_(index), out_(out), common_(common), request_(std::move(request)) {}

    /// Writes the line that answers one; returns the code that it alone would end the program with.
    int answer(const std::string& line) {
        // Blanks of a pasted line of a diff, and words that look like options, are text.
        const Line parts = query::is_diff(line) ? Line() : take_apart(line);
        if (parts.options.empty() && !trim_left(line).starts_with("-- ")) return answer(line, request_, common_);
        const auto options = options_of(parts, common_);
        if (!options) return refuse(line, options.error());
        const auto request = request_of(*options);
        return request ? answer(line, *request, *options) : refuse(line, request.error());
    }

private:
    /// Where a query stands in its line; npos where options stand between its words.
    static std::size_t place_of(const std::string& line, const std::string& query) {
        return line.ends_with(query) ? line.size() - query.size() : line.find(query);
    }
    int answer(const std::string& line, reader::Request request, const Options& options) {
        const bool plain = &options == &common_;
        const std::string typed = plain ? line : options.query;
        auto query = with_kept(typed);
        if (!query) return refuse(line, query.error(), place_of(line, typed));
        request.query = *std::move(query);
        place_ = request.query == typed ? place_of(line, typed) : Error::npos;
        request.advice = request.snippets = request.texts = request.lines = request.short_ids = false;
        request.lookup = options.count ? reader::Lookup::none : reader::Lookup::relations;
        request.query = meant_query(index_, request);
        const std::string name = plain ? name_of_search(options) + typed : name_of_search(options);
        return options.action == Options::Action::facets ? tally(line, request, options)
                                                         : search(line, request, options, name);
    }
    /// `place`: where the query of the error begins in the line; npos: nowhere.
    int refuse(const std::string& line, Error error, std::size_t place = Error::npos) {
        if (error.offset != Error::npos) error.offset = place == Error::npos ? place : place + error.offset;
        if (leaves_it_to_the_watch(error)) return exit_code(error.kind);
        out_.write(render::batch_error(line, error) + '\n');
        return exit_code(error.kind);
    }
    int tally(const std::string& line, const reader::Request& request, const Options& options) {
        const reader::Watchdog watchdog(request.timeout);
        const auto tallied = index_.tally(request, options.facets);
        if (!tallied) return refuse(line, tallied.error(), place_);
        const auto& [answer, facets] = *tallied;
        const std::size_t times = options.limit_given ? options.limit : 0;
        render::write_facets({line, answer.page.matches, is_partial(answer), options.limit, times, facets},
                             render::Format::json, {}, out_);
        return code_of(answer, answer.page.matches > 0);
    }
    int search(const std::string& line, const reader::Request& request, const Options& options,
               const std::string& name) {
        bool more = false;
        auto cursor = Cursor::read(options.cursor.value_or("start"), name);
        if (!cursor) return refuse(line, cursor.error());
        const bool in_parts = options.sort.empty() && !options.count && asks_for_parts(request);
        const auto answer = options.cursor ? page_behind(index_, request, in_parts, *cursor, more)
                                           : search_page(index_, request, in_parts, more);
        if (!answer) return refuse(line, answer.error(), place_);
        const std::string next = more && options.cursor ? cursor->text() : std::string();
        out_.write(render::batch_answer(line, answer->page, is_partial(*answer), options.fields, next) + '\n');
        return code_of(*answer, answer->page.matches > 0);
    }

    bool is_partial(const reader::Answer& answer) const { return answer.partial || !index_.missing().empty(); }

    search::Index& index_;
    render::Output& out_;
    const Options& common_;
    const reader::Request request_;
    std::size_t place_ = Error::npos;  ///< of the query in its line, where a place in it is one in the line
};

/// Answers each line in a copy of its own, which opens the index: one that hangs costs no more than that line's time.
int answer_watched(const std::string& line, const Options& options, render::Output& out) {
    const auto body = [&](const Options& asked) {
        render::Output own(STDOUT_FILENO);
        auto request = request_of(asked);
        if (!request) return fail(request.error());
        auto index = open_index(asked);
        if (!index && !leaves_it_to_the_watch(index.error()))
            own.write(render::batch_error(line, index.error()) + '\n');
        if (!index) return finish(own, exit_code(index.error().kind));
        const int code = Batch(*index, own, asked, *std::move(request)).answer(line);
        return finish(own, code_for_indexes(code));
    };
    const auto lost = [&](const Error& error, int code) {
        out.write(render::batch_error(line, error) + '\n');
        return code;
    };
    return run_watched(options, {body, lost});
}

}  // namespace

int run_batch(const Options& options) {
    auto request = request_of(options);
    if (!request) return fail(request.error());
    const bool watched = is_watched(options, false);
    std::optional<search::Index> index;
    if (!watched) {
        auto opened = open_index(options);
        if (!opened) return fail(opened.error());
        index = *std::move(opened);
    }
    render::Output out(STDOUT_FILENO);
    std::optional<Batch> batch;
    if (index) batch.emplace(*index, out, options, *std::move(request));
    LineReader lines(STDIN_FILENO);
    int worst = kExitOk;
    bool found = false;
    while (auto line = lines.next()) {
        if (line->ends_with('\r')) line->pop_back();
        const int code = batch ? batch->answer(*line) : answer_watched(*line, options, out);
        found = found || code == kExitOk;
        if (code > kExitNoMatch) worst = std::max(worst, code);
        // Whoever asks one by one waits for each answer.
        const reader::Watchdog::Pause pause;
        if (const auto done = out.flush(); !done) break;
        if (code == kExitReaderGone) return code;
    }
    if (lines.failed()) return finish(out, kExitIo);
    return finish(out, worst != kExitOk || found ? worst : kExitNoMatch);
}

}  // namespace patchseek
