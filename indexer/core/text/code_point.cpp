// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/code_point.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::text {
namespace {

constexpr std::int32_t kReplacement = 0xFFFD;

// Scripts whose writing does not separate words: dictionaries would cut a query
// other than the text around it, single letters and phrases never do.
bool is_unspaced(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR: return true;
        default: return false;
    }
}

// Of which categories those are that are no letters and of which NFKC makes some.
constexpr std::uint32_t kLetterlike = U_GC_NL_MASK | U_GC_NO_MASK | U_GC_PC_MASK | U_GC_SC_MASK | U_GC_SO_MASK;

InWord form_in_word(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* composer = icu::Normalizer2::getNFKCInstance(status);
    icu::UnicodeString form;
    if (U_FAILURE(status) || !composer->getDecomposition(c, form)) return InWord::no;
    std::int32_t letters = 0;
    bool unspaced = false;
    for (std::int32_t i = 0; i < form.length(); i = form.moveIndex32(i, 1)) {
        const UChar32 one = form.char32At(i);
        if (one != '_' && !u_isalnum(one) && !is_mark(one)) return InWord::no;
        unspaced = unspaced || is_unspaced(one);
        letters += !is_mark(one);
    }
    if (letters == 0 || (unspaced && letters > 1)) return InWord::no;
    return unspaced ? InWord::alone : InWord::yes;
}

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

bool is_mark(std::int32_t c) {
    constexpr UChar32 kSoftHyphen = 0xAD, kNonJoiner = 0x200C, kJoiner = 0x200D, kVoiced = 0xFF9E, kSemiVoiced = 0xFF9F;
    if (c == kSoftHyphen || c == kNonJoiner || c == kJoiner || c == kVoiced || c == kSemiVoiced) return true;
    return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

InWord in_word(std::int32_t c) {
    if (c < 0x80) return c == '_' || (c >= 0 && is_alnum(static_cast<char>(c))) ? InWord::yes : InWord::no;
    if (is_mark(c)) return InWord::yes;
    if (u_isalnum(c)) return is_unspaced(c) ? InWord::alone : InWord::yes;
    return (U_GET_GC_MASK(c) & kLetterlike) != 0 ? form_in_word(c) : InWord::no;
}

bool is_letterlike_sign(std::int32_t c) {
    return (U_GET_GC_MASK(c) & (U_GC_SO_MASK | U_GC_SC_MASK)) != 0 && form_in_word(c) == InWord::yes;
}

namespace {

std::size_t columns_of(UChar32 c) {
    if (c < 0x300) return 1;  // the soft hyphen too: terminals show it
    const auto type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
    // Of a syllable written in letters, the first takes the columns of all.
    const int hangul = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
    if (hangul == U_HST_VOWEL_JAMO || hangul == U_HST_TRAILING_JAMO) return 0;
    const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const CodePoint c = code_point(text, pos);
        pos += c.size;
        sum += columns_of(c.value);
    }
    return sum;
}

std::string_view between_columns(std::string_view text, std::size_t begin, std::size_t end) {
    std::size_t column = 0, from = text.size(), to = text.size();
    for (std::size_t pos = 0; pos < text.size();) {
        const CodePoint c = code_point(text, pos);
        const std::size_t width = columns_of(c.value);
        if (width > 0 && column + width > end) {
            to = pos;
            break;
        }
        // A mark before the first letter shown belongs to one that is not.
        if (from == text.size() && column >= begin && (width > 0 || column == 0)) from = pos;
        column += width;
        pos += c.size;
    }
    return text.substr(std::min(from, to), to - std::min(from, to));
}

}  // namespace patchseek::text
