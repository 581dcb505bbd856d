// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/tokens/signed_words.hpp"

#include <algorithm>
#include <array>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::tokens {
namespace {

// All of them are in indexes: whoever changes a table changes the schema.

// Between two words these tell little: most pairs that stand side by side have the same one each time.
constexpr std::array<std::string_view, 5> kPlain = {"-", "/", "@", ",", ":"};
constexpr std::size_t kLongest = 8;  // signs between words
// Bytes that are folded to be looked at: what is longer is no text that anybody types.
constexpr std::size_t kMostFolded = 1024;
// Of the signs beside a word, what few words have.
constexpr std::string_view kBefore = "*!&~$#%^|?", kBehind = "#=%+!?*&|~^$";
constexpr std::array<std::string_view, 13> kPairsBefore = {"--", "->", "::", "(!", "(*", "(&", "&&",
                                                           "!!", "++", "$(", "${", "%(", "@{"};
constexpr std::array<std::string_view, 6> kPairsBehind = {"()", "++", "--", "[]", "->", "::"};

// A sign that a signed word can have.
bool is_sign(char c) { return is_ascii(c) && !is_space(c); }

bool has_word_character(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto one = text::code_point(text, at);
        if (text::is_word_character(one.value)) return true;
        at += one.size;
    }
    return false;
}

// One letter may be folded to a digit in brackets, or to two words.
bool stays_one_word(std::string_view raw, std::string_view term) {
    const auto folded = text::fold(raw);
    return folded == term && is_one_word(folded);
}

template <std::size_t N>
bool has(const std::array<std::string_view, N>& some, std::string_view one) {
    return std::ranges::find(some, one) != some.end();
}

}  // namespace

void SignedWords::begin(std::string_view line) {
    line_ = line;
    end_ = 0;
    any_ = false;
}

void SignedWords::give(std::string_view first, std::string_view signs, std::string_view last) {
    text_.assign(first).append(signs).append(last);
    sink_(text_);
}

// Each patch has some, as `index 0123456..789abcd`, and they stand side by side nowhere else.
bool SignedWords::is_range_of_ids(std::string_view signs) const {
    constexpr std::size_t kShortestId = 7;
    return signs == ".." && before_.size() >= kShortestId && word_.size() >= kShortestId;
}

// `begins`, `ends`: there is a word before it, behind it.
void SignedWords::between(std::string_view gap, bool begins, bool ends) {
    if (gap.empty()) return;
    if (!is_ascii(gap)) {
        const bool folds = gap.size() <= kMostFolded;
        folded_ = folds ? text::fold(gap) : std::string();
        // Of nothing between two words one is made; a mark belongs to the word beside it.
        if (!folds || has_word_character(folded_) || (folded_.empty() && begins && ends)) sure_ = false;
        if (folded_.empty()) return;
        gap = folded_;
    }
    const auto run = static_cast<std::size_t>(std::ranges::find_if_not(gap, is_sign) - gap.begin());
    if (begins && ends && run == gap.size() && run <= kLongest && !has(kPlain, gap) && !is_range_of_ids(gap))
        give(before_, gap, word_);
    if (begins && run > 0) {
        if (kBehind.find(gap.front()) != kBehind.npos) give(before_, gap.substr(0, 1), {});
        if (run > 1 && has(kPairsBehind, gap.substr(0, 2))) give(before_, gap.substr(0, 2), {});
    }
    if (!ends || !is_sign(gap.back())) return;
    if (kBefore.find(gap.back()) != kBefore.npos) give({}, gap.substr(gap.size() - 1), word_);
    if (gap.size() > 1 && has(kPairsBefore, gap.substr(gap.size() - 2))) give({}, gap.substr(gap.size() - 2), word_);
}

void SignedWords::word(const Token& token, std::size_t offset) {
    if (token.part) return;
    const auto begin = std::max(token.begin + offset, end_);
    const auto raw = line_.substr(begin, token.end + offset - begin);
    if (!is_ascii(raw) && (raw.size() > kMostFolded || !stays_one_word(raw, token.term))) sure_ = false;
    word_.assign(token.term);
    between(line_.substr(end_, begin - end_), any_, true);
    before_.swap(word_);
    end_ = token.end + offset;
    any_ = true;
}

void SignedWords::end() { between(line_.substr(end_), any_, false); }

std::vector<std::string> signed_words(std::string_view folded, Analyzer& analyzer) {
    std::vector<std::string> out;
    SignedWords words([&](std::string_view word) { out.emplace_back(word); });
    words.begin(folded);
    analyzer.analyze(folded, [&](const Token& token) { words.word(token); });
    words.end();
    if (!words.sure()) return {};
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    // Whatever has `a->b` has `a->` too.
    const auto all = out;
    std::erase_if(out, [&](const std::string& one) {
        return std::ranges::any_of(
            all, [&](const std::string& other) { return other.size() > one.size() && other.find(one) != other.npos; });
    });
    return out;
}

}  // namespace patchseek::tokens
