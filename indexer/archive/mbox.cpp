#include "mbox.hpp"

#include <algorithm>
#include <array>

namespace patchseek::archive {
namespace {

// No separator or header line that matters is longer.
constexpr std::size_t kLongLine = 4096;
constexpr std::string_view kFrom = "From ";
constexpr std::string_view kGitDate = " Mon Sep 17 00:00:00 2001";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_month(std::string_view line) {
    static constexpr auto kMonths = std::to_array<std::string_view>(
        {" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "});
    return std::ranges::any_of(kMonths, [&](std::string_view month) { return line.find(month) != line.npos; });
}

bool has_time(std::string_view line) {
    for (std::size_t i = 2; i + 2 < line.size(); ++i)
        if (line[i] == ':' && is_digit(line[i - 1]) && is_digit(line[i + 1]) && is_digit(line[i + 2])) return true;
    return false;
}

bool has_year(std::string_view line) {
    int digits = 0;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i < line.size() && is_digit(line[i])) {
            ++digits;
        } else {
            const bool apart = i == line.size() || line[i] == ' ' || line[i] == '\r' || line[i] == '\t';
            if (digits == 4 && apart && (line[i - 4] == '1' || line[i - 4] == '2')) return true;
            digits = 0;
        }
    }
    return false;
}

}  // namespace

bool is_separator(std::string_view line) noexcept {
    if (!line.starts_with(kFrom) || line.size() > kLongLine) return false;
    return has_month(line) && has_time(line) && has_year(line);
}

bool is_git_separator(std::string_view line) noexcept {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    constexpr std::size_t kSha1 = 40, kSha256 = 64;
    const bool sized = line.size() == kFrom.size() + kSha1 + kGitDate.size() ||
                       line.size() == kFrom.size() + kSha256 + kGitDate.size();
    return sized && line.starts_with(kFrom) && line.ends_with(kGitDate);
}

bool is_header_line(std::string_view line) noexcept {
    if (line.starts_with(">From ")) return true;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    // RFC 5322 3.6.8: a field name is printable ASCII without ':'; obsolete syntax lets blanks follow it.
    return std::ranges::all_of(line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1),
                               [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace patchseek::archive
