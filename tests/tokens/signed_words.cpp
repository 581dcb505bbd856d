// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/tokens/signed_words.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <string>
#include <vector>

#include "patchseek/text/fold.hpp"

using patchseek::tokens::Analyzer;
using patchseek::tokens::SignedWords;
using patchseek::tokens::Token;

namespace {

struct Found {
    std::vector<std::string> words;
    bool sure;
};

/// As the indexer finds them, in a line whose words begin at `offset`.
Found found_in(const std::string& line, std::size_t offset = 0) {
    Found out;
    Analyzer analyzer;
    SignedWords words([&](std::string_view word) { out.words.emplace_back(word); });
    words.begin(line);
    analyzer.analyze(std::string_view(line).substr(offset), [&](const Token& token) { words.word(token, offset); });
    words.end();
    out.sure = words.sure();
    return out;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("words with the signs that touch them") {
    struct Case {
        std::string text;
        Words found;
    };
    for (const Case& c : {
             Case{"C++", {"c+", "c++"}},
             Case{"in C++20 or c#, i--;", {"c++20", "c+", "c++", "++20", "c#", "i--"}},
             Case{"a->b", {"a->b", "a->", "->b"}},
             Case{"x->flags &= ~mask", {"x->flags", "x->", "->flags", "~mask"}},
             Case{"if (!repo)", {"!repo", "(!repo"}},
             Case{"strbuf_addf()", {"strbuf_addf()"}},
             Case{"strbuf_addf(&buf", {"strbuf_addf(&buf", "&buf", "(&buf"}},
             Case{"std::vector<int>", {"std::vector", "std::", "::vector", "vector<int"}},
             Case{"foo.bar", {"foo.bar"}},
             Case{"--no-verify", {"--no"}},
             Case{"sizeof(*p)", {"sizeof(*p", "*p", "(*p"}},
             Case{"\t*p = a[i];", {"*p", "a[i"}},
             Case{"prepare-commit-msg, a/b a@b a,b a:b", {}},  // side by side they have these
             Case{"a..b HEAD..origin 0123456..789abcd", {"a..b", "head..origin"}},
             Case{"@{upstream}", {"@{upstream"}},
             Case{"a b, c. (d) \"e\"", {}},
             Case{"", {}},
             Case{"+++", {}},
             Case{"a=========b", {"a="}},
             Case{"a========b", {"a========b", "a="}},
             Case{"a + b", {}},
             Case{"a +b c+ d", {"c+"}},
         }) {
        CAPTURE(c.text);
        const auto found = found_in(c.text);
        CHECK(found.words == c.found);
        CHECK(found.sure);
    }
}

TEST_CASE("signs are those that folding makes") {
    struct Case {
        std::string text;
        Words found;
        bool sure;
    };
    for (const Case& c : {
             Case{"c\uFF0B\uFF0B", {"c+", "c++"}, true},
             Case{"a\uFF0D>b", {"a->b", "a->", "->b"}, true},
             Case{"a+\u200B+b", {"a++b", "a+", "a++", "++b"}, true},
             Case{"\u201C--x\u201D", {"--x"}, true},
             Case{"a!\u00A0b", {"a!"}, true},
             Case{"a\u2026b", {"a...b"}, true},
             Case{"x!\u2474", {"x!"}, false},                                     // a digit in brackets
             Case{"\u0E17\u0E33++", {"\u0E4D\u0E32+", "\u0E4D\u0E32++"}, false},  // one letter, two words
             Case{"li\u200Bb()", {"b()"}, false},                                 // one word, folded
             Case{"\u309B->b", {"->b"}, false},                                   // a mark, folded
             Case{"\u4EBA!\u4EBA", {"\u4EBA!\u4EBA", "\u4EBA!", "!\u4EBA"}, true},
             Case{"\u00C9t\u00E9!", {"ete!"}, true},
             Case{"Mill\u2122!", {"milltm!"}, true},
             Case{"a!\xFF", {"a!"}, true},
         }) {
        CAPTURE(c.text);
        const auto found = found_in(c.text);
        CHECK(found.words == c.found);
        CHECK(found.sure == c.sure);
    }
}

TEST_CASE("what is too long to be folded is in doubt") {
    std::string dashes, word;
    for (int i = 0; i < 1000; ++i) dashes += "\u2014", word += "\u00E9";
    CHECK_FALSE(found_in("a" + dashes + "!b").sure);
    CHECK_FALSE(found_in(word + "!").sure);
    CHECK(found_in("a" + std::string(5000, '=') + "!b").words == Words{"a=", "!b"});
}

TEST_CASE("the sign of a line in a diff stands before its words") {
    CHECK(found_in("-- foo(*p)", 1).words == Words{"foo(*p", "*p", "(*p"});
    CHECK(found_in("--foo", 1).words == Words{"--foo"});
    CHECK(found_in("-*foo", 1).words == Words{"*foo"});
    CHECK(found_in("!foo", 1).words == Words{"!foo"});
}

TEST_CASE("what was typed has those that each text with it has") {
    Analyzer analyzer;
    const std::string line = "+\tif (!opts->x && !(*p)->next) std::swap(C++, i--, &foo()[0], $HOME/\u00E9=%d);";
    const auto all = found_in(line).words;
    const auto folded = patchseek::text::fold(line);
    const auto in_word = [&](std::size_t at) { return patchseek::tokens::is_word_byte(folded[at]); };
    std::size_t checked = 0;
    for (std::size_t begin = 0; begin < folded.size(); ++begin)
        for (std::size_t end = begin + 1; end <= folded.size(); ++end) {
            if (begin > 0 && in_word(begin - 1) && in_word(begin)) continue;
            if (end < folded.size() && in_word(end - 1) && in_word(end)) continue;
            for (const auto& word : patchseek::tokens::signed_words(folded.substr(begin, end - begin), analyzer)) {
                CAPTURE(word);
                CHECK(std::ranges::find(all, word) != all.end());
                ++checked;
            }
        }
    CHECK(checked > 1000);
    CHECK(patchseek::tokens::signed_words("x!\u2474", analyzer).empty());
}
