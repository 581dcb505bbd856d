#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the lexer and the caret need to know of a code point.
namespace patchseek::text {

struct CodePoint {
    std::int32_t value;  ///< U+FFFD for bytes that are no UTF-8
    std::size_t size;    ///< bytes it takes, at least 1
};

/// The code point that begins at `pos`, which is within `text`.
CodePoint code_point(std::string_view text, std::size_t pos);

/// Any white space of Unicode, a no-break space pasted from a web page included.
bool is_blank(std::int32_t c);
bool is_letter(std::int32_t c);
bool is_letter_or_digit(std::int32_t c);

/// Columns on a terminal: 2 for wide East Asian characters, 0 for combining marks.
std::size_t columns(std::string_view text);

}  // namespace patchseek::text
