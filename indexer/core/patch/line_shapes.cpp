// SPDX-License-Identifier: GPL-2.0-or-later
#include "line_shapes.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

/// `-12,3` or `+12,3` behind its sign; the count is 1 when not written.
std::optional<std::uint32_t> eat_range(std::string_view& s, std::string_view sign) noexcept {
    if (!eat(s, sign) || !eat_number(s)) return std::nullopt;
    if (!eat(s, ",")) return 1;
    return eat_number(s);
}

constexpr auto kExtended = std::to_array<std::string_view>({
    "index ",
    "old mode ",
    "new mode ",
    "deleted file mode ",
    "new file mode ",
    "similarity index ",
    "dissimilarity index ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "Binary files ",
    "GIT binary patch",
    "====",
    "mode ",
    "RCS file: ",
    "retrieving revision ",
    "Property changes on: ",
    "rename old ",
    "rename new ",
});

}  // namespace

bool HunkCounts::used_up() const noexcept {
    return new_lines == 0 && std::ranges::all_of(old_lines, [](auto n) { return n == 0; });
}

std::optional<HunkCounts> parse_hunk_header(std::string_view line) noexcept {
    std::size_t ats = 0;
    while (ats < line.size() && line[ats] == '@') ++ats;
    if (ats < 2 || ats - 1 > HunkCounts::kMaxParents) return std::nullopt;
    const auto fence = line.substr(0, ats);
    line.remove_prefix(ats);
    HunkCounts counts;
    counts.parents = ats - 1;
    for (std::size_t i = 0; i < counts.parents; ++i) {
        const auto lines = eat(line, " ") ? eat_range(line, "-") : std::nullopt;
        if (!lines) return std::nullopt;
        counts.old_lines[i] = *lines;
    }
    const auto lines = eat(line, " ") ? eat_range(line, "+") : std::nullopt;
    if (!lines || !eat(line, " ") || !eat(line, fence)) return std::nullopt;
    counts.new_lines = *lines;
    return counts;
}

bool is_separator(std::string_view line) noexcept { return line.starts_with("---") && is_blank(line.substr(3)); }

bool is_signature(std::string_view line) noexcept { return line == "-- " || line == "--"; }

bool is_extended_header(std::string_view line) noexcept {
    if (line.empty()) return false;
    return std::ranges::any_of(kExtended, [&](std::string_view start) { return line.starts_with(start); });
}

std::optional<SubmoduleLine> parse_submodule_line(std::string_view line) noexcept {
    if (!eat(line, "Submodule ")) return std::nullopt;
    // The path comes first and may hold anything, so the ids are looked for from behind.
    for (auto dots = line.rfind(".."); dots != line.npos && dots > 0; dots = line.rfind("..", dots - 1)) {
        auto begin = dots, end = dots + 2;
        if (line[begin - 1] == '.') --begin;  // "..." where commits went away, or are not there
        auto id = begin;
        while (id > 0 && is_hex(line[id - 1])) --id;
        while (end < line.size() && is_hex(line[end])) ++end;
        const bool ends = end == line.size() || line[end] == ':' || line.substr(end).starts_with(" (");
        if (begin - id < 4 || end - dots < 6 || id < 2 || line[id - 1] != ' ' || !ends) continue;
        const auto is_null = [](std::string_view hex) { return hex.find_first_not_of('0') == hex.npos; };
        return SubmoduleLine{line.substr(0, id - 1), is_null(line.substr(id, begin - id)),
                             is_null(line.substr(dots + 2, end - dots - 2))};
    }
    return std::nullopt;
}

bool is_submodule_line(std::string_view line) noexcept { return parse_submodule_line(line).has_value(); }

std::string_view strip_quotes(std::string_view line) noexcept {
    while (!line.empty() && (line.front() == '>' || line.front() == ' ')) line.remove_prefix(1);
    return line;
}

}  // namespace patchseek::patch
