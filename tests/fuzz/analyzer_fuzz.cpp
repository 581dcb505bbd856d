// SPDX-License-Identifier: GPL-2.0-or-later
// Cutting text into words: ranges lie in the text, positions go up, parts stand at their word's, folding is done once
// for all, and a word alone gives the term it gives in its text.
#include <algorithm>
#include <string>
#include <vector>

#include "demand.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/visible.hpp"
#include "patchseek/tokens/analyzer.hpp"

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
        if (analyzer.words(letter) != analyzer.words(text::fold(letter))) return false;
        word.remove_prefix(size);
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tokens::Analyzer analyzer;
    const auto input = as_text(data, size);
    const std::string folded = text::fold(input);
    demand(text::fold(folded) == folded);
    auto words = whole_words(analyzer, input);
    words.resize(std::min(words.size(), kMaxChecked));
    for (const Word& word : words) {
        const auto slice = input.substr(word.begin, word.end - word.begin);
        demand(analyzer.words(slice) == std::vector{word.term});
        if (is_settled(analyzer, slice)) demand(analyzer.words(text::fold(slice)) == std::vector{word.term});
    }
    return 0;
}
