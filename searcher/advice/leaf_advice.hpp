// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "query/tree.hpp"
#include "suggester.hpp"

/// What a single part of a query, a leaf of its tree, may have meant.
namespace patchseek::advice {

/// For a leaf that finds nothing: the same in another spelling, in another field, in the syntax of this language, or
/// what values there are; of paths, one that exists.
void advise_leaf(const query::Node& leaf, Suggester& suggester);

/// For a path that matches where the whole query does not: the other name of files that were renamed.
void advise_renamed(const query::Node& leaf, Suggester& suggester);

}  // namespace patchseek::advice
