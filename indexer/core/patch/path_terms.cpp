// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/path_terms.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::patch {
namespace {

/// The names between the slashes; empty ones and "." mean nothing and are left out.
std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> names;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const auto name = path.substr(0, end);
        if (!name.empty() && name != ".") names.push_back(name);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return names;
}

bool has_capital(std::string_view s) noexcept { return std::ranges::any_of(s, is_upper); }

/// Folded by component, so that no character that folds to a slash moves a border.
/// A name that folds to nothing (soft hyphens) stays as it is.
std::string fold_name(std::string_view name) {
    auto folded = text::fold(name);
    return folded.empty() ? std::string(name) : folded;
}

bool is_glob(std::string_view s) noexcept { return s.find_first_of("*?") != s.npos; }

bool is_star_star(std::string_view component) noexcept { return component == "**" || component == "**/"; }

/// "*.tar.gz" and "*.gz" of "a.tar.gz".
void add_endings(const std::string& name, std::uint32_t position, bool exact, std::vector<PathTerm>& terms) {
    auto dot = name.rfind('.');
    for (int i = 0; i < kMaxEndings && dot != name.npos; ++i) {
        terms.push_back({'*' + name.substr(dot), position, exact});
        dot = dot == 0 ? name.npos : name.rfind('.', dot - 1);
    }
}

void add_terms(const std::vector<std::string_view>& names, bool partial, bool exact, std::vector<PathTerm>& terms) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto text = exact ? std::string(names[i]) : fold_name(names[i]);
        if (i + 1 < names.size()) text += '/';
        const auto position = static_cast<std::uint32_t>(i);
        if (i == 0 && !partial) terms.push_back({'/' + text, position, exact});
        if (i + 1 == names.size()) add_endings(text, position, exact, terms);
        terms.push_back({std::move(text), position, exact});
    }
}

/// Length of the character at `s[i]`; a stray byte counts as one.
std::size_t character_size(std::string_view s, std::size_t i) noexcept {
    const auto lead = static_cast<unsigned char>(s[i]);
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (std::size_t k = 1; k < size; ++k)
        if (i + k >= s.size() || (static_cast<unsigned char>(s[i + k]) & 0xc0) != 0x80) return 1;
    return size;
}

/// One component of a pattern against one of a path; `last`: that is the file's name.
bool component_fits(const PathPattern& pattern, std::string_view component, std::string_view name, bool last) {
    const bool wants_folder = component.ends_with('/');
    if (wants_folder == last) return false;
    if (wants_folder) component.remove_suffix(1);
    return pattern.has_glob ? component_matches(component, name) : component == name;
}

}  // namespace

bool is_ending_term(std::string_view component) noexcept {
    return component.starts_with("*.") && component.find_first_of("*?/", 1) == component.npos &&
           std::ranges::count(component, '.') <= kMaxEndings;
}

std::vector<PathTerm> path_terms(std::string_view path, bool partial) {
    const auto names = split_path(path);
    std::vector<PathTerm> terms;
    terms.reserve(names.size() * 2 + 2);
    add_terms(names, partial, false, terms);
    if (has_capital(path)) add_terms(names, partial, true, terms);
    return terms;
}

PathPattern parse_path_pattern(std::string_view typed) {
    PathPattern pattern;
    pattern.exact = has_capital(typed);
    pattern.anchored = typed.starts_with('/');
    const auto names = split_path(typed);
    pattern.folder = typed.ends_with('/') || typed.ends_with("/.");
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto text = pattern.exact ? std::string(names[i]) : fold_name(names[i]);
        if (std::ranges::all_of(text, [](char c) { return c == '*'; }) && text.size() > 1) text = "**";
        if (i + 1 < names.size() || pattern.folder) text += '/';
        if (is_star_star(text) && !pattern.components.empty() && pattern.components.back() == "**/")
            pattern.components.pop_back();
        pattern.components.push_back(std::move(text));
    }
    auto& components = pattern.components;
    // "**/" in front lets any head pass, "/**" at the end is everything below: an
    // unanchored pattern and a folder say the same.
    while (!components.empty() && is_star_star(components.front())) {
        components.erase(components.begin());
        pattern.anchored = false;
    }
    if (!components.empty() && is_star_star(components.back())) {
        components.pop_back();
        pattern.folder = true;
    }
    if (components.empty()) pattern.anchored = pattern.folder = false;
    pattern.has_glob = std::ranges::any_of(components, is_glob);
    return pattern;
}

bool component_matches(std::string_view glob, std::string_view name) {
    std::size_t g = 0, n = 0, after_star = glob.npos, retry = 0;
    while (n < name.size()) {
        if (g < glob.size() && glob[g] == '*') {
            after_star = ++g;
            retry = n;
        } else if (g < glob.size() && glob[g] == '?') {
            ++g;
            n += character_size(name, n);
        } else if (g < glob.size() && glob[g] == name[n]) {
            ++g, ++n;
        } else if (after_star != glob.npos) {
            g = after_star;
            retry += character_size(name, retry);
            n = retry;
        } else {
            return false;
        }
    }
    return std::all_of(glob.begin() + static_cast<std::ptrdiff_t>(g), glob.end(), [](char c) { return c == '*'; });
}

bool path_matches(const PathPattern& pattern, std::string_view path, bool partial) {
    if (pattern.components.empty()) return true;
    if (pattern.anchored && partial) return false;
    const auto raw = split_path(path);
    std::vector<std::string> names;
    names.reserve(raw.size());
    for (const auto name : raw) names.push_back(pattern.exact ? std::string(name) : fold_name(name));

    // The same walk as component_matches(), a component for a character and "**/" for
    // a star; no anchor in front is a star, and so is a folder at the end.
    const auto& wanted = pattern.components;
    std::size_t w = 0, n = 0, after_star = pattern.anchored ? wanted.size() : 0, retry = 0;
    while (n < names.size()) {
        if (w == wanted.size() && pattern.folder) return true;
        if (w < wanted.size() && is_star_star(wanted[w])) {
            after_star = ++w;
            retry = n;
        } else if (w < wanted.size() && component_fits(pattern, wanted[w], names[n], n + 1 == names.size())) {
            ++w, ++n;
        } else if (after_star < wanted.size()) {
            w = after_star;
            n = ++retry;
        } else {
            return false;
        }
    }
    return w == wanted.size() && !pattern.folder;
}

}  // namespace patchseek::patch
