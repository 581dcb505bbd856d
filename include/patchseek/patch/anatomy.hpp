// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::patch {

/// What a line of a decoded message body is. Every line is exactly one of these.
enum class LineKind : std::uint8_t {
    blank,      ///< empty, or white space only, outside a hunk
    log,        ///< what the author says, above `---` and the diff; all prose of a reply or cover
    notes,      ///< prose between `---` and the diff, or after the diff, and signatures
    quoted,     ///< `>` lines of a reply (or `JD>`, or bars) and the line that introduces them
    trailer,    ///< `Name: value` at the end of the log, and its folded lines
    envelope,   ///< in-body From:, Date:, Subject: at the top
    separator,  ///< the `---` between log and diffstat
    diffstat,   ///< ` path | 3 ++-` and ` 1 file changed, ...`
    summary,    ///< ` create mode 100644 path`, ` rename a => b (90%)`
    header,     ///< diff --git, index, ---, +++, Index:, rename from, Binary files ...
    hunk,       ///< `@@ -1,2 +1,2 @@ function`
    added,
    removed,
    context,
    binary,  ///< encoded bytes of a `GIT binary patch`, of base64 or uuencode: never words
};

/// One letter per kind, for tests and --explain:
/// blank . log L notes N quoted > trailer T envelope E separator ~ diffstat D
/// summary S header H hunk @ added + removed - context = binary B
char letter(LineKind kind) noexcept;

/// A line as a range of the text it was found in, without its line ending.
struct Line {
    LineKind kind;
    std::uint32_t begin;
    std::uint32_t size;
    /// Ordinal of the file's diff this line belongs to (from 0, in diff order),
    /// for header, hunk, added, removed, context, binary; else -1.
    std::int32_t file = -1;
    std::string_view of(std::string_view text) const { return text.substr(begin, size); }
};

/// Tells what each line of a message body is. `text` is the decoded body, UTF-8
/// with LF or CRLF line ends, at most 4 GiB. Never fails: what fits nothing is
/// log or notes. Linear in the size of `text`.
///
/// The indexer weighs words by this, the searcher proves and colours by it: both
/// must see the same lines, so both call this function.
std::vector<Line> classify(std::string_view text);

/// The same, with what only a reader of the whole text can tell.
struct Anatomy {
    std::vector<Line> lines;
    bool cut_short = false;  ///< the text ends inside a hunk or a binary patch
    bool corrupt = false;    ///< a hunk of the patch has not the lines that its header promises
};
Anatomy dissect(std::string_view text);

/// The letters of all lines, in order.
std::string letters(const std::vector<Line>& lines);

}  // namespace patchseek::patch
