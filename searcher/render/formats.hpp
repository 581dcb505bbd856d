// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facets/facets.hpp"
#include "output.hpp"
#include "paint.hpp"
#include "reader/request.hpp"

/// The formats of --format. A new one is a name in the enum, a row of the table in formats.cpp, and the function that
/// writes it.
///
/// Text of mails passes text::visible() in every format that a person reads; JSON escapes the same characters; raw, and
/// `files` with NUL, are exact unless they go to a terminal.
namespace patchseek::render {

enum class Format : std::uint8_t { text, oneline, jsonl, json, ids, files, mboxrd, raw, hits, pattern };

struct FormatInfo {
    Format format;
    std::string_view name;  ///< as --format takes it; empty of templates, which are told by their look
    std::string_view help;  ///< what it writes
    reader::Lookup lookup;  ///< which relations of a hit it shows
    bool snippets;          ///< whether it shows Hit::snippets and marks
    bool texts;             ///< whether it needs Hit::text
    bool paged;             ///< whether a person reads it, through a pager
    bool versions;          ///< whether --versions can be written so
    bool streams;           ///< whether pages written one after another are as one of all their hits
    /// Writes the hits in their order; stops where `out` fails.
    void (*write)(const reader::Page& page, const Style& style, Output& out);
};
const FormatInfo& info(Format format);

/// nullopt for a name that no format has.
std::optional<Format> find_format(std::string_view name);
/// All names, as help has them: "text, oneline, ...".
std::string format_names();
/// A name, or a letter of templates, and what it writes.
struct FormatHelp {
    std::string name;
    std::string_view help;
};
std::vector<FormatHelp> formats_help();

// Templates of --format, with git's letters (git-log(1), PRETTY FORMATS) where a mail has what they stand for.

/// The letters: %s subject, %t that without its brackets; %an %ae who wrote it, %cn %ce who sent it; %ad %as %aI %at
/// the date, in UTC, as git log has it, as a day, as ISO 8601 and in seconds; %b the body, of a patch up to its `---`,
/// %B title and body; %n end of line, %x00 a byte, %% itself. `%(key)` is what a key of JSON holds: of lists the items
/// with commas between, of files their paths. What a mail has not is empty.

/// A template that has been read: texts, and what is put between them.
struct Pattern {
    struct Piece {
        std::string text;  ///< as it is, if `name` is empty
        std::string name;  ///< letters, `an`, or a key of JSON in brackets, `(series)`
    };
    std::vector<Piece> pieces;
    bool between = false;  ///< `format:`: records stand between ends of lines, where they else end in one
    bool texts = false;    ///< needs Hit::text

    bool empty() const { return pieces.empty(); }
};

/// Whether the value of --format is a template and no name: it has a '%', or begins with `format:` or `tformat:`.
bool is_pattern(std::string_view text);

/// Reads a template. What follows a '%' and stands for nothing is an Error, kind usage, with its place.
Result<Pattern> parse_pattern(std::string_view text);

/// What may stand behind '%', as help has it: on one line, and each with what it is.
std::string pattern_help();
std::vector<FormatHelp> letters_help();

/// One record by a template; text of mails has passed text::visible(), that of %b and %B line by line.
std::string by_pattern(const reader::Hit& hit, const Pattern& pattern);

// What --facet writes, in the formats whose FormatInfo::versions is set.

/// What was counted, and of what.
struct Counted {
    std::string_view query;
    std::size_t messages = 0;  ///< that match
    bool partial = false;      ///< time was up before all were counted
    std::size_t limit = 0;     ///< so many values of each facet; 0: all
    std::size_t times = 0;     ///< the same of facets of time, of which the last are shown
    const std::vector<facets::Counts>& facets;
};

/// Text: a heading for each facet and a line for each value; on a terminal with bars, and times as a histogram without
/// gaps. jsonl: an object for each value. json: one object.
void write_facets(const Counted& counted, Format format, const Style& style, Output& out);

}  // namespace patchseek::render
