// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <fmt/format.h>

#include "patchseek/schema/schema.hpp"
#include "render/formats.hpp"

namespace patchseek {

std::vector<std::string> sort_keys() {
    std::vector<std::string> out;
    int last = schema::kNoSlot;
    for (const schema::Field& field : schema::kFields)
        if (field.slot >= 0 && field.slot != last) out.emplace_back(field.name), last = field.slot;
    return out;
}

namespace {

using manual::Option;
using manual::Takes;

/// Names as help has them, with commas between, one by one.
std::vector<std::string> words_of(const std::string& names) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < names.size();) {
        const auto end = std::min(names.find(", ", at), names.size());
        out.push_back(names.substr(at, end - at));
        at = end + 2;
    }
    return out;
}

/// Those that stand for themselves, without what is said of the others.
std::vector<std::string> names_of_facets() {
    const auto all = facets::names();
    auto out = words_of(all.substr(0, all.find(';')));
    std::erase_if(out, [](const std::string& name) { return name.find(':') != name.npos; });
    return out;
}

/// What --sort takes: each key in both directions.
std::vector<std::string> values_of_sort() {
    std::vector<std::string> out = {"relevance"};
    for (const std::string& key : sort_keys())
        for (const char* sign : {"", "-"}) out.push_back(sign + key);
    return out;
}

// clang-format off
void add_instead(std::vector<Option>& out) {
    constexpr std::string_view kGroup = "in place of a search, with the id of any message";
    out.insert(out.end(), {
        {kGroup, "show", "ID", "the message with that id, decoded"},
        {kGroup, "raw", "", "with --show: its exact bytes"},
        {kGroup, "thread", "ID", "the discussion of that message, oldest first, with what each of its mails says anew; --format oneline is the outline"},
        {kGroup, "full", "", "with --thread: all lines of each; with --since-version: diffs"},
        {kGroup, "versions", "ID", "the versions of that message's series, oldest first"},
        {kGroup, "since-version", "vN", "with an ID: part by part, what changed between that version and the newest; v1..v3 (or --full) with the diff between the two"},
        {kGroup, "commit", "SHA", "the story of a commit, by its id from 7 digits: the mail it came from, versions, reviews, what it fixes and what fixed, reverted or picked it"},
        {kGroup, "reviews", "ID", "of that message's series, part by part: who reviewed, acked or tested which version, and what is bare"},
        {kGroup, "am", "ID", "the newest version of that message's series, part by part, for git am"},
        {kGroup, "with-trailers", "", "with --am: add what replies give, as b4 does"},
        {kGroup, "apply-cover-trailers", "", "the same, and what replies to the cover letter give to each part"},
    });
}

void add_search(std::vector<Option>& out) {
    constexpr std::string_view kGroup = "what is searched, and how much of it is shown";
    out.insert(out.end(), {
        {kGroup, "db", "DIR", "the index; several times, or several in $PATCHSEEK_DB with colons between them: all of them as one (default $PATCHSEEK_DB, else those of the configuration, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek)", '\0', Takes::folder},
        {kGroup, "any", "", "some of the words are enough; those that match more come first"},
        {kGroup, "mailmap", "FILE", "a .mailmap as git has it: whoever is asked for is found under all names", '\0', Takes::file},
        {kGroup, "limit", "N", "at most N answers, also behind the query; 0 is all (text, oneline and --batch 20, other formats all)", 'n'},
        {kGroup, "offset", "N", "leave out the first N"},
        {kGroup, "cursor", "C", "go on where a page ended: start is the first page, and stderr says the cursor of the next; new mail shifts nothing"},
        {kGroup, "sort", "KEY", fmt::format("relevance (the default), or one of {}; -date is newest first; see order below", fmt::join(sort_keys(), ", ")), '\0', Takes::words, values_of_sort()},
        {kGroup, "config", "", "each setting of the user's configuration, ~/.config/patchseek/config, with its value and where that is from"},
        {kGroup, "timeout", "N", "answer with what was found after N seconds (30; 0 is no limit)"},
        {kGroup, "batch", "", "one query a line from standard input, with options as here, one JSON object a line out"},
        {kGroup, "mcp", "", "serve the index to a program that speaks the Model Context Protocol, on standard input and output"},
        {kGroup, "explain", "", "show how the query was understood, and which terms matched"},
    });
}

void add_answers(std::vector<Option>& out) {
    constexpr std::string_view kGroup = "how answers look";
    out.insert(out.end(), {
        {kGroup, "format", "F", render::format_names() + "; or a template with letters of git log, such as '%as %an %s': see formats below", '\0', Takes::words, words_of(render::format_names())},
        {kGroup, "oneline", "", "the same as --format oneline"},
        {kGroup, "hits", "", "the lines that were found, as grep shows them: --format hits"},
        {kGroup, "context", "N", "with --hits, N lines beside each", 'C'},
        {kGroup, "group", "BY", "draw what is found as trees: series (versions, parts, who reviewed them, what is missing) or thread", '\0', Takes::words, {"series", "thread"}},
        {kGroup, "count", "", "say only how many match"},
        {kGroup, "facet", "NAMES", "count what matches by each of these, commas between: " + facets::names(), '\0', Takes::words, names_of_facets()},
        {kGroup, "fields", "KEYS", "of JSON objects only these keys, commas between; jsonl unless told otherwise", '\0', Takes::words},
        {kGroup, "null", "", "end each record with NUL, not LF", '0'},
        {kGroup, "color", "WHEN", "auto, always, never", '\0', Takes::words, {"auto", "always", "never"}},
        {kGroup, "link-template", "URL", "on a terminal that knows links (OSC 8), ids lead there: %s is the id, as in https://lore.kernel.org/r/%s (default $PATCHSEEK_LINK_TEMPLATE)"},
        {kGroup, "no-pager", "", "write straight to the terminal"},
        {kGroup, "quiet", "", "of what is said on standard error, errors only"},
    });
}

void add_keeping(std::vector<Option>& out) {
    constexpr std::string_view kGroup = "from a patch, kept queries, and mail for other programs";
    out.insert(out.end(), {
        {kGroup, "like", "WHAT", "patches like that of a file, an id, or - (standard input): other versions, resends, backports; most like first"},
        {kGroup, "overlaps", "WHAT", "patches in flight (latest, not applied) that touch the same files and functions as that of a file, an id, or -"},
        {kGroup, "save", "NAME", "keep the query under a name; saved:NAME stands for it in a query"},
        {kGroup, "saved", "", "the queries that are kept, each behind its name"},
        {kGroup, "forget", "NAME", "forget a kept query"},
        {kGroup, "run", "NAME", "ask a kept query; words behind it narrow it"},
        {kGroup, "new", "", "with --run: only what no run of it has found before"},
        {kGroup, "out", "WHERE", "maildir:DIR or mbox:FILE: make that hold the mails that match; a maildir is brought up to date and keeps its flags"},
    });
}

void add_help(std::vector<Option>& out) {
    constexpr std::string_view kGroup = "help";
    out.insert(out.end(), {
        {kGroup, "help", "", "all of this text; -h is what is needed most, on one screen"},
        {kGroup, "help-short", "", "what is needed most, on one screen", 'h', Takes::nothing, {}, false, true},
        {kGroup, "help-all", "", "the same as --help", '\0', Takes::nothing, {}, false, true},
        {kGroup, "help-json", "", "the keys of jsonl and json"},
        {kGroup, "help-query", "TOPIC", "the language of queries, with examples; of a topic, such as dates, its section", '\0', Takes::text, {}, true},
        {kGroup, "version", "", "version of the program and of its index schema"},
        {kGroup, "generate", "WHAT", "man, man-query, man-config, man-json, bash, zsh or fish: write a man page, or what completes command lines; those installed were made so", '\0', Takes::text, {}, false},
        {kGroup, "complete", "WORD", "words that begin so, for a shell", '\0', Takes::text, {}, false, true},
    });
}
// clang-format on

}  // namespace

const std::vector<Option>& option_table() {
    static const std::vector<Option> table = [] {
        std::vector<Option> out;
        add_instead(out);
        add_search(out);
        add_answers(out);
        add_keeping(out);
        add_help(out);
        return out;
    }();
    return table;
}

}  // namespace patchseek
