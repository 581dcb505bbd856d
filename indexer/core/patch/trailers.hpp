// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/file_change.hpp"

namespace patchseek::patch {

/// A line `Name: value` whose name could be a trailer's. Views into the line.
struct TrailerLine {
    std::string_view name;
    std::string_view value;
    bool known = false;    ///< ...-by, Fixes, Link, Closes, Cc, BugLink, Message-Id, Change-Id and the like
    bool certain = false;  ///< ...-by with an address, Fixes with a commit: never prose
};
std::optional<TrailerLine> parse_trailer_line(std::string_view line) noexcept;

/// Turns log and notes lines that are trailers into LineKind::trailer.
///
/// What git takes (trailer.c) is always taken: of the last paragraph above `---` or the
/// diff every `word: value`, when all its lines are such, or a quarter and one that git
/// itself writes. Mail is looser: trailers stand in several blocks, under prose without
/// a blank line, below the diffstat. So, by paragraph:
/// - a certain trailer is one wherever it stands;
/// - a paragraph's tail of trailer lines is trailers when one of them is known and
///   the tail is the whole paragraph or holds a certain one; in the last paragraph
///   any known one will do.
/// URLs and headers that people paste (From:, Date:) are none.
/// `[name: note]` and `(cherry picked from ...)` lines may stand between trailers and
/// stay prose. Lines indented below a trailer are part of it, as is the line that
/// closes the `("...` a mailer broke in a Fixes trailer.
void mark_trailers(std::string_view text, std::vector<Line>& lines);

/// The trailers among classified lines, in order.
std::vector<Trailer> read_trailers(std::string_view text, const std::vector<Line>& lines);

/// Those that do not stand in the log of a patch: what a reply gives itself, beside the patch that it attaches or has
/// pasted in. Linear.
std::vector<Trailer> read_given_trailers(std::string_view text, const std::vector<Line>& lines);

/// The lines of a reply, with those trailers marked that its sender gives and indents: `    Reviewed-by: A <a@b>`,
/// where A sent it. They are marked without their indent. Empty where there is none. Linear.
///
/// Of 145 such on six lists all were meant, of the 13 that named somebody else none: they were lists of tags as they
/// should be, questions, quotes. Sign-offs, and what stands beside them, are never meant. A line that follows indented
/// text is of a log or of code that was pasted in.
std::vector<Line> with_indented(std::string_view text, const std::vector<Line>& lines, std::string_view from);

}  // namespace patchseek::patch
