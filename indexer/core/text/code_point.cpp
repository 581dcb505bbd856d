#include "patchseek/text/code_point.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::text {
namespace {

constexpr std::int32_t kReplacement = 0xFFFD;

}  // namespace

CodePoint code_point(std::string_view text, std::size_t pos) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + pos;
    // The longest sequence has four bytes; ICU wants a signed length.
    const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size() - pos, 4));
    std::int32_t next = 0;
    UChar32 c = 0;
    U8_NEXT(bytes, next, size, c);
    return {c < 0 ? kReplacement : c, static_cast<std::size_t>(next)};
}

bool is_blank(std::int32_t c) { return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : u_isUWhiteSpace(c) != 0; }

bool is_letter(std::int32_t c) { return c < 0x80 ? is_alpha(static_cast<char>(c)) : u_isUAlphabetic(c) != 0; }

bool is_letter_or_digit(std::int32_t c) {
    return is_letter(c) || (c < 0x80 ? is_digit(static_cast<char>(c)) : (U_GET_GC_MASK(c) & U_GC_N_MASK) != 0);
}

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const CodePoint c = code_point(text, pos);
        pos += c.size;
        const auto type = u_charType(c.value);
        if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) continue;
        const int width = u_getIntPropertyValue(c.value, UCHAR_EAST_ASIAN_WIDTH);
        sum += width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
    }
    return sum;
}

}  // namespace patchseek::text
