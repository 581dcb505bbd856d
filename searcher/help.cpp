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
    "fields: subject author from to cc body log quoted file added removed func id\n"
    "  list is tag date size series versions thread commit applied fixes reviewed ...\n\n"
    "with the id of any message: --show, --thread, --versions, --reviews, --am (for\n"
    "git am), --since-version v2, --like; with that of a commit: --commit\n"
    "  -n N, --limit N  20 are shown; 0 shows all      --count  how many match\n"
    "  --sort KEY       relevance, -date, size ...     --any    some words are enough\n"
    "  --format NAME    oneline, jsonl, ids, mboxrd    --hits   the lines found\n"
    "  --group series   trees of versions and parts    --db DIR the index\n\n"
    "--help has all options and fields, --help-query the language with examples, and\n"
    "--help-query dates one section of it.\n";

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

constexpr std::string_view kOrder =
    "By relevance, equal answers newest first; series: and versions: part by part; queries without words newest "
    "first. --sort takes relevance or the name of a date or number: -date is newest first, date oldest first.";

/// "    name                     what it is", in lines of at most `width` columns.
std::string row(const std::string& name, std::string_view help, std::size_t width) {
    constexpr std::size_t kColumn = 29;
    const auto named = fmt::format("    {:<{}} ", name, kColumn - 5);
    return named + manual::filled(help, width, kColumn, named.size()) + '\n';
}

std::string formats_help(std::size_t width) {
    std::string out = "\nformats\n";
    for (const auto& one : render::formats_help()) out += row(one.name, one.help, width);
    out += "  letters of templates\n";
    for (const auto& one : render::letters_help()) out += row(one.name, one.help, width);
    return out;
}

std::string exit_codes_help() {
    return fmt::format(
        "exit codes: {} found, {} nothing found, {} not all found in time or in all indexes, {} bad option or query, "
        "{} damaged data, "
        "{} no such index or message, {} read or write failed, {} try again, {} not allowed",
        kExitOk, kExitNoMatch, kExitPartial, kExitUsage, kExitData, kExitNoInput, kExitIo, kExitBusy, kExitPermission);
}

}  // namespace

std::string brief_help() {
    return "patchseek searches patches that travel by mail.\n\n"
           "  patchseek interrupt moderation              what has these words\n"
           "  patchseek 'file:/drivers/net/ is:latest'    the newest patches to a folder\n"
           "  patchseek --thread ID                       a discussion\n\n"
           "patchseek -h is one screen, --help all; patchseek-index ARCHIVE makes the index.\n";
}

std::string fields_help(std::size_t width) {
    std::string out = "\nfields (and their other names)\n";
    for (const schema::Field& field : schema::kFields) {
        if (const auto heading = heading_of(field.name); !heading.empty()) out += fmt::format("\n  {}\n", heading);
        std::string names(field.name);
        for (const char c : field.aliases.empty() ? std::string() : ' ' + std::string(field.aliases))
            names += c == ' ' ? std::string(", ") : std::string(1, c);
        out += row(names, field.help, width);
    }
    return out;
}

std::string order_help() { return std::string(kOrder); }

std::string short_help() { return std::string(kExamples) + std::string(kShort); }

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
    return std::string(kExamples) + manual::options_help(option_table(), width) + fields_help(width) +
           formats_help(width) + "\norder\n  " + manual::filled(kOrder, width, 2, 2) + "\n\n" +
           manual::filled("A query that is only '-' is read from standard input.", width, 0) + "\n\n" +
           manual::filled(exit_codes_help(), width, 0) + '\n';
}

}  // namespace patchseek
