#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/schema/schema.hpp"
#include "tree.hpp"

/// First stage of a query: text -> tokens.
namespace patchseek::query {

/// Limits of a query, each an Error that shows the place. They hold before
/// anything is handed to Xapian, whose own query tree is recursive.
inline constexpr std::size_t kMaxQueryBytes = 64 * 1024;
inline constexpr std::size_t kMaxDepth = 100;  ///< of brackets, and of the tree
inline constexpr std::size_t kMaxNodes = 4096;
inline constexpr std::size_t kMaxWords = 1024;        ///< values of exact fields and paths count as one each
inline constexpr std::size_t kMinPrefix = 2;          ///< fewest letters before a `*`
inline constexpr std::size_t kMaxExpansion = 10'000;  ///< most terms that all `*` of one query together may stand for
inline constexpr std::size_t kMaxRanges = 64;
inline constexpr std::size_t kMaxLiterals = 64;
inline constexpr std::size_t kMaxExpressions = 16;  ///< each may take 8 MB
inline constexpr std::size_t kMaxBraces = 16;       ///< each is a search of its own
inline constexpr std::size_t kMaxDistance = 1000;
inline constexpr std::size_t kDefaultDistance = 10;  ///< of NEAR and ADJ without a number

/// One token. What is a sign and what is text depends on the field a word stands
/// in, so leaves already carry theirs: `subject:(a b)` gives both words `subject`.
struct Lexeme {
    enum class Kind : std::uint8_t {
        word,        ///< to be cut into words by the Analyzer
        phrase,      ///< the same, quoted
        value,       ///< taken raw: paths, exact values, ranges, dates
        exists,      ///< `field:*`
        all,         ///< `*` alone
        literal,     ///< `lit:`
        expression,  ///< `re:`
        open,
        close,
        plus,
        minus,
        op_and,
        op_or,
        op_xor,
        op_not,
        op_near,
        op_adj,
    };
    Kind kind = Kind::word;
    std::size_t begin = 0, end = 0;        ///< bytes of the query, field name and quotes included
    std::string text;                      ///< as typed, without field, quotes, the star of a prefix
    std::size_t text_begin = 0;            ///< where `text` begins in the query
    const schema::Field* field = nullptr;  ///< of leaves, nullptr for bare words; of `open` too
    std::string name;                      ///< of `trailer:NAME`, in lower case
    bool prefix = false;                   ///< word with a trailing `*`
    bool fold = false;                     ///< literal or expression with an `i` behind it
    Unit unit = Unit::message;             ///< of `open`: `hunk:(` and `in:(`
    bool brace = false;                    ///< of `open`: `thread:{`, whose field is not that of what stands in it
    std::size_t distance = 0;              ///< of NEAR and ADJ
};

/// `AND` for op_and and so on, without a distance; empty for what is no operator in capitals.
std::string_view operator_name(Lexeme::Kind kind);

/// Cuts a query. Brackets of the result are balanced, those that began as braces too: a
/// brace is one only behind a field of Kind::group, and what closes it; all others are text.
/// Everything else about the order of tokens is left to parse().
Result<std::vector<Lexeme>> lex(std::string_view query);

/// One line: `word:mmap ( subject:phrase:"foo bar" OR - file:value:/kernel/ )`.
std::string print(const std::vector<Lexeme>& lexemes);

}  // namespace patchseek::query
