// SPDX-License-Identifier: GPL-2.0-or-later
#include "file_names.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

char unescape(char c) noexcept {
    switch (c) {
        case 'a': return '\a';
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case 'v': return '\v';
        default: return c;  // '"', '\\', and whatever a later git may add
    }
}

bool is_octal(char c) noexcept { return c >= '0' && c <= '7'; }

std::string_view first_of(std::string_view name) noexcept {
    return name.substr(0, std::min(name.find('/'), name.size()));
}

/// What stands behind the first component; empty when there is only one.
std::string_view rest_of(std::string_view name) noexcept {
    const auto slash = name.find('/');
    return slash == name.npos ? std::string_view() : name.substr(slash + 1);
}

/// git's prefixes: a/ b/, or with diff.mnemonicPrefix i/ (index), w/ (work tree), c/
/// (commit), o/ (object).
bool are_git_prefixes(std::string_view a, std::string_view b) noexcept {
    if (a == "a" && b == "b") return true;
    return a != b && a.size() == 1 && b.size() == 1 && std::string_view("iwco").find(a[0]) != std::string_view::npos &&
           std::string_view("iwco").find(b[0]) != std::string_view::npos;
}

void drop_first(std::string& name) { name.erase(0, name.find('/') + 1); }

/// Where a time begins that stands behind spaces: ` 2009-12-01 12:00`.
std::size_t find_time(std::string_view s) noexcept {
    for (auto at = s.find(" "); at != s.npos; at = s.find(" ", at + 1)) {
        auto rest = s.substr(at + 1);
        const auto year = rest.substr(0, 4);
        if (year.size() < 4 || !std::ranges::all_of(year, is_digit)) continue;
        rest.remove_prefix(4);
        if (rest.size() >= 9 && rest[0] == '-' && is_digit(rest[1]) && rest[3] == '-' && is_digit(rest[4]) &&
            rest[6] == ' ' && is_digit(rest[7]))
            return at;
    }
    return s.npos;
}

bool is_epoch(std::string_view time) noexcept {
    return time.starts_with("1970-01-01 ") || time.starts_with("1969-12-31 ") || time.starts_with("Thu Jan  1 ") ||
           time.starts_with("Wed Dec 31 ");
}

std::string_view cut_svn_revision(std::string_view name) noexcept {
    const auto open = name.rfind('(');
    if (open == name.npos || open == 0 || !name.ends_with(')')) return name;
    const auto inside = name.substr(open + 1);
    if (!inside.starts_with("revision ") && !inside.starts_with("working copy") && !inside.starts_with("nonexistent"))
        return name;
    return trim_right(name.substr(0, open));
}

bool is_backup_of(std::string_view old_name, std::string_view name) noexcept {
    return old_name.size() > name.size() && old_name.starts_with(name) &&
           (old_name[name.size()] == '~' || old_name[name.size()] == '.');
}

/// The space between two sides that name one file, since git's prefixes are of one
/// length; npos when they do not.
std::size_t middle_of(std::string_view names) noexcept {
    const auto middle = names.size() / 2;
    if (names.size() % 2 == 0 || names[middle] != ' ') return names.npos;
    const auto a = names.substr(0, middle), b = names.substr(middle + 1);
    return a == b || rest_of(a) == rest_of(b) ? middle : names.npos;
}

}  // namespace

bool are_one_file(std::string_view a, std::string_view b) noexcept {
    return a == b || (!rest_of(a).empty() && rest_of(a) == rest_of(b));
}

std::optional<std::string> eat_quoted_name(std::string_view& s) {
    if (s.size() < 2 || s.front() != '"') return std::nullopt;
    std::string name;
    for (std::size_t i = 1; i < s.size() && name.size() <= kMaxPath; ++i) {
        if (s[i] == '"') {
            s.remove_prefix(i + 1);
            return name;
        }
        if (s[i] != '\\') {
            name += s[i];
            continue;
        }
        if (++i == s.size()) break;
        if (i + 2 < s.size() && is_octal(s[i]) && is_octal(s[i + 1]) && is_octal(s[i + 2])) {
            const int byte = (s[i] - '0') * 64 + (s[i + 1] - '0') * 8 + (s[i + 2] - '0');
            name += static_cast<char>(byte & 0xff);
            i += 2;
        } else {
            name += unescape(s[i]);
        }
    }
    return std::nullopt;
}

NamePair split_git_names(std::string_view names) {
    NamePair pair;
    if (auto first = eat_quoted_name(names)) {
        pair.old_name = *std::move(first);
        names = trim_left(names);
        auto rest = names;
        auto second = eat_quoted_name(rest);
        pair.new_name = second && is_blank(rest) ? *std::move(second) : std::string(names);
        return pair;
    }
    if (const auto quote = names.find(" \""); quote != names.npos && trim_right(names).ends_with('"')) {
        auto rest = names.substr(quote + 1);
        if (auto second = eat_quoted_name(rest); second && is_blank(rest)) {
            pair.old_name = std::string(names.substr(0, quote));
            pair.new_name = *std::move(second);
            return pair;
        }
    }
    auto cut = middle_of(names);
    if (cut == names.npos) {
        names = trim_right(names);
        cut = middle_of(names);
    }
    if (cut == names.npos) cut = names.find(" b/");
    if (cut == names.npos) cut = names.find(' ');
    if (cut == names.npos) return pair;
    pair.old_name = std::string(names.substr(0, cut));
    pair.new_name = std::string(names.substr(cut + 1));
    return pair;
}

NamePair split_plain_names(std::string_view command) {
    NamePair pair;
    command = trim_right(command);
    const auto last = command.rfind(' ');
    if (last == command.npos) return pair;
    const auto front = trim_right(command.substr(0, last));
    const auto before = front.rfind(' ');
    if (before == front.npos) return pair;
    const auto first = front.substr(before + 1);
    pair.new_name = std::string(command.substr(last + 1));
    if (!first.starts_with('-')) pair.old_name = std::string(first);
    return pair;
}

std::string read_side(std::string_view side, bool& absent) {
    auto rest = side;
    if (auto name = eat_quoted_name(rest); name && (rest.empty() || rest.front() == '\t')) return *std::move(name);
    std::string_view time;
    if (const auto tab = side.find('\t'); tab != side.npos) {
        time = trim_left(side.substr(tab));
        side = side.substr(0, tab);
    } else if (const auto at = find_time(side); at != side.npos) {
        time = side.substr(at + 1);
        side = side.substr(0, at);
    }
    side = cut_svn_revision(trim_right(side));
    absent = side == "/dev/null" || is_epoch(time);
    return std::string(side == "/dev/null" ? std::string_view() : side);
}

void PrefixCutter::cut(NamePair& names, bool git) {
    auto& a = names.old_name;
    auto& b = names.new_name;
    for (auto* name : {&a, &b})
        while (name->starts_with("./")) name->erase(0, 2);
    if (a.empty() || b.empty()) {
        auto& one = a.empty() ? b : a;
        const auto& prefix = a.empty() ? new_prefix_ : old_prefix_;
        const auto first = first_of(one);
        if (!rest_of(one).empty() && (first == (a.empty() ? "b" : "a") || (!prefix.empty() && first == prefix)))
            drop_first(one);
        return;
    }
    if (a == b || rest_of(a).empty() || rest_of(b).empty()) return;
    const auto first_a = first_of(a), first_b = first_of(b);
    const bool same_rest = rest_of(a) == rest_of(b);
    // "a/fs/x.c~fix" against "a/fs/x.c" is how the scripts of -mm name both sides.
    const bool mm = !git && first_a == "a" && first_b == "a" && is_backup_of(a, b);
    if (!same_rest && !mm && !are_git_prefixes(first_a, first_b)) return;
    old_prefix_ = first_a;
    new_prefix_ = first_b;
    drop_first(a);
    drop_first(b);
}

}  // namespace patchseek::patch
