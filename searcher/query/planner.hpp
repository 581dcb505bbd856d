// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "patchseek/base/result.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "plan.hpp"
#include "tree.hpp"

namespace patchseek::query {

/// Makes the plan of a tree: words are folded and cut as the indexer does it, fields become scopes, value
/// slots and exact terms, and what terms alone cannot promise gets a proof. Nothing is known of the index
/// yet, so whatever depends on which terms there are is left to compile/.
///
/// As deep as the tree, hence at most kMaxDepth. An Error is of kind usage and has its place in the query:
/// a word without anything to search for, an object id that is none, an expression RE2 does not accept, a
/// field of whole messages inside `hunk:( )` or `in:( )`.
Result<Plan> make_plan(const Node& root, tokens::Analyzer& analyzer);

}  // namespace patchseek::query
