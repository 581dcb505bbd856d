// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/tokens/positions.hpp"

/// Which words of a body belong to which area: the indexer stores by this, the
/// searcher proves and shows by it.
namespace patchseek::patch {

/// The area of a line; nullopt for lines that are never words. Lines that name files
/// (diffstat, summary, header) are of Area::path: its words are taken from the files
/// themselves, whole and once, not from such lines.
std::optional<schema::Area> area_of(LineKind kind) noexcept;

/// The words' part of a line: diff lines without their sign, of a hunk header what
/// stands behind the second @@, nothing of git's "\ No newline at end of file", any
/// other line whole.
std::string_view content_of(const Line& line, std::string_view body) noexcept;

/// Gives the words of one line of a diff their positions: an added line stands right below the removed one above it,
/// a hunk begins apart from all before it, and so does each name behind @@.
///
/// `place(area, content, first)` is called when the line has words that count; it gives them the positions from
/// `first` on and returns how many they took. Call it for each line in order, header lines too.
template <class Place>
void place_diff_line(const Line& line, std::string_view body, tokens::Positions& positions, Place&& place) {
    if (line.kind == LineKind::header || line.kind == LineKind::hunk) positions.gap(schema::Area::context);
    const auto area = area_of(line.kind);
    if (!area || *area == schema::Area::path) return;
    positions.take(*area, place(*area, content_of(line, body), positions.next(*area)));
    if (line.kind == LineKind::hunk) positions.gap(*area);
}

}  // namespace patchseek::patch
