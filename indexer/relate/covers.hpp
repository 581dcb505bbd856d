// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "graph.hpp"

namespace patchseek::relate {

/// Where a message stands in its posting.
struct Place {
    Number cover = kNobody;  ///< of a part that answers its cover: the cover
    std::uint32_t part = 0, total = 0;
    bool numbered = false;  ///< has part and total
    bool guessed = false;   ///< of a request to pull: part 0 of as many as its shortlog lists, by no number or answer
};

/// The place of each message: what its subject says, put right by what answers what. The messages that turn out to be
/// covers become posted ones of `graph`.
///
/// A cover is what its parts answer, however it is numbered: `[PATCH 0/3]`, `[PATCHSET]`, `[PATCHSET 2/5]` above a set,
/// a plain subject. It has no diff of its own, its parts say n/m, are the same person's or of one run of a mailer, and
/// follow it within kPosting; within kWindow if nothing in it (a diffstat, a shortlog, a number) says that patches
/// come. One version of the parts has a cover; of several that answer it, what agrees with its own version and total
/// comes first. Parts without a version take the cover's, and give it theirs if most of them are there. Where none of
/// them is whole, all parts that the cover counts, each once and sent with it, are its own, whatever versions they say.
std::vector<Place> find_places(Graph& graph);

/// Seconds between a cover, or a part, and the next.
inline constexpr std::int64_t kWindow = 3600;
/// Seconds from a cover to the last part that answers it.
inline constexpr std::int64_t kPosting = 86400;

/// The version that a message says, the first if it says none.
inline std::uint32_t version_of(const Facts::Item& item) { return item.version == 0 ? 1 : item.version; }

}  // namespace patchseek::relate
