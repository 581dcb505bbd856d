#include "encoded_block.hpp"

#include <algorithm>

#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

constexpr std::size_t kMinBase64Lines = 4;

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

EncodedBlock find_encoded_block(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    const auto s = lines[at].of(text);
    if (is_base64_line(s)) return find_base64(text, lines, at);
    if (is_uuencode_begin(s)) return find_uuencode(text, lines, at);
    if (is_armor_begin(s)) return find_armor(text, lines, at);
    return {1, false};
}

}  // namespace patchseek::patch
