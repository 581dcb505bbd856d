// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// A `---` line that may end the log, and what was seen between it and the next.
struct Divider {
    std::size_t line;                ///< index into Scan::lines
    bool stat = false;               ///< a diffstat follows, before any diff
    bool stands_alone = false;       ///< the next line is blank, a diffstat or a diff
    bool below_prose = false;        ///< prose stands between the diff above it and here
    std::uint32_t stat_files = 0;    ///< of its `N files changed`
    std::uint32_t diffs = 0;         ///< file diffs up to the next divider
    std::uint32_t diffs_before = 0;  ///< file diffs above it, in the whole text
};

/// The first pass: what each line looks like where it stands, diffs in prose not yet
/// told from the patch. Prose is `log`.
struct Scan {
    std::vector<Line> lines;
    std::vector<Divider> dividers;
    std::vector<std::size_t> corrupt;  ///< the last lines of hunks that are not whole; they have their file
    bool cut_short = false;            ///< ends inside a hunk or a binary patch
};

/// `lines` are all lines of `text`, of whatever kind.
Scan scan_lines(std::string_view text, std::vector<Line> lines);

}  // namespace patchseek::patch
