// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/fold.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::text {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Marks that many scripts share are accents. Those of one script are its vowels
// (Thai, Devanagari), and the two of kana tell one sound from another.
bool is_accent(UChar32 c) {
    constexpr UChar32 kVoiced = 0x3099, kSemiVoiced = 0x309A;
    UErrorCode status = U_ZERO_ERROR;
    return u_charType(c) == U_NON_SPACING_MARK && uscript_getScript(c, &status) == USCRIPT_INHERITED && c != kVoiced &&
           c != kSemiVoiced;
}

// Accents go after case folding: folding may itself leave a mark behind (U+0130).
icu::UnicodeString without_marks(const icu::UnicodeString& text, const icu::Normalizer2& decomposer) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString apart = decomposer.normalize(text, status);
    if (U_FAILURE(status)) return text;
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1))
        if (!is_accent(apart.char32At(i))) kept.append(apart.char32At(i));
    return kept;
}

std::string fold_unicode(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* folder = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto* decomposer = icu::Normalizer2::getNFDInstance(status);
    const auto* composer = icu::Normalizer2::getNFCInstance(status);
    const auto text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    if (U_FAILURE(status)) return std::string(utf8);
    const auto bare = without_marks(folder->normalize(text, status), *decomposer);
    std::string out;
    composer->normalize(bare, status).toUTF8String(out);
    return out;
}

}  // namespace

std::string one_blank(std::string_view text) {
    std::string out;
    bool blank = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = true;
            continue;
        }
        if (blank && !out.empty()) out += ' ';
        blank = false;
        out += c;
    }
    return out;
}

std::string fold(std::string_view utf8) {
    if (!is_ascii(utf8)) return fold_unicode(utf8);
    return lowered(utf8);
}

}  // namespace patchseek::text
