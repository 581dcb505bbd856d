// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "query/plan.hpp"

/// Keeps the versions and parts of one patch from filling a page.
namespace patchseek::rank {

/// An answer on its way to its place.
struct Candidate {
    std::size_t place;        ///< by score alone
    double score;             ///< less what it yields
    std::uint32_t group = 0;  ///< all versions of a series and their parts share it; 0: none
    bool older = false;       ///< there is a newer version
    double yielded = 0;
};

/// Of a group the best keeps its score; each further one yields a share to the answers beside it, and none
/// is left out. `block` is in the order of scores.
void put_into_order(std::span<Candidate> block);

/// Whether the query leaves it to the ranking what to show of a group: it asks for no series, version or part.
bool lets_groups_yield(const query::Plan& plan);

}  // namespace patchseek::rank
