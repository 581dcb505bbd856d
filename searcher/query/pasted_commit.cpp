// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>

#include "patchseek/base/ascii.hpp"
#include "readings.hpp"

namespace patchseek::query {
namespace {

constexpr std::size_t kShortest = 7, kLongest = 40;  ///< digits of the ids of commits that people write
constexpr std::size_t kLongestBlob = 64;             ///< by SHA-256

/// The hex digits that a text begins with.
std::string id_at(std::string_view text) { return std::string(text.begin(), std::ranges::find_if_not(text, is_hex)); }

/// The line that says of which commit a backport, a pick or a revert is: `commit 1a2b3c4 upstream.`,
/// `[ Upstream commit 1a2b3c4 ]`, `(cherry picked from commit 1a2b3c4)`, `This reverts commit 1a2b3c4.`
std::vector<std::string> read_origin(std::string_view text) {
    constexpr auto kHeads = std::to_array<std::string_view>(
        {"upstream commit ", "cherry picked from commit ", "backported from commit ", "this reverts commit "});
    while (!text.empty() && std::string_view("[( ").find(text.front()) != text.npos) text.remove_prefix(1);
    std::string_view value;
    for (const std::string_view head : kHeads)
        if (value.empty()) value = behind_any_case(text, head);
    const bool upstream = value.empty();
    if (upstream) value = behind_any_case(text, "commit ");
    const std::string id = id_at(value);
    if (id.size() < kShortest || id.size() > kLongest) return {};
    const auto rest = trim(value.substr(id.size()));
    const bool sign = rest.empty() || std::string_view("]).,").find(rest.front()) != rest.npos;
    if (upstream ? !starts_with_any_case(rest, "upstream") : !sign && !rest.starts_with("upstream")) return {};
    return {"mentions:" + id, "commit:" + id};
}

/// The line `index 1a2b3c4..5d6e7f8 100644`: what a file became, or if it is gone, what it was.
std::vector<std::string> read_index_line(std::string_view text) {
    const auto value = behind_any_case(text, "index ");
    const auto dots = value.find("..");
    if (dots == value.npos) return {};
    const auto old = value.substr(0, dots), rest = value.substr(dots + 2), fresh = rest.substr(0, rest.find(' '));
    for (const auto id : {old, fresh})
        if (id.size() < kShortest || id.size() > kLongestBlob || !std::ranges::all_of(id, is_hex)) return {};
    const bool gone = fresh.find_first_not_of('0') == fresh.npos;
    return {"blob:" + std::string(gone ? old : fresh)};
}

/// A row `1a2b3c4 title` of git log, `1a2b3c4 ("title")` of a mail, both also behind the word commit; or an id alone.
std::vector<std::string> read_commit(std::string_view text) {
    const auto named = behind_any_case(text, "commit ");
    const auto value = named.empty() ? text : named;
    const std::string id = id_at(value);
    if (id.size() < kShortest || id.size() > kLongest || (id.size() < value.size() && value[id.size()] != ' '))
        return {};
    std::string_view title = trim(value.substr(id.size()));
    if (eat(title, "(\"") && title.ends_with("\")")) title.remove_suffix(2);
    const bool told = title.find(' ') != title.npos && std::ranges::any_of(id, is_digit);
    const bool alone = text == id && std::ranges::any_of(id, is_digit) && std::ranges::any_of(id, is_alpha);
    if (named.empty() && !told && !alone) return {};
    std::vector<std::string> out = {"commit:" + id};
    std::string phrase(title);
    std::erase(phrase, '"');
    if (!phrase.empty()) out.push_back("subject:\"" + phrase + '"');
    out.push_back("mentions:" + id);
    return out;
}

}  // namespace

std::vector<std::string> commit_readings(std::string_view text) {
    for (const auto read : {read_origin, read_commit, read_index_line})
        if (auto out = read(text); !out.empty()) return out;
    return {};
}

}  // namespace patchseek::query
