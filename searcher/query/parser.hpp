// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics.hpp"
#include "lexer.hpp"
#include "tree.hpp"

/// Second stage of a query: tokens -> tree.
namespace patchseek::query {

struct ParseOptions {
    bool any = false;      ///< words side by side are OR-ed; `+` requires, `-` excludes
    std::int64_t now = 0;  ///< seconds since 1970, for `yesterday` and the like
};

struct Parsed {
    Node root;
    std::vector<std::string> notes;  ///< for stderr: words that were left out and why, as typed; make them visible()
};

/// Understands a query. Binding, tightest first: NEAR ADJ, then NOT - +, then AND
/// and standing side by side, then XOR, then OR. With `any`, AND binds tighter than
/// standing side by side.
///
/// Never guesses: what cannot be understood is an Error of kind usage whose offset
/// (<= query.size()) is the place.
Result<Parsed> parse(std::string_view query, const ParseOptions& options);

}  // namespace patchseek::query
