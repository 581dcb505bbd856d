// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "output.hpp"
#include "paint.hpp"
#include "reader/request.hpp"

/// Hits as a person reads them. All text of mails passes text::visible().
namespace patchseek::render {

/// Subject, a line of details, paths, trailers of replies, snippets and reasons where the hit has some: several lines,
/// without the end of the last.
std::string text_block(const reader::Hit& hit, const Style& style);
/// A line for each: day, author, subject and id. On a terminal they are lined up, and the subject is cut to fit; ids
/// too where they leave little room for it, to Hit::short_id and an ellipsis. Stops where `out` fails.
void write_one_lines(const reader::Page& page, const Style& style, Output& out);

/// `Name` of `Name <address>`, or the address where there is no name; points into it.
std::string_view person(std::string_view mailbox);

/// Who wrote a message, by name if there is one, clean; empty if nothing tells.
std::string author_of(const reader::Hit& hit);

/// Subject, and a line with author, day and id, without the end of the last line.
std::string heading(const reader::Hit& hit, const Style& style);

/// What `hits` writes, as grep does: each line that was found. On a terminal a heading for each message, then
/// `path:line:text`; elsewhere `id:path:line:text`, with '-' in place of ':' for lines beside one that was found. The
/// path is empty in the text of a mail, the line 0 in its subject; a file's line is that after the change, of a removed
/// line that before. Needs Hit::lines. Stops where `out` fails.
void write_hits(const reader::Page& page, const Style& style, Output& out);

/// What --show writes: header lines, trailers of replies, a blank line and the decoded body, its diffs in colour. Needs
/// Hit::text. Stops where `out` fails.
void write_message(const reader::Hit& hit, const Style& style, Output& out);

/// "2020-10-26" and "2020-10-26T09:51:08Z", UTC, for seconds since 1970. nullopt
/// outside the years 0000 to 9999, which RFC 3339 cannot write.
std::optional<std::string> iso_day(std::int64_t seconds);
std::optional<std::string> iso_time(std::int64_t seconds);

}  // namespace patchseek::render
