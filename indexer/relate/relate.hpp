// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "fact.hpp"
#include "patchseek/store/relations.hpp"

namespace patchseek::relate {

/// What the messages of some facts are to one another. Everything is named by
/// Facts::Number; store::Relation by that number and one more, so that 0 is nobody.
struct Related {
    std::vector<store::Relation> relations;
    std::vector<store::Credit> credits;        ///< sorted, each once
    std::vector<store::Taken> taken;           ///< by patch and reply
    std::vector<store::Placement> placements;  ///< sorted
    std::vector<Facts::Number> covers;         ///< of a series, in no order
};

/// n log n, and some 350 bytes a message while it lasts.
///
/// A patch is *latest* when no later version holds it: of the series of one change, in the
/// order of versions and then of time, a later one holds all of an earlier one if it has a
/// cover, or more than half of its parts; if not (somebody sent one part again), only what
/// has the same part's number or title. A single patch holds a whole series only if it has
/// its title.
///
/// What is *applied*, and so what is *pending*, is what replies say; settle() of applied.hpp adds what commits tell.
/// A mail that was sent again under its id is the first once more: replies to either speak of both, and both are in one
/// series, have the same states, and count as one. `facts` are told which ones these are.
Related relate(Facts& facts);

}  // namespace patchseek::relate
