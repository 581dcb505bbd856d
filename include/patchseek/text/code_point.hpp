// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What a code point is: to words, to a query, to a terminal.
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

/// What a code point is to words (tokens/analyzer.hpp).
enum class InWord : std::uint8_t {
    no,     ///< separates words
    yes,    ///< part of one
    alone,  ///< a word by itself: a letter of a script that is written without spaces
};
/// Letters, digits, '_' and marks are of words, and so is what NFKC makes of nothing else: superscripts, Roman
/// numerals, circled digits, signs such as U+2122 (tm). What NFKC makes several letters of an unspaced script
/// separates.
InWord in_word(std::int32_t c);
inline bool is_word_character(std::int32_t c) { return in_word(c) != InWord::no; }

/// What belongs to the letter before it: combining marks, the voiced marks of half-width kana, and the joiners and the
/// soft hyphen, which folding takes out.
bool is_mark(std::int32_t c);

/// A sign that stands for letters, as U+2122 does for "tm": what is before it is a name of its own.
bool is_letterlike_sign(std::int32_t c);

/// Columns on a terminal: 2 for wide East Asian characters, 0 for combining marks. The only place that knows.
std::size_t columns(std::string_view text);
/// What of a text stands in columns [begin, end): a wide character of which one half stands outside is left out, a mark
/// stays with its letter. Linear in the text up to `end`.
std::string_view between_columns(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace patchseek::text
