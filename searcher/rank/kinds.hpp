// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "query/plan.hpp"

namespace patchseek::rank {

/// Messages of which all that they say counts less: those that have all of the terms.
struct RankedKind {
    double weight;
    std::vector<std::string> terms;
};
using Kinds = std::vector<RankedKind>;

/// All kinds but those that a query asks for by a word of theirs: `syzbot`, `from:"test robot"`, `tag:autosel`.
Kinds kinds_for(const query::Plan& plan);

}  // namespace patchseek::rank
