// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/line_bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "highlight_terms.hpp"
#include "patchseek/text/fold.hpp"
#include "verify/highlighter.hpp"

using namespace patchseek;

namespace {

std::size_t distinct(const std::string& line, const std::vector<reader::Mark>& marks) {
    std::set<std::string> out;
    for (const reader::Mark& mark : marks) out.insert(text::fold(line.substr(mark.begin, mark.end - mark.begin)));
    return out.size();
}

// What people write, and what is written to mislead: signs that fold to letters, join them or vanish between them.
const std::vector<std::string> kPieces = {
    "leak", "Leak",   "LEAKS",    "leaks", "leaked", "memLeak", "mem_leak", "__leak", "leak2",  "2leak",  "bleak",
    "mem",  "a",      "c",        "1",     "2",      " ",       " ",        "_",      "-",      ".",      "'",
    "é",    "leák",   "ｌｅａｋ", "½",     "℀",      "仓",      "ж",        "‍",    "\u0301", "\u0483", "’",
    "ﬁ",    "\u2122", "K",        "が",    "\u3099", "한",      "\xFF",     "\xE2",   "\u00AD", "\u2028", "⑴",
    "：",   "＿",     "＠",       "Ａ",    "ö",      "ß",       "über",     "æ",      "ĸ",
};

}  // namespace

TEST_CASE("no line has more marks than it may have") {
    std::mt19937 random(7);
    for (const char* query : {"leak", "\"leak\"", "leak*", "mem leak", "le*", "leaks a c 1", "café leak", "leak -mem",
                              "\"mem-leak\"", "1", "fi", "k", "lit:leak", "lit:\"a-\" mem", "lit:lea", "lit:é leak"}) {
        tokens::Analyzer analyzer;
        const auto terms = highlight_terms(query, analyzer);
        verify::LineBounds bounds(terms);
        verify::Highlighter highlighter(terms, analyzer);
        std::size_t marked = 0, told = 0;
        for (int i = 0; i < 3000; ++i) {
            std::string line;
            for (auto left = 1 + random() % 9; left > 0; --left) line += kPieces[random() % kPieces.size()];
            const std::string body = "+x\n+" + line + "\n+y";
            const std::vector<patch::Line> lines = {
                {patch::LineKind::added, 0, 2},
                {patch::LineKind::added, 3, static_cast<std::uint32_t>(line.size() + 1)},
                {patch::LineKind::added, static_cast<std::uint32_t>(line.size() + 5), 2}};
            const auto bound = bounds.of(body, lines)[1];
            const auto marks = highlighter.marks(line);
            CAPTURE(query);
            CAPTURE(line);
            CHECK(distinct(line, marks) <= bound.marks);
            if (!marks.empty() && terms.patterns.empty()) CHECK(bound.has != 0);
            marked += marks.empty() ? 0 : 1;
            told += bound.marks == 0 ? 1 : 0;
        }
        CHECK(marked > 0);
        // A query with letters of its own is not bounded at all.
        CHECK((told > 0 || std::string(query) == "café leak" || std::string(query) == "1"));
    }
}

TEST_CASE("the words of a part are told by how they begin") {
    tokens::Analyzer analyzer;
    verify::LineBounds bounds(highlight_terms("memory leak", analyzer));
    const std::string body = "a leak\nmemory is\nnothing\nleaks of memories";
    std::vector<patch::Line> lines;
    for (std::size_t at = 0, end = 0; end < body.size(); at = end + 1) {
        end = std::min(body.find('\n', at), body.size());
        lines.push_back({patch::LineKind::log, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end - at)});
    }
    const auto memory = bounds.of_word("memory", analyzer.stem("memory"));
    const auto leak = bounds.of_word("leak", analyzer.stem("leak"));
    std::string found;
    for (const auto& bound : bounds.of(body, lines))
        found += std::string((bound.has & memory) != 0 ? "m" : "-") + ((bound.has & leak) != 0 ? "l" : "-") + ' ';
    CHECK(found == "-l m- -- ml ");
}

TEST_CASE("where many lines look better than they are, the best are still found") {
    tokens::Analyzer analyzer;
    std::string body;
    for (int i = 0; i < 100; ++i) body += "ü ö ä leak " + std::to_string(i) + "\n";
    body += "memory leak\nleak\n";
    std::string out;
    for (const auto& snippet :
         verify::Highlighter(highlight_terms("memory leak", analyzer), analyzer).snippets(body, 2))
        out += snippet.text + '|';
    CHECK(out == "ü ö ä leak 0|memory leak|");
}

TEST_CASE("lines of all lengths are told apart") {
    tokens::Analyzer analyzer;
    verify::LineBounds bounds(highlight_terms("leak", analyzer));
    std::string body, expected;
    std::vector<patch::Line> lines;
    for (const std::size_t size : {0u, 10u, 70'000u, 65'536u, 65'535u, 1u, 200'000u, 3u, 65'530u, 30u}) {
        for (const bool leaks : {true, false}) {
            const std::string line = (leaks ? "leak " : "") + std::string(size, '.');
            lines.push_back({patch::LineKind::log, static_cast<std::uint32_t>(body.size()),
                             static_cast<std::uint32_t>(line.size())});
            body += line + '\n';
            expected += leaks ? '1' : '0';
        }
    }
    std::string found;
    for (const auto& bound : bounds.of(body, lines)) found += std::to_string(bound.marks);
    CHECK(found == expected);
}

TEST_CASE("a stem is looked for by what it leaves of its words") {
    struct Case {
        const char *query, *text;
    };
    for (const Case& c : {
             Case{"die", "dying"},
             Case{"lie", "lying"},
             Case{"tie", "tying"},
             Case{"sky", "skies"},
             Case{"ski", "skis"},
             Case{"accurate accuracies", "accuracy"},
             Case{"hope", "hoping"},
             Case{"hop", "hopping"},
             Case{"relate", "relational"},
             Case{"conflate", "conflating"},
             Case{"early", "early"},
             Case{"sensible", "sensibly"},
             Case{"generate", "generators"},
             Case{"apologise", "apologies"},
             Case{"add", "added"},
         }) {
        CAPTURE(c.query);
        tokens::Analyzer analyzer;
        const auto terms = highlight_terms(c.query, analyzer);
        verify::Highlighter highlighter(terms, analyzer);
        const auto stems = std::ranges::find(terms.stems, analyzer.stem(c.text)) != terms.stems.end();
        CHECK(highlighter.marks(c.text).empty() == !stems);
    }
}
