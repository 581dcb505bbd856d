// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "patchseek/patch/file_change.hpp"

namespace patchseek::patch {

/// One line of a diffstat: ` path | 12 ++--`.
struct StatEntry {
    FileChange change;      ///< adds and dels only where the graph tells them for certain
    bool renamed = false;   ///< shows that there is an old name, be it cut off
    bool doubtful = false;  ///< the name holds what could be a diffstat's own signs
    bool plain = false;     ///< has a +/- graph and a path without spaces: unlikely to be prose
};

/// The forms of git diff --stat (also --compact-summary) and diffstat(1):
/// `{old => new}/x`, `a => b`, `dir/{ => sub}/x`, `.../tail`, C-quoted names,
/// `Bin 0 -> 10 bytes`, `Unmerged`. A path whose head is cut off is `partial`; of one
/// that is cut inside braces, or inside the arrow, what is certain is kept: the tail
/// of the new name.
std::optional<StatEntry> parse_stat_entry(std::string_view line);

/// Whether the line has the shape of an entry; what parse_stat_entry() would take
/// is always accepted here, cheaply.
bool may_be_stat_entry(std::string_view line) noexcept;

/// ` 3 files changed, 4 insertions(+), 1 deletion(-)`; a missing part is 0.
struct StatTotals {
    std::uint32_t files = 0, adds = 0, dels = 0;
    friend bool operator==(const StatTotals&, const StatTotals&) = default;
};
std::optional<StatTotals> parse_stat_totals(std::string_view line);

/// What git diff --summary says of one file: create, delete, rename, copy, mode
/// change, rewrite.
std::optional<FileChange> parse_summary_line(std::string_view line);

/// Whether it is one, be it one that names no file: ` mode change 100644 => 100755` below
/// the rename of that file.
bool is_summary_line(std::string_view line);

}  // namespace patchseek::patch
