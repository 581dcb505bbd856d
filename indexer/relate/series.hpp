#pragma once

#include <cstdint>
#include <vector>

#include "graph.hpp"

namespace patchseek::relate {

/// One posting: a cover and its parts, or a single patch.
struct Series {
    std::vector<Number> members;  ///< covers first, then by part; of one part the oldest first
    std::uint32_t version = 1;
    std::uint32_t total = 1;  ///< parts it should have, the cover not counted
    std::uint32_t parts = 0;  ///< parts of these that are there
    bool resend = false;
    bool cover = false;
    bool numbered = false;  ///< n/m in its subjects
    Number name() const { return members.front(); }
    bool complete() const { return parts == total; }
};

/// All postings, by Graph::in_order() of their names; each posted message (Item::posted())
/// is in exactly one.
///
/// A numbered part belongs with the nearest message it refers to that was posted as another
/// part of the same version and total. What refers to no such message is joined, part by
/// part and never two of one number, with what the same sender posted under the same
/// version, total and tags:
/// - in reply to the same message, there or not, or in one run of a mailer, as the ids tell;
/// - else within kWindow, unless their ids tell two runs;
/// - to a cover whose shortlog names it, also from another sender when it came without a
///   header.
std::vector<Series> find_series(const Graph& graph);

/// Seconds between one part and the next.
inline constexpr std::int64_t kWindow = 3600;

}  // namespace patchseek::relate
