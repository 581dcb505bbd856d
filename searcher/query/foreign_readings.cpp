#include <algorithm>
#include <array>

#include "foreign_syntax.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/code_point.hpp"

namespace patchseek::query {
namespace {

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, text::ascii_lower, text::ascii_lower);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Blanks part them, save between quotes.
std::vector<std::string> pieces(std::string_view query) {
    std::vector<std::string> out(1);
    bool inside = false;
    for (const char c : query) {
        inside = inside != (c == '"');
        if (c != ' ' || inside)
            out.back() += c;
        else if (!out.back().empty())
            out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return out;
}

/// What typing programs make of quotes, dashes and colons.
std::string without_typography(std::string_view query) {
    std::string out(query);
    for (const std::string_view quote : {"“", "”", "„", "«", "»", "＂"}) out = replaced(out, quote, "\"");
    for (const std::string_view quote : {"‘", "’", "`", "´"}) out = replaced(out, quote, "'");
    for (const std::string_view dash : {"–", "—", "−", "‐"}) out = replaced(out, dash, "-");
    return replaced(replaced(out, "：", ":"), "\xC2\xA0", " ");
}

/// `'a b'` as "a b".
std::string with_double_quotes(std::string_view query) {
    std::string out(query);
    for (auto begin = out.find('\''); begin != out.npos;) {
        const auto end = out.find('\'', begin + 1);
        const bool starts = begin == 0 || out[begin - 1] == ' ' || out[begin - 1] == ':' || out[begin - 1] == '(';
        if (end == out.npos) break;
        if (starts) out[begin] = out[end] = '"';
        begin = out.find('\'', starts ? end + 1 : begin + 1);
    }
    return out;
}

/// Operators of other languages in our capitals.
std::string with_operators(std::string_view query) {
    struct Sign {
        std::string_view said, meant;
    };
    static constexpr auto kSigns =
        std::to_array<Sign>({{"&&", "AND"}, {"&", "AND"}, {"||", "OR"}, {"|", "OR"}, {"!", "NOT"}, {",", "OR"}});
    auto parts = pieces(query);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string& part = parts[i];
        const bool between = i > 0 && i + 1 < parts.size();
        for (const Sign& sign : kSigns)
            if (part == sign.said && (between || sign.meant == "NOT")) part = sign.meant;
        if (between && (same(part, "and") || same(part, "or") || same(part, "xor")))
            std::ranges::transform(part, part.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
        if (i + 1 < parts.size() && same(part, "not")) part = "NOT";
        if (part.size() > 1 && part[0] == '!' && text::is_ascii_letter(part[1])) part = "NOT " + part.substr(1);
        // `a AND NOT b` and `a AND -b` are the same, and so is `a but not b`.
        if (part.starts_with("NOT") && i > 0 && (same(parts[i - 1], "but") || same(parts[i - 1], "and")))
            parts[i - 1] = "AND";
    }
    return joined(parts);
}

/// `date:oct 26 2020` and `date:last week` with dots for the blanks, the longest first.
void with_dates(std::string_view query, std::vector<std::string>& out) {
    const auto parts = pieces(query);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto colon = parts[i].find(':');
        const auto* field = schema::find_field(std::string_view(parts[i]).substr(0, std::min(colon, parts[i].size())));
        if (colon == std::string::npos || !field || field->kind != schema::FieldKind::date) continue;
        for (std::size_t more = std::min<std::size_t>(3, parts.size() - i - 1); more > 0; --more) {
            std::string date = parts[i];
            for (std::size_t j = 1; j <= more; ++j) date += '.' + parts[i + j];
            std::erase(date, ',');
            std::vector<std::string> all(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i));
            all.push_back(std::move(date));
            all.insert(all.end(), parts.begin() + static_cast<std::ptrdiff_t>(i + more + 1), parts.end());
            out.push_back(joined(all));
        }
    }
}

}  // namespace

std::vector<std::string> other_readings(std::string_view query) {
    // What is longer was not typed.
    constexpr std::size_t kLongest = 1000;
    if (query.size() > kLongest) return {};
    std::vector<std::string> out;
    const auto add = [&](std::string reading) {
        if (reading != query && std::ranges::find(out, reading) == out.end()) out.push_back(std::move(reading));
    };
    const std::string plain = without_typography(query);
    add(plain);
    add(with_double_quotes(plain));
    add(with_operators(plain));
    with_dates(plain, out);
    // Quoted twice: once for the shell, and once for us.
    const bool whole = plain.size() > 2 && plain.front() == '"' && plain.find('"', 1) == plain.size() - 1;
    if (whole && plain.find(':') != plain.npos) add(plain.substr(1, plain.size() - 2));
    if (plain.find("\\\"") != plain.npos) add(replaced(plain, "\\\"", "\""));
    return out;
}

}  // namespace patchseek::query
