// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace patchseek {

// ASCII only and independent of the locale, unlike <cctype>.
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) noexcept { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_alnum(char c) noexcept { return is_alpha(c) || is_digit(c); }
constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
/// Of a hexadecimal digit; -1 of any other character.
constexpr int hex_value(char c) noexcept { return !is_hex(c) ? -1 : is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }
constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
/// Whether all of it is. Eight bytes at a time: bodies are looked through so.
inline bool is_ascii(std::string_view s) noexcept {
    constexpr std::uint64_t kHigh = 0x8080808080808080;
    for (std::uint64_t word = 0; s.size() >= sizeof word; s.remove_prefix(sizeof word)) {
        std::memcpy(&word, s.data(), sizeof word);
        if ((word & kHigh) != 0) return false;
    }
    for (const char c : s)
        if (!is_ascii(c)) return false;
    return true;
}
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c + 32) : c; }

constexpr std::string_view trim_left(std::string_view s) noexcept {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    return s;
}
constexpr std::string_view trim_right(std::string_view s) noexcept {
    while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
    return s;
}
constexpr std::string_view trim(std::string_view s) noexcept { return trim_right(trim_left(s)); }
constexpr bool is_blank(std::string_view s) noexcept { return trim_left(s).empty(); }

/// Puts small letters in place of capital ones. Eight bytes at a time: in bodies lines are looked for so.
inline void make_lower(std::string& s) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
    std::size_t at = 0;
    for (std::uint64_t word = 0; s.size() - at >= sizeof word; at += sizeof word) {
        std::memcpy(&word, s.data() + at, sizeof word);
        // Of each byte without its highest bit: whether one of these sums has that bit tells whether it is less.
        const auto low = word & ~kHigh;
        const auto from_a = low + (0x80 - 'A') * kOnes, behind_z = low + (0x7F - 'Z') * kOnes;
        word |= (from_a & ~behind_z & ~word & kHigh) >> 2;
        std::memcpy(s.data() + at, &word, sizeof word);
    }
    for (; at < s.size(); ++at) s[at] = to_lower(s[at]);
}
inline std::string lowered(std::string_view s) {
    std::string out(s);
    make_lower(out);
    return out;
}
constexpr bool starts_with_any_case(std::string_view s, std::string_view beginning) noexcept {
    if (s.size() < beginning.size()) return false;
    for (std::size_t i = 0; i < beginning.size(); ++i)
        if (to_lower(s[i]) != to_lower(beginning[i])) return false;
    return true;
}
/// What stands behind a beginning in any case of letters, without blanks around it; empty if the text has another.
constexpr std::string_view behind_any_case(std::string_view s, std::string_view beginning) noexcept {
    return starts_with_any_case(s, beginning) ? trim(s.substr(beginning.size())) : std::string_view();
}
constexpr bool equals_any_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && starts_with_any_case(a, b);
}
constexpr bool contains_any_case(std::string_view s, std::string_view piece) noexcept {
    for (; s.size() >= piece.size(); s.remove_prefix(1))
        if (starts_with_any_case(s, piece)) return true;
    return false;
}

/// Takes `prefix` off the front; false and no change when it is not there.
constexpr bool eat(std::string_view& s, std::string_view prefix) noexcept {
    if (!s.starts_with(prefix)) return false;
    s.remove_prefix(prefix.size());
    return true;
}

/// Takes a decimal number off the front, or nothing. One that does not fit is none.
constexpr std::optional<std::uint32_t> eat_number(std::string_view& s) noexcept {
    std::uint64_t value = 0;
    std::size_t size = 0;
    for (; size < s.size() && is_digit(s[size]); ++size) {
        value = value * 10 + static_cast<std::uint64_t>(s[size] - '0');
        if (value > UINT32_MAX) return std::nullopt;
    }
    if (size == 0) return std::nullopt;
    s.remove_prefix(size);
    return static_cast<std::uint32_t>(value);
}

}  // namespace patchseek
