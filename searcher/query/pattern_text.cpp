#include "pattern_text.hpp"

#include <algorithm>

#include "diagnostics.hpp"
#include "patchseek/text/code_point.hpp"

namespace patchseek::query {
namespace {

char byte(std::string_view query, std::size_t pos) { return pos < query.size() ? query[pos] : '\0'; }

Error fail(std::string message, std::size_t offset) { return Error{ErrorKind::usage, std::move(message), offset}; }

bool begins_with(std::string_view query, std::size_t pos, std::string_view label) {
    return std::ranges::equal(query.substr(pos, label.size()), label, {}, text::ascii_lower);
}

constexpr std::string_view kLiteral = "lit:", kExpression = "re:";

/// From behind the opening `quote` on; a backslash takes the meaning of `quote`, and
/// in literals its own.
Result<Done> read_quoted(std::string_view query, std::size_t pos, char quote, PatternText& out) {
    const std::size_t begin = pos - 1;
    out.text_begin = pos;
    for (; pos < query.size() && query[pos] != quote; ++pos) {
        const char next = byte(query, pos + 1);
        if (query[pos] == '\\' && pos + 1 < query.size()) {
            // RE2 knows `\/` itself, and every other escape is its own.
            const bool plain = !out.expression && (next == quote || next == '\\');
            if (plain || out.expression) {
                if (out.expression) out.text += '\\';
                out.text += next;
                ++pos;
                continue;
            }
        }
        out.text += query[pos];
    }
    if (pos == query.size()) return fail(out.expression ? "unclosed '/' of an expression" : "unclosed quote", begin);
    if (out.text.empty())
        return fail(out.expression ? "nothing between the slashes" : "nothing between the quotes", begin);
    out.end = pos + 1;
    if (text::ascii_lower(byte(query, out.end)) == 'i') {
        out.fold = true;
        ++out.end;
    }
    return Done{};
}

void read_plain(std::string_view query, std::size_t pos, char closer, PatternText& out) {
    const char opener = closer == '}' ? '{' : '(';
    out.text_begin = pos;
    std::size_t end = pos;
    for (std::size_t inside = 0; end < query.size(); end += text::code_point(query, end).size) {
        if (text::is_blank(text::code_point(query, end).value)) break;
        if (closer == '\0') continue;
        if (query[end] == opener) ++inside;
        if (query[end] == closer) {
            if (inside == 0) break;
            --inside;
        }
    }
    out.text = query.substr(pos, end - pos);
    out.end = end;
}

}  // namespace

bool is_pattern_label(std::string_view name) {
    return std::ranges::equal(name, std::string_view("lit"), {}, text::ascii_lower) ||
           std::ranges::equal(name, std::string_view("re"), {}, text::ascii_lower);
}

bool is_pattern_at(std::string_view query, std::size_t pos) {
    if (begins_with(query, pos, kExpression)) return byte(query, pos + kExpression.size()) == '/';
    const std::size_t after = pos + kLiteral.size();
    if (!begins_with(query, pos, kLiteral) || after >= query.size() || query[after] == ')') return false;
    return !text::is_blank(text::code_point(query, after).value);
}

Result<PatternText> read_pattern(std::string_view query, std::size_t pos, char closer) {
    PatternText out;
    out.expression = begins_with(query, pos, kExpression);
    pos += out.expression ? kExpression.size() : kLiteral.size();
    const char quote = out.expression ? '/' : '"';
    if (byte(query, pos) != quote) {
        read_plain(query, pos, closer, out);
        if (out.text.empty()) return fail("nothing after 'lit:'", pos);
        return out;
    }
    if (const auto done = read_quoted(query, pos + 1, quote, out); !done) return done.error();
    const bool ends = out.end >= query.size() || text::is_blank(text::code_point(query, out.end).value) ||
                      (closer != '\0' && query[out.end] == closer);
    if (!ends)
        return fail(std::string("only 'i' may stand behind the last '") + quote + "'; " +
                        (out.expression ? "inside an expression a slash is written '\\/'"
                                        : "inside a literal a quote is written '\\\"'"),
                    out.end);
    return out;
}

}  // namespace patchseek::query
