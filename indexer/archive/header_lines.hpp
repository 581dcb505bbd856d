#pragma once

#include <algorithm>
#include <string_view>

/// Small words about lines that the files of this room share.
namespace patchseek::archive {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Whether a line, without its "\n", is empty.
inline bool is_blank(std::string_view line) noexcept { return line.empty() || line == "\r"; }

inline char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether a line is the header field of that name, which is given in lower case.
inline bool is_field(std::string_view line, std::string_view name) noexcept {
    if (line.size() <= name.size() || !std::ranges::equal(line.substr(0, name.size()), name, {}, lower)) return false;
    const auto colon = line.find_first_not_of(" \t", name.size());
    return colon != line.npos && line[colon] == ':';
}

}  // namespace patchseek::archive
