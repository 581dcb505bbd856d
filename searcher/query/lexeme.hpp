// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/schema/schema.hpp"
#include "tree.hpp"

namespace patchseek::query {

/// One token of a query. Whether a character is a sign or text depends on the field it stands in, so
/// the tokens that become leaves carry their field: `subject:(a b)` gives two words of `subject`.
struct Lexeme {
    enum class Kind : std::uint8_t {
        word,        ///< to be cut into words by the Analyzer
        phrase,      ///< the same, quoted
        value,       ///< as typed: paths, exact values, ranges, dates
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

/// `AND` for op_and and so on, without a distance; empty for kinds that are no operator in capitals.
std::string_view operator_name(Lexeme::Kind kind);

/// One line, control characters made visible: `word:mmap ( subject:phrase:"foo bar" OR - file:value:/kernel/ )`.
std::string print(const std::vector<Lexeme>& lexemes);

}  // namespace patchseek::query
