// SPDX-License-Identifier: GPL-2.0-or-later
#include "encoded_block.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

constexpr std::size_t kMinBase64Lines = 4;

bool is_base64(char c) noexcept { return is_alnum(c) || c == '+' || c == '/'; }

std::string_view without_padding(std::string_view s) noexcept {
    if (s.ends_with('=')) s.remove_suffix(1);
    if (s.ends_with('=')) s.remove_suffix(1);
    return s;
}

/// 60 to 76 characters, all of the base64 alphabet; '=' only at the end.
bool is_base64_line(std::string_view line) noexcept {
    if (line.size() < 60 || line.size() > 76) return false;
    return std::ranges::all_of(without_padding(line), is_base64);
}

/// Whether a base64 block may end in this (shorter) line.
bool is_base64_tail(std::string_view line) noexcept {
    if (line.size() < 4 || line.size() >= 76 || line.size() % 4 != 0) return false;
    return (line.ends_with('=') || line.size() >= 24) && std::ranges::all_of(without_padding(line), is_base64);
}

/// `begin 644 name`, and a line of its data.
bool is_uuencode_begin(std::string_view line) noexcept {
    if (!eat(line, "begin ") || line.size() < 5) return false;
    return std::all_of(line.begin(), line.begin() + 3, is_digit) && line[3] == ' ';
}

bool is_uuencode_line(std::string_view line) noexcept {
    if (line.empty() || line.front() < ' ' || line.front() > '`') return false;
    const auto bytes = static_cast<std::size_t>((line.front() - ' ') & 0x3f);
    const auto whole = 1 + (bytes + 2) / 3 * 4;
    // Trailing spaces stand for zero bits and may be gone; some encoders add a checksum.
    return line.size() <= whole + 1 && std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '`'; });
}

/// `-----BEGIN PGP SIGNATURE-----` and the like, but not that of a signed text; what stands in such a block
/// (RFC 9580, 6.2): fields, base64, a checksum; its end.
bool is_armor_begin(std::string_view line) noexcept {
    return line.starts_with("-----BEGIN PGP ") && trim_right(line).ends_with("-----") &&
           !line.starts_with("-----BEGIN PGP SIGNED MESSAGE");
}

bool is_armor_line(std::string_view line) noexcept {
    line = trim_right(line);
    if (line.find(": ") != line.npos) return true;
    if (line.starts_with('=')) line.remove_prefix(1);
    return line.size() <= 76 && std::ranges::all_of(without_padding(line), is_base64);
}

bool is_armor_end(std::string_view line) noexcept { return line.starts_with("-----END PGP "); }

EncodedBlock find_base64(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    const auto width = lines[at].size;
    bool upper = false, lower = false, digit = false;
    auto end = at;
    for (; end < lines.size() && lines[end].size == width; ++end) {
        const auto s = lines[end].of(text);
        if (!is_base64_line(s)) break;
        upper = upper || std::ranges::any_of(s, is_upper);
        digit = digit || std::ranges::any_of(s, is_digit);
        lower = lower || std::ranges::any_of(s, [](char c) { return is_alpha(c) && !is_upper(c); });
    }
    const bool encoded = end - at >= kMinBase64Lines && upper && lower && digit;
    if (encoded && end < lines.size() && is_base64_tail(lines[end].of(text))) ++end;
    return {end - at, encoded};
}

EncodedBlock find_uuencode(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    auto end = at + 1;
    const auto is_data = [&] { return end < lines.size() && is_uuencode_line(lines[end].of(text)); };
    if (!is_data() || lines[end].size < 2) return {1, false};
    while (is_data() && lines[end].of(text) != "end") ++end;
    if (end < lines.size() && lines[end].of(text) == "end") ++end;
    return {end - at, true};
}

EncodedBlock find_armor(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    auto end = at + 1;
    while (end < lines.size() && is_armor_line(lines[end].of(text))) ++end;
    if (end == lines.size() || !is_armor_end(lines[end].of(text))) return {1, false};
    return {end + 1 - at, true};
}

}  // namespace

bool begins_encoded_block(std::string_view line) noexcept {
    return is_base64_line(line) || is_uuencode_begin(line) || is_armor_begin(line);
}

EncodedBlock find_encoded_block(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    const auto s = lines[at].of(text);
    if (is_base64_line(s)) return find_base64(text, lines, at);
    if (is_uuencode_begin(s)) return find_uuencode(text, lines, at);
    if (is_armor_begin(s)) return find_armor(text, lines, at);
    return {1, false};
}

bool is_git_binary_line(std::string_view line) noexcept {
    if (line.size() < 6 || !is_alpha(line.front())) return false;
    return line.size() <= 66 && std::ranges::all_of(line, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_git_binary_start(std::string_view line) noexcept {
    if (!eat(line, "literal ") && !eat(line, "delta ")) return false;
    return eat_number(line) && is_blank(line);
}

}  // namespace patchseek::patch
