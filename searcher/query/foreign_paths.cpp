#include <algorithm>

#include "foreign_syntax.hpp"
#include "patchseek/text/code_point.hpp"

namespace patchseek::query {
namespace {

/// `svm.c:123:4`, `svm.c,` and `svm.c(12)` end as the path does.
std::string_view without_place(std::string_view path) {
    while (!path.empty() && std::string_view(",;:.!?)'\"").find(path.back()) != path.npos) path.remove_suffix(1);
    for (auto colon = path.rfind(':'); colon != path.npos && colon > 0; colon = path.rfind(':')) {
        const auto behind = path.substr(colon + 1);
        if (!std::ranges::all_of(behind, [](char c) { return text::is_ascii_digit(c) || c == '-'; })) {
            // `HEAD:svm.c`, `v5.4:mm/slab.c`
            path.remove_prefix(colon + 1);
            break;
        }
        path = path.substr(0, colon);
    }
    if (const auto bracket = path.find_first_of("(@#"); bracket != path.npos && bracket > 0)
        path = path.substr(0, bracket);
    return path;
}

/// `x.{c,h}` and `x.[ch]` as their alternatives.
std::string alternatives(std::string_view path) {
    const auto open = path.find_first_of("{[");
    if (open == path.npos) return {};
    const bool brace = path[open] == '{';
    const auto close = path.find(brace ? '}' : ']', open);
    if (close == path.npos || close < open + 2 || close - open > 40) return {};
    const auto inside = path.substr(open + 1, close - open - 1);
    std::string out, one;
    const auto add = [&] {
        out += (out.empty() ? "(file:" : " OR file:") + std::string(path.substr(0, open)) + one +
               std::string(path.substr(close + 1));
        one.clear();
    };
    for (const char c : inside) {
        if (brace && c == ',') {
            add();
        } else {
            one += c;
            if (!brace) add();
        }
    }
    if (brace) add();
    return out + ')';
}

}  // namespace

std::vector<std::string> other_paths(std::string_view path) {
    std::vector<std::string> out;
    const auto add = [&](std::string other) {
        if (!other.empty() && other != path && std::ranges::find(out, other) == out.end())
            out.push_back(std::move(other));
    };
    std::string clean(without_place(path));
    std::ranges::replace(clean, '\\', '/');
    for (auto at = clean.find("//"); at != clean.npos; at = clean.find("//")) clean.erase(at, 1);
    while (clean.starts_with("./")) clean.erase(0, 2);
    while (clean.starts_with("../")) clean.erase(0, 3);
    const bool diff = clean.starts_with("a/") || clean.starts_with("b/");
    if (diff) add(clean.substr(1));
    add(clean);
    std::string low = diff ? clean.substr(1) : clean;
    std::ranges::transform(low, low.begin(), text::ascii_lower);
    add(low);
    const bool glob = clean.find_first_of("*?") != clean.npos;
    const auto name = clean.substr(clean.rfind('/') + 1);
    if (clean.ends_with('/')) {
        add(clean.substr(0, clean.size() - 1));
    } else if (!glob) {
        add((diff ? clean.substr(1) : clean) + '/');
        if (name.starts_with('.')) add(clean.substr(0, clean.size() - name.size()) + '*' + name);
        if (name.find('.') == name.npos && name.size() > 2) add(clean + ".*");
    }
    if (glob) {
        // What people mean by a star often crosses folders.
        const auto slash = clean.rfind('/');
        if (slash != clean.npos && clean.find("**") == clean.npos)
            add(clean.substr(0, slash) + "/**" + (clean.substr(slash) == "/*" ? std::string() : clean.substr(slash)));
        if (name.find('.') == name.npos && !name.ends_with('*')) add(clean + '*');
    }
    add(alternatives(path));
    return out;
}

}  // namespace patchseek::query
