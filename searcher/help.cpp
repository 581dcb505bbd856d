// SPDX-License-Identifier: GPL-2.0-or-later
#include "help.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "options.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/schema/schema.hpp"
#include "render/formats.hpp"

namespace patchseek {
namespace {

constexpr std::string_view kExamples =
    "usage: patchseek [options] QUERY...\n\n"
    "  patchseek mmap_lock page fault        words, all of them, anywhere in a mail\n"
    "  patchseek 'author:jane \"page table\"'  a field, a phrase; quotes for the shell\n"
    "  patchseek 'file:/mm/ -is:reply'       what touches a folder; -x excludes x\n"
    "  patchseek 'added:kfree date:2020..'   lines a patch adds; dates from 2020 on\n"
    "  patchseek 'is:cover (xfs OR btrfs)'   AND OR NOT NEAR/n in capitals; word*\n"
    "  patchseek 'lit:\"a->b\" re:/x\\w+_y/'    text exactly as it stands; expressions\n"
    "  patchseek https://lore.kernel.org/... what is pasted: address, <id>, path:line\n\n";

constexpr std::string_view kShort =
    "in place of a search, with the id of any message (its beginning is enough)\n"
    "  --show ID [--raw]    the message         --versions ID          of its series\n"
    "  --thread ID          its discussion      --since-version vN ID  what changed\n"
    "  --reviews ID         who reviewed what   --commit SHA           its story\n"
    "  --am ID              for git am          --like ID|FILE         its like\n\n"
    "answers\n"
    "  --format NAME        text, oneline, jsonl, json, ids, files, mboxrd, '%as %s'\n"
    "  --limit N, -n N      text and oneline show 20, other formats all; 0 is all\n"
    "  --sort KEY           relevance (default), date, -date (newest first), size ...\n"
    "  --count  --any       how many match; some of the words are enough\n"
    "  --facet NAMES        what matches, counted by author, file:2, list, month ...\n"
    "  --group BY           trees: series with versions and reviews, or thread\n"
    "  --hits [-C N]        the lines that were found, as grep shows them\n"
    "  --explain            how the query was understood\n"
    "  --db DIR             the index (else $PATCHSEEK_DB)\n\n"
    "--help-all has all options and fields, --help-query the language with examples,\n"
    "--help-json the keys of JSON.\n";

/// Fields stand in the schema kind by kind; here each kind begins.
struct Heading {
    std::string_view first;  ///< field
    std::string_view name;
};
constexpr auto kHeadings = std::to_array<Heading>({{"subject", "text"},
                                                   {"added", "diffs"},
                                                   {"id", "ids"},
                                                   {"is", "kinds"},
                                                   {"blob", "commits"},
                                                   {"signed", "trailers"},
                                                   {"date", "numbers"},
                                                   {"series", "series"}});

std::string_view heading_of(std::string_view field) {
    for (const Heading& heading : kHeadings)
        if (heading.first == field) return heading.name;
    return {};
}

// "  text      subject from author ...", on as many lines as it takes.
std::string fields_in_short() {
    constexpr std::size_t kWidth = 80, kIndent = 11;
    std::string out = "fields: name:word, name:\"a phrase\", name:(a OR b); name:* has any";
    std::size_t column = 0;
    for (const schema::Field& field : schema::kFields) {
        const auto heading = heading_of(field.name);
        if (!heading.empty()) out += fmt::format("\n  {:<{}}", heading, kIndent - 3), column = kIndent - 1;
        if (column + 1 + field.name.size() > kWidth) out += '\n' + std::string(kIndent - 1, ' '), column = kIndent - 1;
        (out += ' ') += field.name;
        column += 1 + field.name.size();
    }
    return out + "\n\n";
}

}  // namespace

std::string fields_help() {
    std::string out = "\nfields (and their other names)\n";
    for (const schema::Field& field : schema::kFields) {
        if (const auto heading = heading_of(field.name); !heading.empty()) out += fmt::format("\n  {}\n", heading);
        std::string names(field.name);
        for (const char c : field.aliases.empty() ? std::string() : ' ' + std::string(field.aliases))
            names += c == ' ' ? std::string(", ") : std::string(1, c);
        out += fmt::format("    {:<24} {}\n", names, field.help);
    }
    return out;
}

namespace {

constexpr std::string_view kOrder =
    "\norder\n"
    "  By relevance, equal answers newest first; series: and versions: part by part; queries without words newest\n"
    "  first. --sort takes relevance or the name of a date or number: -date is newest first, date oldest first.\n";

std::string exit_codes_help() {
    return fmt::format(
        "\nA query that is only '-' is read from standard input.\n"
        "\nexit codes: {} found, {} nothing found, {} not all found in time, {} bad option or query, {} damaged data,\n"
        "{} no such index or message, {} read or write failed, {} try again, {} not allowed\n",
        kExitOk, kExitNoMatch, kExitPartial, kExitUsage, kExitData, kExitNoInput, kExitIo, kExitBusy, kExitPermission);
}

}  // namespace

std::string short_help() { return std::string(kExamples) + fields_in_short() + std::string(kShort); }

std::string examples_of_help() {
    std::string out;
    for (auto rest = kExamples.substr(kExamples.find("\n\n") + 2); rest.starts_with("  ");) {
        const auto line = rest.substr(2, rest.find('\n') - 2);
        rest.remove_prefix(line.size() + 3);
        (out += out.empty() ? "" : "\n") += line;
    }
    return out;
}

std::string full_help(std::size_t width) {
    return std::string(kExamples) + manual::options_help(option_table(), width) + fields_help() + std::string(kOrder) +
           exit_codes_help();
}

}  // namespace patchseek
