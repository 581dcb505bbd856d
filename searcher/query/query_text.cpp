// SPDX-License-Identifier: GPL-2.0-or-later
#include "query_text.hpp"

#include <algorithm>

#include "diagnostics.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::query {
namespace {

constexpr std::string_view kLiteral = "lit:", kExpression = "re:";

}  // namespace

Unit unit_named(std::string_view name) {
    if (equals_any_case(name, "hunk")) return Unit::hunk;
    return equals_any_case(name, "in") ? Unit::file : Unit::message;
}

bool is_literal_label(std::string_view name) { return equals_any_case(name, "lit"); }
bool is_pattern_label(std::string_view name) { return is_literal_label(name) || equals_any_case(name, "re"); }

std::optional<Label> QueryText::label_at(std::size_t pos) const {
    if (!is_alpha(byte(pos))) return {};
    std::size_t end = pos;
    while (is_alpha(byte(end)) || byte(end) == '-') ++end;
    if (byte(end) != ':') return {};
    // `std::vector` and `https://x` are text, whatever stands before the colon.
    if (byte(end + 1) == ':' || text_.substr(end + 1).starts_with("//")) return {};
    const std::string_view name = piece(pos, end);
    return Label{name, end, schema::find_field(name)};
}

bool QueryText::is_field_at(std::size_t pos) const {
    const auto label = label_at(pos);
    return label && (label->field || is_pattern_label(label->name) || unit_named(label->name) != Unit::message);
}

bool QueryText::ends_at(std::size_t pos, const Group& group) const {
    if (pos >= size() || is_blank_at(pos)) return true;
    return group.bracket && text_[pos] == group.closer() && group.open_in_text() == 0;
}

Result<std::size_t> QueryText::word_end(std::size_t begin, Group& group) const {
    std::size_t end = begin;
    while (!ends_at(end, group)) {
        const text::CodePoint c = at(end);
        if (c.value == '(') ++group.open_parens;
        if (c.value == ')') {
            if (group.open_parens == 0) return usage_error("')' without '('; as text it needs quotes", end);
            --group.open_parens;
        }
        if (c.value == '{') ++group.open_braces;
        if (c.value == '}' && group.open_braces > 0) --group.open_braces;
        end += c.size;
    }
    return end;
}

std::size_t QueryText::value_end(std::size_t begin, const Group& group) const {
    std::size_t end = begin;
    const char closer = group.closer(), opener = group.brace ? '{' : '(';
    for (std::size_t inside = 0; end < size(); end += at(end).size) {
        if (is_blank_at(end)) break;
        if (text_[end] == opener) ++inside;
        if (text_[end] == closer) {
            if (inside == 0 && group.bracket) break;
            inside -= inside > 0 ? 1 : 0;
        }
    }
    return end;
}

bool QueryText::begins_with(std::size_t pos, std::string_view label) const {
    return equals_any_case(text_.substr(pos, label.size()), label);
}

bool QueryText::is_pattern_at(std::size_t pos) const {
    if (begins_with(pos, kExpression)) return byte(pos + kExpression.size()) == '/';
    const std::size_t after = pos + kLiteral.size();
    return begins_with(pos, kLiteral) && after < size() && text_[after] != ')' && !is_blank_at(after);
}

/// From behind the opening `quote` on; a backslash takes the meaning of `quote`, and
/// in literals its own.
Result<Done> QueryText::read_quoted(std::size_t pos, char quote, PatternText& out) const {
    const std::size_t begin = pos - 1;
    out.text_begin = pos;
    for (; pos < size() && text_[pos] != quote; ++pos) {
        const bool escape = text_[pos] == '\\' && pos + 1 < size();
        const char next = byte(pos + 1);
        if (escape && (out.expression || next == quote || next == '\\')) {
            // RE2 knows `\/` itself, and every other escape is its own.
            if (out.expression) out.text += '\\';
            out.text += next;
            ++pos;
        } else {
            out.text += text_[pos];
        }
    }
    if (pos == size()) return usage_error(out.expression ? "unclosed '/' of an expression" : "unclosed quote", begin);
    if (out.text.empty())
        return usage_error(out.expression ? "nothing between the slashes" : "nothing between the quotes", begin);
    out.end = pos + 1;
    if (to_lower(byte(out.end)) == 'i') {
        out.fold = true;
        ++out.end;
    }
    return Done{};
}

Result<PatternText> QueryText::read_pattern(std::size_t pos, const Group& group) const {
    PatternText out;
    out.expression = begins_with(pos, kExpression);
    pos += out.expression ? kExpression.size() : kLiteral.size();
    const char quote = out.expression ? '/' : '"';
    if (byte(pos) != quote) {
        out.text_begin = pos;
        out.end = value_end(pos, group);
        out.text = piece(pos, out.end);
        if (out.text.empty()) return usage_error("nothing after 'lit:'", pos);
        return out;
    }
    if (const auto done = read_quoted(pos + 1, quote, out); !done) return done.error();
    const bool closes_group = group.bracket && byte(out.end) == group.closer();
    if (out.end < size() && !is_blank_at(out.end) && !closes_group)
        return usage_error(std::string("only 'i' may stand behind the last '") + quote + "'; " +
                               (out.expression ? "inside an expression a slash is written '\\/'"
                                               : "inside a literal a quote is written '\\\"'"),
                           out.end);
    return out;
}

}  // namespace patchseek::query
