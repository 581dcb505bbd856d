// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "lexeme.hpp"
#include "patchseek/base/result.hpp"
#include "tree.hpp"

namespace patchseek::query {

/// The leaf of the tree that a token stands for: a word, phrase, value, exists, all, literal or
/// expression. The value is read as its field wants it: sizes with k, M and G, dates, ranges of them,
/// ids without their <>; values of `is:` and `op:` must be ones the schema knows. `now` is in seconds
/// since 1970.
///
/// An Error is of kind usage; it shows the place in the query and, where one can be guessed, the value
/// that is meant.
Result<Node> make_leaf(const Lexeme& lexeme, std::int64_t now);

}  // namespace patchseek::query
