// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting text into words: ranges lie in the text, positions go up, parts stand at their word's, folding is done once
// for all, and a word alone gives the term it gives in its text. Signed words of a piece are those of its line.
#include <algorithm>
#include <string>
#include <vector>

#include "demand.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/visible.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "patchseek/tokens/signed_words.hpp"

namespace text = patchseek::text;
namespace tokens = patchseek::tokens;

namespace {

constexpr std::size_t kMaxChecked =
    100;  // words looked at one by one, so that long inputs do not take the time of short ones

struct Word {
    std::size_t begin = 0, end = 0;
    std::uint32_t position = 0;
    std::string term;
};

std::vector<Word> whole_words(tokens::Analyzer& analyzer, std::string_view input) {
    std::vector<Word> words;
    const auto positions = analyzer.analyze(input, [&](const tokens::Token& token) {
        demand(token.begin < token.end && token.end <= input.size());
        demand(!token.term.empty() && token.term.size() <= tokens::Analyzer::kMaxWord);
        demand(patchseek::text::valid_utf8(token.term) == token.term);
        if (token.part) {
            demand(!words.empty() && token.position == words.back().position);
            demand(token.begin >= words.back().begin && token.end <= words.back().end);
            return;
        }
        demand(words.empty() || (token.position > words.back().position && token.begin >= words.back().end));
        words.push_back({token.begin, token.end, token.position, std::string(token.term)});
    });
    demand(words.empty() || words.back().position < positions);
    return words;
}

// A few letters fold to one with a sign or to several words (U+0140 to "l·", U+FDFA to four); their letters are the
// term.
bool is_settled(tokens::Analyzer& analyzer, std::string_view word) {
    while (!word.empty()) {
        std::size_t size = 1;
        while (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xC0) == 0x80) ++size;
        const auto letter = word.substr(0, size);
        const auto folded = text::fold(letter);
        if (analyzer.words(letter) != analyzer.words(folded)) return false;
        for (std::size_t at = 0; at < folded.size(); at += text::code_point(folded, at).size)
            if (!text::is_word_character(text::code_point(folded, at).value)) return false;
        word.remove_prefix(size);
    }
    return true;
}

// Where a word cannot go on: beside a sign or a blank of ASCII, and at the ends.
bool is_edge(std::string_view text, std::size_t at) {
    const auto ends_word = [&](std::size_t i) {
        return patchseek::is_ascii(text[i]) && !tokens::is_word_byte(text[i]);
    };
    return at == 0 || at == text.size() || ends_word(at - 1) || ends_word(at);
}

void check_signed_words(tokens::Analyzer& analyzer, std::string_view input, std::string_view folded) {
    constexpr std::size_t kMostEdges = 16;
    std::vector<std::string> all;
    tokens::SignedWords words([&](std::string_view word) { all.emplace_back(word); });
    words.begin(input);
    analyzer.analyze(input, [&](const tokens::Token& token) { words.word(token); });
    words.end();
    if (!words.sure()) return;
    std::vector<std::size_t> edges;
    for (std::size_t at = 0; at <= folded.size() && edges.size() < kMostEdges; ++at)
        if (is_edge(folded, at)) edges.push_back(at);
    for (std::size_t i = 0; i < edges.size(); ++i)
        for (std::size_t j = i + 1; j < edges.size(); ++j)
            for (const auto& word : tokens::signed_words(folded.substr(edges[i], edges[j] - edges[i]), analyzer))
                demand(std::ranges::find(all, word) != all.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tokens::Analyzer analyzer;
    const auto input = as_text(data, size);
    const std::string folded = text::fold(input);
    demand(text::fold(folded) == folded);
    auto words = whole_words(analyzer, input);
    check_signed_words(analyzer, input, folded);
    words.resize(std::min(words.size(), kMaxChecked));
    for (const Word& word : words) {
        const auto slice = input.substr(word.begin, word.end - word.begin);
        demand(analyzer.words(slice) == std::vector{word.term});
        if (is_settled(analyzer, slice)) demand(analyzer.words(text::fold(slice)) == std::vector{word.term});
    }
    return 0;
}
