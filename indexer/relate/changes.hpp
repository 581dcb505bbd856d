// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "series.hpp"

namespace patchseek::relate {

/// The versions of one change: places in the vector of find_series(), oldest version
/// first, of equal ones in order.
using Change = std::vector<std::size_t>;

/// Which series are versions of one another. Each series is in exactly one change.
///
/// All that share a change-id are, and all that one names as its earlier versions, if anything agrees. What names none
/// has one predecessor at most, of a lower version, or of the same when it is a repost (it says so, or has the same
/// title and mostly the same patches or paths), or an RFC of any version and the same title when it is a first one. It
/// is, the first of these that there is:
/// 1. of the same person and title, and of the same tree if there is one;
/// 2. what it refers to, if the title or a part's agrees, or the person and a path;
/// 3. of the same person, with at least half of the titles of parts of the smaller one;
/// 4. of the same person, with a patch in common;
/// 5. of another person, the version before, within kSpan, of the same title and tree, with half of all titles of parts
///    or of all paths in common;
/// 6. of the same person, the version before, within kSpan, with at least half of all
///    paths in common.
/// A request to pull gathers patches that are known, so 4 and 6 say nothing of one.
/// Of several the one of the highest version, then the nearest in time. A person is known by name or by address, as the
/// sender or as the author of the first message.
std::vector<Change> find_changes(const Graph& graph, const std::vector<Series>& all);

/// Seconds within which rules 5 and 6 hold. Titles hold for kLongSpan: people come back to their
/// work, but `fix typos` of ten years ago is another matter.
inline constexpr std::int64_t kSpan = std::int64_t{180} * 86400;
inline constexpr std::int64_t kLongSpan = std::int64_t{3} * 365 * 86400;

}  // namespace patchseek::relate
