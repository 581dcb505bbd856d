// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/ascii.hpp"

namespace patchseek::tokens {

/// A word as it is searched.
struct Token {
    std::string_view term;   ///< folded; valid until the callback returns
    std::size_t begin, end;  ///< byte range in the input
    std::uint32_t position;  ///< counts whole words from 0; parts have that of their word
    bool part;               ///< a piece of an identifier, found by itself but in no phrase
};

/// Cuts text into words. The indexer and the searcher must both go through this
/// class: a word folded in only one of them can never be found.
///
/// - A word is a run of letters, digits and '_', and of what NFKC makes such (text/code_point.hpp). Everything else
///   separates.
/// - Folded: NFKC, case, accents. Pure ASCII takes a path of its own.
/// - Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar): each
///   letter is a word, so that any run of them is a phrase.
/// - Parts of identifiers follow their word: split at '_' and where a small letter
///   meets a capital; `__kvm_vcpuRun` has parts kvm_vcpurun (outer '_' cut), kvm,
///   vcpurun, vcpu and run; also at signs that stand for letters: a name before U+2122 is found without "tm". Pieces of
///   one byte are left out.
/// - Words over kMaxWord bytes become cut words: their beginning, kCut and a hash (schema/terms.hpp).
///
/// One object serves one thread.
class Analyzer {
public:
    /// Longest term of a word, in bytes.
    static constexpr std::size_t kMaxWord = 64;
    /// What of a longer word stands before the sign that only a cut word has: at most so many bytes, and at least so
    /// many, since no character of up to four bytes is cut in two. All of them are in indexes: never change one.
    static constexpr std::size_t kMostKept = 40, kLeastKept = kMostKept - 3;
    static constexpr char kCut = '~';

    Analyzer();
    ~Analyzer();
    Analyzer(const Analyzer&) = delete;
    Analyzer& operator=(const Analyzer&) = delete;

    using Sink = std::function<void(const Token&)>;
    /// Bytes that are no UTF-8 separate words. Returns the number of positions used.
    std::uint32_t analyze(std::string_view utf8, const Sink& sink);

    /// The whole words of `utf8`, folded, in order.
    std::vector<std::string> words(std::string_view utf8);

    /// English stem of a folded word; the word itself where it has a digit, '_' or a
    /// letter outside ASCII, since those are code or another language.
    std::string stem(std::string_view word);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether a term is that of a cut word: only kLeastKept bytes of its beginning tell of the word.
constexpr bool is_cut_word(std::string_view term) noexcept { return term.find(Analyzer::kCut) != term.npos; }

/// How many words the Analyzer makes of `utf8`, but 0 if no letter and no digit is in it. Marks alone are no words.
std::size_t count_words(std::string_view utf8);

/// Whether all of `utf8` is of a single word, as the Analyzer cuts it.
bool is_one_word(std::string_view utf8);

/// Whether `a` is part of a word, as the Analyzer cuts them (ASCII only; a byte of
/// a longer character counts as part of one).
constexpr bool is_word_byte(char a) noexcept {
    return is_alnum(a) || a == '_' || static_cast<unsigned char>(a) >= 0x80;
}

}  // namespace patchseek::tokens
