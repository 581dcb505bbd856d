// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "covers.hpp"

namespace patchseek::relate {

/// One posting: a cover and its parts, or a single patch.
struct Series {
    std::vector<Number> members;  ///< covers first, then by part; of one part the oldest first
    std::uint32_t version = 1;
    std::uint32_t minor = 0;
    std::uint32_t total = 1;  ///< parts it should have, the cover not counted
    std::uint32_t parts = 0;  ///< parts of these that are there
    bool resend = false;
    bool rfc = false;
    bool cover = false;
    bool numbered = false;  ///< n/m in its subjects
    Number name() const { return members.front(); }
    bool complete() const { return parts == total; }
    /// Versions order so.
    std::pair<std::uint32_t, std::uint32_t> order() const { return {version, minor}; }
};

/// All postings, by Graph::in_order() of their names; each posted message is in exactly one.
///
/// A part belongs with the cover that it answers (covers.hpp). Any other belongs with the nearest message it refers to
/// that was posted as another part of the same version and total, within kNear. What refers to no such message is
/// joined, part by part and never two of one number, with what the same sender posted under the same version, total and
/// tags:
/// - in reply to the same message, there or not, or in one run of a mailer, as the ids tell;
/// - else within kWindow, unless their ids tell two runs;
/// - to a cover within kNear whose shortlog names it, also from another sender when it came without a header;
/// - to a cover just before that nothing answers, where only one of the two says a version.
std::vector<Series> find_series(const Graph& graph, const std::vector<Place>& places);

/// Seconds within which all of a posting is sent, where messages refer to one another.
inline constexpr std::int64_t kNear = std::int64_t{3} * 86400;

}  // namespace patchseek::relate
