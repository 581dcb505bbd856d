// SPDX-License-Identifier: GPL-2.0-or-later
#include "field_value.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "dates.hpp"
#include "diagnostics.hpp"
#include "guesses.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::query {
namespace {

/// What one side of a range may be: a number or a date unit, both ends.
using Side = Result<TimeRange>;

/// 12, 10k, 2M, 1G; powers of 1024, as git and find have them.
Side parse_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto used = static_cast<std::size_t>(end - text.data());
    const std::string_view unit = text.substr(used);
    const auto bad = [&](std::size_t at) {
        return usage_error("bad number " + quoted(text) + "; write 3, 10k, 2M or a range such as 2..5", at);
    };
    if (used == 0 || !is_digit(text.front())) return bad(0);
    int shift = 0;
    if (!unit.empty()) {
        const auto which = std::string_view("kmg").find(to_lower(unit.front()));
        if (which == std::string_view::npos || unit.size() > 1) return bad(used);
        shift = 10 * (static_cast<int>(which) + 1);
    }
    // A slot holds a double: whole numbers are exact up to 2^53.
    constexpr std::int64_t kMost = std::int64_t{1} << 53;
    if (error != std::errc{} || value > (kMost >> shift))
        return usage_error("the number " + quoted(text) + " is too large", 0);
    return TimeRange{value << shift, value << shift};
}

/// The message with a guess for the examples it ends with.
std::string with_guess(const std::string& message, const std::optional<std::string>& guess) {
    return guess ? message.substr(0, message.rfind(';')) + did_you_mean(*guess) : message;
}

/// `since:X` and `before:X` take one date and go on to one side of where it begins.
Result<Done> set_bound(Node& node, std::string_view text, std::int64_t now) {
    if (const auto dots = text.find(".."); dots != text.npos)
        return usage_error(
            "'" + std::string(node.field->name) + ":' takes one date" + did_you_mean("date:" + std::string(text)),
            node.text_begin + dots);
    const Side side = parse_date_unit(text, now);
    if (!side) return usage_error(with_guess(side.error().message, guess_date(text, now)), node.text_begin);
    if (node.field->bound == schema::Bound::from) {
        node.lo = text;
        node.from = side->from;
    } else {
        node.hi = text;
        node.to = *side->from - 1;
    }
    return Done{};
}

/// The error of one side of a range, or of all of it if it is one; `at` is where the side begins in `text`.
Error bad_side(const Node& node, const Error& error, std::string_view text, std::string_view side, std::size_t at,
               std::int64_t now) {
    const bool dates = node.field->kind == schema::FieldKind::date;
    const auto guess = [&](std::string_view typed) { return dates ? guess_date(typed, now) : guess_number(typed); };
    if (auto whole = guess(text); whole && *whole != text) {
        // Who asks for seven days asks for all of them.
        if (whole->ends_with(".ago")) *whole += "..";
        return usage_error(with_guess(error.message, whole), node.text_begin);
    }
    auto part = side == text ? std::nullopt : guess(side);
    if (part && (part->find("..") != part->npos || *part == side)) part.reset();
    return usage_error(with_guess(error.message, part), node.text_begin + at + (part ? 0 : error.offset));
}

Result<Done> set_range(Node& node, std::string_view text, std::int64_t now) {
    const auto parse = [&](std::string_view side) {
        return node.field->kind == schema::FieldKind::date ? parse_date_unit(side, now) : parse_number(side);
    };
    const auto dots = text.find("..");
    const std::size_t hi_begin = dots == text.npos ? 0 : dots + 2;
    const std::string_view lo = text.substr(0, dots), hi = text.substr(hi_begin);
    if (!lo.empty()) {
        const Side side = parse(lo);
        if (!side) return bad_side(node, side.error(), text, lo, 0, now);
        node.lo = lo;
        node.from = side->from;
    }
    if (!hi.empty()) {
        const Side side = parse(hi);
        if (!side) return bad_side(node, side.error(), text, hi, hi_begin, now);
        node.hi = hi;
        node.to = side->to;
    }
    if (!node.lo && !node.hi) node.kind = Node::Kind::exists;
    if (node.from && node.to && *node.from > *node.to)
        return usage_error("the range " + quoted(text) + " ends before it begins" +
                               did_you_mean(std::string(hi) + ".." + std::string(lo)),
                           node.text_begin);
    return Done{};
}

Result<Done> check_value(const Node& node) {
    const auto known = node.field->values;
    const bool found =
        std::ranges::any_of(known, [&](std::string_view value) { return equals_any_case(value, node.text); });
    if (!found) return usage_error(unknown_value(node.field->name, node.text, known), node.text_begin);
    return Done{};
}

/// What is between the brackets of <a@b>.
std::string_view bare_id(std::string_view text) {
    if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
    return text;
}

Result<Done> set_value(Node& node, std::string_view text, std::int64_t now) {
    const bool is_term = node.field->kind == schema::FieldKind::exact || node.field->kind == schema::FieldKind::hex ||
                         node.field->kind == schema::FieldKind::reference;
    if (is_term || node.field->kind == schema::FieldKind::group) text = bare_id(text);
    if (text.empty()) return usage_error("nothing after '" + std::string(node.field->name) + ":'", node.text_begin);
    const bool is_range = node.field->kind == schema::FieldKind::range || node.field->kind == schema::FieldKind::count;
    if (is_range || node.field->kind == schema::FieldKind::date) {
        node.kind = Node::Kind::range;
        return node.field->bound == schema::Bound::range ? set_range(node, text, now) : set_bound(node, text, now);
    }
    node.text = text;
    return node.field->values.empty() ? Done{} : check_value(node);
}

}  // namespace

Result<Node> make_leaf(const Lexeme& lexeme, std::int64_t now) {
    Node node;
    node.field = lexeme.field;
    node.name = lexeme.name;
    node.begin = lexeme.begin;
    node.end = lexeme.end;
    node.text_begin = lexeme.text_begin;
    switch (lexeme.kind) {
        case Lexeme::Kind::literal:
        case Lexeme::Kind::expression:
            node.kind = lexeme.kind == Lexeme::Kind::literal ? Node::Kind::literal : Node::Kind::expression;
            node.text = lexeme.text;
            node.fold = lexeme.fold;
            break;
        case Lexeme::Kind::exists: node.kind = Node::Kind::exists; break;
        case Lexeme::Kind::word:
        case Lexeme::Kind::phrase:
            node.kind = lexeme.kind == Lexeme::Kind::word ? Node::Kind::word : Node::Kind::phrase;
            node.text = lexeme.text;
            node.prefix = lexeme.prefix;
            break;
        case Lexeme::Kind::value:
            node.kind = Node::Kind::word;
            if (const auto done = set_value(node, lexeme.text, now); !done) return done.error();
            break;
        default: node.kind = Node::Kind::all; break;
    }
    return node;
}

}  // namespace patchseek::query
