// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/tokens/analyzer.hpp"

#include <unicode/utf8.h>

#include <xapian.h>

#include <algorithm>
#include <array>
#include <functional>

#include "patchseek/base/ascii.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::tokens {
namespace {

using text::in_word;
using text::InWord;
using text::is_mark;

// Junk such as base64 looks like one identifier of many humps; real ones have few.
constexpr std::size_t kMaxParts = 12;
// Stems kept, at first and at most. A search needs few of them, and must not pay for many.
constexpr std::size_t kFewStems = 1 << 6, kMostStems = 1 << 14;

constexpr auto kAscii = [] {
    std::array<bool, 128> table{};
    for (int c = 0; c < 128; ++c) table[c] = is_word_byte(static_cast<char>(c));
    return table;
}();
bool is_ascii_word(unsigned char c) { return c < 0x80 && kAscii[c]; }

bool is_lower(char c) { return is_alpha(c) && !is_upper(c); }

// The code point at `next`, which moves behind it; negative for bytes that are no UTF-8.
UChar32 next_code(std::string_view text, std::size_t& next) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), next, text.size(), c);
    return c;
}

}  // namespace

struct Analyzer::Impl {
    Xapian::Stem stemmer{"english"};
    /// Stems by the hash of their word, which is the last one of that hash: one cache line each.
    struct alignas(64) Stemmed {
        std::string word, stem;
    };
    std::vector<Stemmed> stems{kFewStems};
    std::size_t stems_made = 0;  ///< since `stems` has its size
    std::string buffer;
    std::string part;

    void emit_part(std::string_view piece, std::string_view whole, Token token, const Sink& sink);
    void emit_humps(std::string_view piece, const Token& token, const Sink& sink);
    void emit_parts(std::string_view word, const Token& whole, const Sink& sink);
    void emit_ascii(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t position,
                    const Sink& sink);
    bool emit_folded(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t position,
                     const Sink& sink);
    void emit_names(std::string_view text, const Token& whole, std::string_view word, const Sink& sink);
    void bound();
    std::string stem(std::string_view word);
};

Analyzer::Analyzer() : impl_(std::make_unique<Impl>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::Impl::bound() {
    if (buffer.size() <= kMaxWord) return;
    std::size_t cut = kMostKept;
    while (cut > 0 && (static_cast<unsigned char>(buffer[cut]) & 0xC0) == 0x80) --cut;
    buffer = buffer.substr(0, cut) + kCut + schema::short_hash(buffer);
}

void Analyzer::Impl::emit_part(std::string_view piece, std::string_view whole, Token token, const Sink& sink) {
    if (piece.size() < 2 || piece.size() > kMaxWord || piece.size() == whole.size()) return;
    part = lowered(piece);
    token.term = part;
    token.part = true;
    sink(token);
}

// camelCase: a hump starts where a capital follows a small letter or digit, and
// where the last of several capitals is followed by a small letter (XMLFile).
void Analyzer::Impl::emit_humps(std::string_view piece, const Token& token, const Sink& sink) {
    std::array<std::size_t, kMaxParts + 1> cuts{};
    std::size_t count = 1;
    for (std::size_t i = 1; i < piece.size(); ++i) {
        const bool starts =
            is_upper(piece[i]) && (is_lower(piece[i - 1]) || is_digit(piece[i - 1]) ||
                                   (is_upper(piece[i - 1]) && i + 1 < piece.size() && is_lower(piece[i + 1])));
        if (!starts) continue;
        if (count == kMaxParts) return;
        cuts[count++] = i;
    }
    if (count == 1) return;
    cuts[count] = piece.size();
    for (std::size_t i = 0; i < count; ++i) emit_part(piece.substr(cuts[i], cuts[i + 1] - cuts[i]), piece, token, sink);
}

void Analyzer::Impl::emit_parts(std::string_view word, const Token& whole, const Sink& sink) {
    const auto first = word.find_first_not_of('_');
    if (first == word.npos) return;
    const auto core = word.substr(first, word.find_last_not_of('_') + 1 - first);
    if (core.find('_') == core.npos) {
        emit_part(core, word, whole, sink);
        emit_humps(core, whole, sink);
        return;
    }
    emit_part(core, word, whole, sink);
    std::size_t parts = 0;
    for (std::size_t pos = 0; pos < core.size() && parts < kMaxParts; ++parts) {
        const auto end = std::min(core.find('_', pos), core.size());
        const auto piece = core.substr(pos, end - pos);
        emit_part(piece, word, whole, sink);
        emit_humps(piece, whole, sink);
        pos = end + 1;
    }
}

void Analyzer::Impl::emit_ascii(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t position,
                                const Sink& sink) {
    const auto word = text.substr(begin, end - begin);
    buffer.resize(word.size());
    bool has_parts = false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        buffer[i] = to_lower(word[i]);
        has_parts |= word[i] == '_' || (i > 0 && is_upper(word[i]));
    }
    bound();
    const Token token{buffer, begin, end, position, false};
    sink(token);
    if (has_parts) emit_parts(word, token, sink);
}

namespace {

// A few letters fold to one with a sign or a blank beside it (U+0140 to "l·").
std::string letters_of(const std::string& folded) {
    std::string out;
    for (std::size_t i = 0; i < folded.size();) {
        std::size_t next = i;
        if (text::is_word_character(next_code(folded, next))) out.append(folded, i, next - i);
        i = next;
    }
    return out;
}

}  // namespace

// False if nothing is left of the word: it was marks only.
bool Analyzer::Impl::emit_folded(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t position,
                                 const Sink& sink) {
    const std::string word = letters_of(text::fold(text.substr(begin, end - begin)));
    if (word.empty()) return false;
    buffer = word;
    bound();
    const Token token{buffer, begin, end, position, false};
    sink(token);
    if (word.find('_') != word.npos) emit_parts(word, token, sink);
    emit_names(text.substr(begin, end - begin), token, word, sink);
    return true;
}

// What stands between signs such as U+2122 (tm), and what they stand for.
void Analyzer::Impl::emit_names(std::string_view text, const Token& whole, std::string_view word, const Sink& sink) {
    std::size_t begin = 0, parts = 0;
    for (std::size_t i = 0; i < text.size() && parts < kMaxParts;) {
        const auto at = i;
        if (!text::is_letterlike_sign(next_code(text, i))) continue;
        emit_part(letters_of(text::fold(text.substr(begin, at - begin))), word, whole, sink);
        emit_part(letters_of(text::fold(text.substr(at, i - at))), word, whole, sink);
        begin = i;
        ++parts;
    }
    if (begin > 0) emit_part(letters_of(text::fold(text.substr(begin))), word, whole, sink);
}

namespace {

// The end of a word that goes on outside ASCII at `end`, with the marks that follow
// a letter which is a word by itself; `end` where it does not go on.
std::size_t end_of_word(std::string_view text, std::size_t begin, std::size_t end) {
    bool alone = false;
    for (std::size_t next = end; next < text.size(); end = next) {
        const UChar32 c = next_code(text, next);
        const InWord kind = in_word(c);
        if (kind == InWord::no || (kind == InWord::alone && end > begin) || (alone && !is_mark(c))) break;
        alone |= kind == InWord::alone;
    }
    return end;
}

// Calls visit(begin, end, ascii) for each word, folded or not; `ascii`: it has no other letters.
template <class Visit>
void each_word(std::string_view utf8, Visit&& visit) {
    const auto* const data = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const std::size_t size = utf8.size();
    std::size_t i = 0;
    while (i < size) {
        if (data[i] < 0x80 && !kAscii[data[i]]) {
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < size && is_ascii_word(data[i])) ++i;
        const std::size_t end = i < size && data[i] >= 0x80 ? end_of_word(utf8, begin, i) : i;
        if (end == begin) {
            U8_FWD_1(data, i, size);
        } else {
            visit(begin, end, end == i);
            i = end;
        }
    }
}

}  // namespace

std::uint32_t Analyzer::analyze(std::string_view utf8, const Sink& sink) {
    std::uint32_t position = 0;
    each_word(utf8, [&](std::size_t begin, std::size_t end, bool ascii) {
        if (ascii)
            impl_->emit_ascii(utf8, begin, end, position++, sink);
        else
            position += impl_->emit_folded(utf8, begin, end, position, sink);
    });
    return position;
}

std::size_t count_words(std::string_view utf8) {
    std::size_t words = 0;
    bool found = false;
    each_word(utf8, [&](std::size_t begin, std::size_t end, bool) {
        bool marks_only = true;
        for (std::size_t i = begin; i < end;) {
            const UChar32 c = next_code(utf8, i);
            if (is_mark(c)) continue;
            marks_only = false;
            found = found || c != '_';
        }
        words += !marks_only;
    });
    return found ? words : 0;
}

std::vector<std::string> Analyzer::words(std::string_view utf8) {
    std::vector<std::string> out;
    analyze(utf8, [&](const Token& token) {
        if (!token.part) out.emplace_back(token.term);
    });
    return out;
}

std::string Analyzer::Impl::stem(std::string_view word) {
    const auto hash = std::hash<std::string_view>()(word);
    if (const auto& slot = stems[hash % stems.size()]; slot.word == word) return slot.stem;
    if (stems_made++ > stems.size() && stems.size() < kMostStems) {
        stems = std::vector<Stemmed>(stems.size() * 4);
        stems_made = 0;
    }
    auto& slot = stems[hash % stems.size()];
    slot.word = word;
    slot.stem = stemmer(slot.word);
    return slot.stem;
}

std::string Analyzer::stem(std::string_view word) {
    const bool plain = word.size() > 2 && std::ranges::all_of(word, is_lower);
    if (!plain) return std::string(word);
    return impl_->stem(word);
}

bool is_one_word(std::string_view utf8) {
    std::size_t words = 0;
    bool whole = false;
    each_word(utf8, [&](std::size_t begin, std::size_t end, bool) {
        ++words;
        whole = end - begin == utf8.size();
    });
    return words == 1 && whole;
}

}  // namespace patchseek::tokens
