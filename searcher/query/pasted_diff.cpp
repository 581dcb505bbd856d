// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "patchseek/base/ascii.hpp"
#include "patchseek/schema/schema.hpp"
#include "readings.hpp"

namespace patchseek::query {
namespace {

constexpr std::size_t kLongest = 8000, kMostLines = 8;

/// What a pasted text asks for.
struct Excerpt {
    struct Line {
        char sign;
        std::string_view text;  ///< without sign, and blanks at both ends
    };
    std::vector<Line> lines;
    std::vector<std::string_view> files;
    bool plain = false;  ///< nothing but lines of a diff can be meant
};

std::string_view without_quotes(std::string_view line) {
    while (line.starts_with('>')) line = line.substr(line.starts_with("> ") ? 2 : 1);
    return line;
}

/// The path of `b/mm/slab.c`, with or without a time behind it; empty of /dev/null and of what is no path.
std::string_view path_of(std::string_view text) {
    text = text.substr(0, text.find('\t'));
    if (text.size() < 3 || text.find_first_of(" \"") != text.npos || text.starts_with('/')) return {};
    return text[1] == '/' ? text.substr(2) : text;
}

bool is_header(std::string_view line) {
    constexpr auto kHeaders = std::to_array<std::string_view>(
        {"@@ ", "index ", "new file mode ", "deleted file mode ", "similarity index ", "old mode ", "new mode "});
    return std::ranges::any_of(kHeaders, [&](std::string_view head) { return line.starts_with(head); });
}

/// What may not stand in a query, but does in code.
bool has_code(std::string_view text) {
    return text.starts_with('#') || text.find_first_of(";{}=") != text.npos || text.find("()") != text.npos ||
           text.find("->") != text.npos || text.ends_with(',') || text.ends_with(')');
}

/// Whether it begins as a part of a query does: `is:reply`, `"a phrase"`, `(`.
bool begins_query(std::string_view text) {
    const auto colon = text.find(':');
    if (text.starts_with('"') || text.starts_with('(')) return true;
    return colon != text.npos && schema::find_field(text.substr(0, colon)) != nullptr;
}

/// Whether a line is of a diff; what it says is added.
bool add(std::string_view line, bool alone, Excerpt& out) {
    if (line.starts_with("diff --git ")) {
        const auto last = line.substr(line.rfind(' ') + 1);
        out.plain = true;
        if (const auto path = path_of(last); !path.empty()) out.files.push_back(path);
        return true;
    }
    if (line.starts_with("+++ ") || line.starts_with("--- ")) {
        const auto path = path_of(line.substr(4));
        out.plain = out.plain || !path.empty();
        if (!path.empty() && std::ranges::find(out.files, path) == out.files.end()) out.files.push_back(path);
        return true;
    }
    if (line.starts_with('+') || line.starts_with('-')) {
        const auto rest = line.substr(1), text = trim(rest);
        const bool blank = rest.empty() || is_space(rest.front());
        out.plain = out.plain || (blank && !text.empty());
        if (alone && !blank && (!has_code(text) || begins_query(text))) return false;
        if (std::ranges::any_of(text, [](char c) { return is_alpha(c) || is_digit(c); }))
            out.lines.push_back({line.front(), text});
        return true;
    }
    return !alone && (line.empty() || is_space(line.front()) || is_header(line));
}

std::optional<Excerpt> excerpt_of(std::string_view pasted) {
    if (pasted.size() > kLongest) return std::nullopt;
    while (!pasted.empty() && (pasted.back() == '\n' || pasted.back() == '\r')) pasted.remove_suffix(1);
    const bool alone = pasted.find('\n') == pasted.npos;
    Excerpt out;
    for (std::size_t pos = 0; pos < pasted.size();) {
        const auto end = std::min(pasted.find('\n', pos), pasted.size());
        if (!add(trim_right(without_quotes(pasted.substr(pos, end - pos))), alone, out)) return std::nullopt;
        pos = end + 1;
    }
    out.plain = out.plain || (!alone && !out.lines.empty());
    if (out.lines.empty() && out.files.empty()) return std::nullopt;
    return out;
}

/// The text with blanks and tabs of any number; empty where it has none of which that matters.
std::string expression(std::string_view text) {
    std::string out = "re:/";
    bool blanks = false, any = false;
    for (const char c : text) {
        const bool blank = is_space(c);
        if (blank && !blanks) out += "\\s+";
        any = any || blank;
        blanks = blank;
        if (blank) continue;
        const bool word = is_alpha(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
        out += (word ? "" : "\\") + std::string(1, c);
    }
    return any ? out + '/' : std::string();
}

std::string field_of(char sign) { return sign == '+' ? "added:" : "removed:"; }

std::vector<std::string> of_line(const Excerpt::Line& line, const std::string& files) {
    std::vector<std::string> out;
    const std::string blanks = expression(line.text);
    for (const std::string& field : {field_of(line.sign), std::string()}) {
        out.push_back(files + field + as_literal(line.text));
        if (!blanks.empty()) out.push_back(files + field + blanks);
    }
    return out;
}

}  // namespace

std::string as_literal(std::string_view text) {
    std::string out = "lit:\"";
    for (const char c : text) out += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    return out + '"';
}

std::vector<std::string> diff_readings(std::string_view pasted) {
    // `a/mm/slab.c`, as headers have it.
    const auto word = trim(pasted);
    if (word.starts_with("a/") || word.starts_with("b/"))
        if (const auto path = path_of(word);
            path.find_first_of("/.") != path.npos && path.find_first_of("*?:()") == path.npos)
            return {"file:/" + std::string(path)};
    const auto excerpt = excerpt_of(pasted);
    if (!excerpt) return {};
    std::string files;
    for (const auto path : excerpt->files) files += "file:/" + std::string(path) + ' ';
    if (excerpt->lines.empty()) {
        files.pop_back();
        return {files};
    }
    if (excerpt->lines.size() == 1) {
        auto out = of_line(excerpt->lines.front(), files);
        if (!files.empty()) std::ranges::move(of_line(excerpt->lines.front(), {}), std::back_inserter(out));
        return out;
    }
    std::string all, longest;
    for (std::size_t i = 0; i < std::min(excerpt->lines.size(), kMostLines); ++i) {
        const auto one = field_of(excerpt->lines[i].sign) + as_literal(excerpt->lines[i].text);
        all += (i == 0 ? "" : " ") + one;
        if (one.size() > longest.size()) longest = one;
    }
    std::vector<std::string> out = {files + "hunk:(" + all + ')', files + all};
    if (!files.empty()) out.push_back("hunk:(" + all + ')'), out.push_back(all);
    out.push_back(longest);
    return out;
}

bool is_diff(std::string_view pasted) {
    const auto excerpt = excerpt_of(pasted);
    return excerpt && excerpt->plain;
}

}  // namespace patchseek::query
