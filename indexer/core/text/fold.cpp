// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/fold.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/code_point.hpp"

namespace patchseek::text {
namespace {

constexpr std::int32_t kReplacement = 0xFFFD;

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

/// What a code point is folded to where it stands alone, and whether it does whatever stands before it.
struct Single {
    static constexpr std::size_t kMost = 14;
    bool known = false;
    bool begins = false;  ///< never joins with what is before it
    std::array<char, kMost> bytes{};
    std::uint8_t size = 0;
    bool fits = false;  ///< in `bytes`
};

// Kept for each thread: most of a text in any language is some hundred code points.
const Single& single(UChar32 c, std::string_view utf8) {
    constexpr std::size_t kPage = 256;
    thread_local std::array<std::unique_ptr<std::array<Single, kPage>>, (UCHAR_MAX_VALUE + 1) / kPage> pages;
    auto& page = pages[static_cast<std::size_t>(c) / kPage];
    if (!page) page = std::make_unique<std::array<Single, kPage>>();
    Single& one = (*page)[static_cast<std::size_t>(c) % kPage];
    if (one.known) return one;
    UErrorCode status = U_ZERO_ERROR;
    const auto* folder = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const std::string folded = fold_unicode(utf8);
    one.known = true;
    one.begins = U_SUCCESS(status) && folder->hasBoundaryBefore(c);
    one.fits = folded.size() <= Single::kMost;
    one.size = static_cast<std::uint8_t>(one.fits ? folded.size() : std::size_t{0});
    if (one.fits) std::ranges::copy(folded, one.bytes.begin());
    return one;
}

/// Folds a text by its parts that do not touch each other, nearly all of which are one code point.
class Folder {
public:
    explicit Folder(std::string_view text) : text_(text) { out_.reserve(text.size()); }
    std::string run() {
        for (std::size_t at = 0; at < text_.size();) {
            if (is_ascii(text_[at])) {
                begin(at, nullptr);
                ++at;
            } else if (const std::size_t size = step(at); size > 0) {
                at += size;
            } else {
                return fold_unicode(text_);  // it is no UTF-8
            }
        }
        end(text_.size());
        return std::move(out_);
    }

private:
    // Takes the code point at `at`; its bytes, or 0.
    std::size_t step(std::size_t at) {
        const CodePoint next = code_point(text_, at);
        const auto bytes = text_.substr(at, next.size);
        if (next.value == kReplacement && bytes != "\ufffd") return 0;
        const Single& one = single(next.value, bytes);
        if (one.begins || at == 0)
            begin(at, &one);
        else
            ++code_points_;
        return next.size;
    }
    void begin(std::size_t at, const Single* one) {
        end(at);
        first_ = at;
        code_points_ = 1;
        single_ = one;
    }
    void end(std::size_t at) {
        if (at == first_) return;
        if (code_points_ > 1 || (single_ && !single_->fits))
            out_ += fold_unicode(text_.substr(first_, at - first_));
        else if (single_)
            out_.append(single_->bytes.data(), single_->size);
        else
            out_ += to_lower(text_[first_]);
    }

    std::string_view text_;
    std::string out_;
    std::size_t first_ = 0;  ///< where the part begins
    std::size_t code_points_ = 0;
    const Single* single_ = nullptr;  ///< of the first one, if that is not ASCII
};

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
    if (!is_ascii(utf8)) return Folder(utf8).run();
    return lowered(utf8);
}

}  // namespace patchseek::text
