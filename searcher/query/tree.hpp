// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "patchseek/schema/schema.hpp"

/// What a query means, before anything is known of the index: the tree that
/// parse() makes and that the plan is made from.
namespace patchseek::query {

/// Whether values of the field are words for the Analyzer; nullptr is a bare word. The
/// others are one value as it stands.
constexpr bool is_text(const schema::Field* field) {
    return !field || field->kind == schema::FieldKind::text || field->kind == schema::FieldKind::trailer ||
           field->kind == schema::FieldKind::named;
}

/// What everything in a bracket must hold of: the whole message, or one part of its diff.
enum class Unit : std::uint8_t {
    message,
    file,  ///< `in:( )`: one file's diff
    hunk,  ///< `hunk:( )`
};

/// A node of the tree, a value. parse() makes none deeper than kMaxDepth, so a
/// recursive visit (the destructor is one) is safe on any stack.
struct Node {
    enum class Kind : std::uint8_t {
        all,         ///< `*`: every message
        word,        ///< `text` as typed; for path, exact and hex fields the whole raw value
        phrase,      ///< `text` as typed between the quotes, maybe of one word
        near,        ///< children are words and phrases, each of a single word, all of the same text field
        range,       ///< from..to, both inclusive
        exists,      ///< `field:*`: every message that has one
        literal,     ///< `lit:`, in the field or in the whole message
        expression,  ///< `re:`
        unit,        ///< `hunk:( )` or `in:( )`: one child, which must hold of one `unit`
        whole,       ///< `thread:{ }`: one child; all messages of the groups, named by `field`, of those it finds
        and_,
        or_,
        xor_,   ///< two children or more, never of the node's own kind
        not_,   ///< one child
        maybe,  ///< two children: what must match, and what only adds to the score (--any with +)
    };
    Kind kind = Kind::all;

    const schema::Field* field = nullptr;  ///< of leaves; nullptr is a bare word
    std::string name;                      ///< of Kind::named fields: the trailer, in lower case; empty for `trailer:*`
    std::string text;
    bool prefix = false;        ///< of words: had a trailing `*`, which `text` no longer has
    bool fold = false;          ///< of literals and expressions: case does not count
    Unit unit = Unit::message;  ///< of Kind::unit

    bool ordered = false;      ///< near: ADJ
    std::size_t distance = 0;  ///< near: the n of NEAR/n, 1..kMaxDistance

    /// range: as typed, absent where open; both the same text for one value.
    std::optional<std::string> lo, hi;
    /// range: what they mean. Numbers, or seconds since 1970 UTC for dates.
    std::optional<std::int64_t> from, to;

    std::size_t begin = 0, end = 0;  ///< bytes of the query, field name and quotes included
    std::size_t text_begin = 0;      ///< of leaves: where the text or value begins

    std::vector<Node> children;
};

/// A stable S-expression on one line:
/// `(and word:mmap (subject phrase:"foo bar") (not (file word:/kernel/)))`.
/// Prefixes are `prefix:vcpu`, ranges show what they mean: `(v range:2..)`,
/// `lit:"x"`, `re:/x/i`, `(hunk …)`, `(in …)`, `(whole:thread …)`,
/// `(date range:2020-10-01T00:00:00Z..2020-10-31T23:59:59Z)`. Control characters are made visible.
std::string print(const Node& node);

}  // namespace patchseek::query
