// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/subject_tag.hpp"

#include <algorithm>
#include <array>

#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

constexpr auto kReplyPrefixes =
    std::to_array<std::string_view>({"re", "aw", "sv", "antw", "vs", "odp", "回复", "答复", "回覆", "返信"});
constexpr auto kForwardPrefixes = std::to_array<std::string_view>({"fwd", "fw", "wg", "tr", "转发", "轉寄", "転送"});

constexpr std::string_view kWideColon = "：";

bool is_one_of(std::string_view word, const auto& list) {
    return std::ranges::any_of(list, [&](std::string_view other) { return equals_any_case(word, other); });
}

struct Atoms {
    bool patch = false, pull = false, rfc = false, resend = false, set = false;
    std::optional<std::uint32_t> version, part, total;
    std::uint32_t minor = 0;
};

bool eat_any_case(std::string_view& s, std::string_view lower) {
    if (!starts_with_any_case(s, lower)) return false;
    s.remove_prefix(lower.size());
    return true;
}

/// Branches of Linux that fixes are carried to. `[PATCH v6.12]` is for one of these, and no version of the patch.
bool is_branch(std::uint32_t major, std::uint32_t minor) {
    static constexpr auto kBranches = std::to_array<std::pair<std::uint32_t, std::uint32_t>>({{3, 2},
                                                                                              {3, 10},
                                                                                              {3, 12},
                                                                                              {3, 16},
                                                                                              {3, 18},
                                                                                              {4, 4},
                                                                                              {4, 9},
                                                                                              {4, 14},
                                                                                              {4, 19},
                                                                                              {5, 4},
                                                                                              {5, 10},
                                                                                              {5, 15},
                                                                                              {6, 1},
                                                                                              {6, 6},
                                                                                              {6, 12},
                                                                                              {6, 18}});
    return std::ranges::find(kBranches, std::pair(major, minor)) != kBranches.end();
}

/// `2` or `24.1` of a version; the letter of `v4a` is taken with it.
bool eat_version(std::string_view& s, Atoms& found) {
    const auto number = eat_number(s);
    if (!number) return false;
    found.version = number;
    found.minor = 0;
    constexpr std::string_view kLetters = "abcABC";  // not that of v4l, a name
    if (!s.empty() && kLetters.find(s.front()) != kLetters.npos && (s.size() == 1 || !is_alpha(s[1])))
        s.remove_prefix(1);
    auto rest = s;
    if (!eat(rest, ".")) return true;
    const auto minor = eat_number(rest);
    if (!minor) return true;
    found.minor = *minor;
    s = rest;
    return true;
}

/// One of the words people glue together, or the '-', '_' or '/' between two.
bool eat_atom(std::string_view& s, Atoms& found) {
    if (eat_any_case(s, "patchset") || eat_any_case(s, "patchbomb") || eat_any_case(s, "patchseries"))
        return found.patch = found.set = true;
    if (eat_any_case(s, "patches") || eat_any_case(s, "patch")) return found.patch = true;
    if (eat_any_case(s, "pull")) return found.pull = true;
    if (eat_any_case(s, "rfc")) return found.rfc = true;
    if (eat_any_case(s, "resend") || eat_any_case(s, "resent") || eat_any_case(s, "repost")) return found.resend = true;
    if (eat_any_case(s, "git")) return true;
    auto rest = s;
    if (eat_any_case(rest, "v")) {
        if (!eat_version(rest, found)) return false;
        s = rest;
        return true;
    }
    if (const auto part = eat_number(rest)) {
        const auto total = eat(rest, "/") ? eat_number(rest) : std::nullopt;
        if (!total) return false;
        found.part = part;
        found.total = total;
        s = rest;
        return true;
    }
    return false;
}

/// True when the whole word is made of known ones: `v2PATCH12/15`, `RFC-PATCH`.
bool read_known(std::string_view word, Atoms& found) {
    if (!eat_atom(word, found)) return false;
    while (!word.empty()) {
        if (word.size() > 1 && (word[0] == '-' || word[0] == '_' || word[0] == '/')) word.remove_prefix(1);
        if (!eat_atom(word, found)) return false;
    }
    return true;
}

void merge(SubjectTag& tag, const Atoms& found) {
    tag.patch |= found.patch;
    tag.pull |= found.pull;
    tag.rfc |= found.rfc;
    tag.resend |= found.resend;
    tag.set |= found.set;
    if (found.version) tag.version = found.version, tag.minor = found.minor;
    if (found.part) {
        tag.part = found.part;
        tag.total = found.total;
    }
}

std::vector<std::string_view> split_words(std::string_view group) {
    std::vector<std::string_view> words;
    const auto separates = [](char c) { return is_space(c) || c == ',' || c == ';' || c == '[' || c == ']'; };
    for (std::size_t begin = 0; begin < group.size();) {
        if (separates(group[begin])) {
            ++begin;
            continue;
        }
        auto end = begin;
        while (end < group.size() && !separates(group[end])) ++end;
        words.push_back(group.substr(begin, end - begin));
        begin = end;
    }
    return words;
}

std::optional<std::uint32_t> whole_number(std::string_view word) {
    const auto number = eat_number(word);
    return word.empty() ? number : std::nullopt;
}

/// A word without the brackets and signs that people glue to it.
std::string_view bare(std::string_view word) {
    constexpr std::string_view kGlued = "():;.!";
    while (!word.empty() && kGlued.find(word.front()) != kGlued.npos) word.remove_prefix(1);
    while (!word.empty() && kGlued.find(word.back()) != kGlued.npos) word.remove_suffix(1);
    return word;
}

void read_group(std::string_view group, SubjectTag& tag) {
    const auto words = split_words(group);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i + 2 < words.size() && equals_any_case(words[i + 1], "of")) {
            const auto part = whole_number(words[i]), total = whole_number(words[i + 2]);
            if (part && total) {
                tag.part = part;
                tag.total = total;
                i += 2;
                continue;
            }
        }
        Atoms found;
        const bool known = read_known(bare(words[i]), found);
        const bool target = i > 0 && equals_any_case(words[i - 1], "for");  // a release of Linux: `for v5.9`
        const bool branch = found.version && !tag.set && !found.set && is_branch(*found.version, found.minor);
        if (known && !branch && !(found.version && target))
            merge(tag, found);
        else if (tag.patch && (equals_any_case(words[i], "set") || equals_any_case(words[i], "series")))
            tag.set = true;
        else if (!(tag.pull && equals_any_case(words[i], "request")))
            tag.tags.emplace_back(words[i]);
    }
}

/// Size of the bracket group at the front, its brackets included; 0 when it never
/// closes: then it is the title.
std::size_t group_size(std::string_view s) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (s[i] == '[') ++depth;
        if (s[i] == ']' && --depth == 0) return i + 1;
    }
    return 0;
}

/// Whether a bracket group is first that says what a patch's says.
bool starts_with_tag(std::string_view s) {
    const auto size = s.starts_with('[') ? group_size(s) : 0;
    if (size == 0) return false;
    SubjectTag tag;
    read_group(s.substr(1, size - 2), tag);
    return tag.patch || tag.pull || tag.rfc;
}

/// `Re:`, `Re[2]:`, `AW :`. Only names from the lists, for `mm:` and `fs:` are titles;
/// but any two letters right before a tag are some language's `Re:`.
bool eat_prefix(std::string_view& s, SubjectTag& tag) {
    std::size_t size = 0;
    while (size < s.size() && (is_alpha(s[size]) || static_cast<unsigned char>(s[size]) >= 0x80)) ++size;
    const bool wide = s.substr(0, size).ends_with(kWideColon);
    if (wide) size -= kWideColon.size();
    const auto word = s.substr(0, size);
    auto rest = s.substr(size);
    if (eat(rest, "[")) {  // Outlook and The Bat! count replies: Re[2]:
        if (!eat_number(rest) || !eat(rest, "]")) return false;
    }
    rest = trim_left(rest);
    if (!eat(rest, wide ? kWideColon : ":")) return false;
    const bool forward = is_one_of(word, kForwardPrefixes);
    const bool foreign = size == 2 && is_alpha(word[0]) && is_alpha(word[1]) && starts_with_tag(trim_left(rest));
    if (!forward && !foreign && !is_one_of(word, kReplyPrefixes)) return false;
    tag.reply = tag.reply || !forward;
    s = rest;
    return true;
}

/// Takes a last `(v2)` off the title; `alone` also a bare `v2`.
void read_title_version(std::string_view& title, SubjectTag& tag, bool alone) {
    const auto begin = title.find_last_of(" (");
    if (begin == title.npos || begin == 0) return;
    const bool bracketed = title[begin] == '(' && title.back() == ')';
    auto word = title.substr(begin + 1);
    if (bracketed) word.remove_suffix(1);
    Atoms found;
    if ((!bracketed && !alone) || !eat_any_case(word, "v") || !eat_version(word, found) || !word.empty()) return;
    if (!tag.version) tag.version = found.version, tag.minor = found.minor;
    title = trim_right(title.substr(0, begin));
    while (title.ends_with(',') || title.ends_with('-') || title.ends_with(':'))
        title = trim_right(title.substr(0, title.size() - 1));
}

std::string collapse_spaces(std::string_view s) {
    std::string out;
    out.reserve(s.size());
    for (const char c : s) {
        if (!is_space(c))
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    return out;
}

}  // namespace

SubjectTag parse_subject(std::string_view subject) {
    SubjectTag tag;
    auto rest = trim(subject);
    while (!rest.empty()) {
        if (rest.front() == '[') {
            const auto size = group_size(rest);
            if (size == 0) break;
            read_group(rest.substr(1, size - 2), tag);
            rest.remove_prefix(size);
        } else if (!eat_prefix(rest, tag)) {
            break;
        }
        rest = trim_left(rest);
    }
    if (!rest.empty()) read_title_version(rest, tag, !tag.patch || tag.set);
    tag.title = collapse_spaces(rest);
    return tag;
}

}  // namespace patchseek::patch
