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
#include "reader/deadline.hpp"
#include "render/json.hpp"
#include "watched.hpp"

/// --batch: a query a line in, options before it, an object a line out.
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

/// The options before a query, each with its value; the rest is the query.
std::vector<std::string> eat_options(std::string_view& rest) {
    std::vector<std::string> out;
    while (rest.starts_with("--")) {
        std::string word = eat_word(rest);
        if (word == "--") break;
        const auto* option = manual::find_option(option_table(), word.substr(2));
        const bool separate = word.find('=') == word.npos && option && !option->value.empty();
        const bool has_value = separate && !rest.empty() && !rest.starts_with("--");
        out.push_back(has_value ? word + '=' + eat_word(rest) : word);
    }
    return out;
}

Error not_allowed(const std::string& option) {
    std::string names;
    for (const auto one : kAllowed) (names += names.empty() ? "--" : ", --") += one;
    return {ErrorKind::usage, "a line of --batch takes " + names + ", not '" + option + "'"};
}

/// What a line with options asks for: those of the command line, and in their place those of the line; takes them off
/// the line.
Result<Options> options_of(std::string_view& rest, const Options& common) {
    std::vector<std::string> words = {"patchseek"};
    for (const std::string& option : common.given)
        if (option != "--batch") words.push_back(option);
    for (std::string& option : eat_options(rest)) {
        const auto name = std::string_view(option).substr(2, std::min(option.find('='), option.size()) - 2);
        if (std::ranges::find(kAllowed, name) == std::end(kAllowed)) return not_allowed(option);
        words.push_back(std::move(option));
    }
    words.insert(words.end(), {"--", std::string(rest)});
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
        std::string_view rest = trim_left(line);
        if (!rest.starts_with("--")) return answer(line, request_, common_);
        const auto options = options_of(rest, common_);
        if (!options) return refuse(line, options.error());
        const auto request = request_of(*options);
        return request ? answer(line, *request, *options) : refuse(line, request.error());
    }

private:
    int answer(const std::string& line, reader::Request request, const Options& options) {
        const bool plain = &options == &common_;
        const std::string typed = plain ? line : options.query;
        auto query = with_kept(typed);
        if (!query) return refuse(line, query.error(), line.size() - typed.size());
        request.query = *std::move(query);
        place_ = request.query == typed && line.ends_with(typed) ? line.size() - typed.size() : Error::npos;
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
        if (line->find_first_not_of(" \t") == line->npos) continue;
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
