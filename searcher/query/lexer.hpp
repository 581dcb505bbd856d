// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lexeme.hpp"
#include "patchseek/base/result.hpp"

/// First stage of a query: text -> tokens.
namespace patchseek::query {

/// Limits of a query, each an Error that shows the place. They are checked before
/// anything is handed to Xapian, whose own query tree is recursive.
inline constexpr std::size_t kMaxQueryBytes = 64 * 1024;
inline constexpr std::size_t kMaxDepth = 100;  ///< of brackets, and of the tree
inline constexpr std::size_t kMaxNodes = 4096;
inline constexpr std::size_t kMaxWords = 1024;        ///< values of exact fields and paths count as one each
inline constexpr std::size_t kMinPrefix = 2;          ///< fewest letters before a `*`
inline constexpr std::size_t kMaxExpansion = 10'000;  ///< terms that all `*` of a query list one by one
inline constexpr std::size_t kMaxRanges = 64;
inline constexpr std::size_t kMaxLiterals = 64;
inline constexpr std::size_t kMaxExpressions = 16;  ///< each may take 8 MB
inline constexpr std::size_t kMaxBraces = 16;       ///< each is a search of its own
inline constexpr std::size_t kMaxDistance = 1000;
inline constexpr std::size_t kDefaultDistance = 10;  ///< of NEAR and ADJ without a number

/// Cuts a query into tokens, in time linear in its length.
///
/// - A blank ends a token, save between quotes. In front of a word, `-` and `+` are signs if a letter, a
///   field, a quote or a bracket follows; but `-` before a capital is text, as in `return -EINVAL`.
/// - `name:` is a field of the schema, or `lit:`, `re:`, `hunk:`, `in:`. Any other name is an Error, save in
///   front of a blank (`Re: …`), of `::` and of `//`, and inside `field:( )`: there it is text.
/// - A ')' is text while a '(' of the same word, or of a word before it in the same bracket, is open. A '{'
///   is a bracket only behind a field of FieldKind::group, and so is the '}' that closes it.
/// - AND, OR, XOR, NOT, NEAR, ADJ are operators in capitals only.
///
/// The brackets of the result are balanced; parse() checks the order of all other tokens. An Error is of
/// kind usage and has a place within the query.
Result<std::vector<Lexeme>> lex(std::string_view query);

}  // namespace patchseek::query
