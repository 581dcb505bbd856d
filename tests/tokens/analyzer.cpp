// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/tokens/analyzer.hpp"
#include "patchseek/text/fold.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using patchseek::text::fold;
using patchseek::tokens::Analyzer;
using patchseek::tokens::Token;

namespace {

// "0:word 0.part 1:word": position, ':' for a word, '.' for a part of it.
std::string tokens(std::string_view text) {
    Analyzer analyzer;
    std::string out;
    analyzer.analyze(text, [&](const Token& token) {
        if (!out.empty()) out += ' ';
        out += std::to_string(token.position) + (token.part ? '.' : ':') + std::string(token.term);
    });
    return out;
}

// The input ranges of the whole words, joined by '|'.
std::string ranges(std::string_view text) {
    Analyzer analyzer;
    std::string out;
    analyzer.analyze(text, [&](const Token& token) {
        if (token.part) return;
        if (!out.empty()) out += '|';
        out += text.substr(token.begin, token.end - token.begin);
    });
    return out;
}

}  // namespace

TEST_CASE("text is cut into words, identifiers also into parts") {
    struct Case {
        const char* name;
        const char* text;
        const char* tokens;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"signs only", "-> [] ++ !=", ""},
             Case{"words and signs", "foo->bar, a[i]", "0:foo 1:bar 2:a 3:i"},
             Case{"all of an identifier", "__kvm_vcpuRun",
                  "0:__kvm_vcpurun 0.kvm_vcpurun 0.kvm 0.vcpurun 0.vcpu 0.run"},
             Case{"capitals before a word", "HTTPServer", "0:httpserver 0.http 0.server"},
             Case{"capitals after a word", "parseXML", "0:parsexml 0.parse 0.xml"},
             Case{"a capital at the start is no hump", "Linus", "0:linus"},
             Case{"all capitals are one piece", "EINVAL", "0:einval"},
             Case{"figures stay with their letters", "x86_64", "0:x86_64 0.x86 0.64"},
             Case{"constants", "DRM_IOCTL_MODE", "0:drm_ioctl_mode 0.drm 0.ioctl 0.mode"},
             Case{"pieces of one byte are left out", "a_bc_d", "0:a_bc_d 0.bc"},
             Case{"an underscore alone", "_ __", "0:_ 1:__"},
             Case{"outer underscores only", "__init__", "0:__init__ 0.init"},
             Case{"parts take no position", "kvm_run stop", "0:kvm_run 0.kvm 0.run 1:stop"},
             Case{"a word ends at a dash that is not ASCII", "myFunc\u2014HTTPServer\u201D",
                  "0:myfunc 0.my 0.func 1:httpserver 1.http 1.server"},
             Case{"a word ends at a byte that is no UTF-8",
                  "myFunc\xFF"
                  "end",
                  "0:myfunc 0.my 0.func 1:end"},
             Case{"a word ends at a letter that stands alone", "myFunc漢", "0:myfunc 0.my 0.func 1:漢"},
             Case{"ASCII and other letters in one word", "naïve größe_max Zürich2",
                  "0:naive 1:grosse_max 1.grosse 1.max 2:zurich2"},
             Case{"Han", "内核 panic", "0:内 1:核 2:panic"},
             Case{"kana, voiced or not, are one position each", "ガス ｶﾞｽ", "0:ガ 1:ス 2:ガ 3:ス"},
             Case{"Thai letters keep their vowels", "ที่นี่", "0:ที่ 1:นี่"},
             Case{"Hindi words are whole", "हिन्दी", "0:हिन्दी"},
             Case{"Hangul is written with spaces", "커널 패치", "0:커널 1:패치"},
             Case{"Cyrillic", "Ядро линукс", "0:ядро 1:линукс"},
             Case{"marks without a letter are no word and take no position", "a \u0301 b", "0:a 1:b"},
             Case{"soft hyphen inside a word", "vir\u00ADtual", "0:virtual"},
             Case{"invalid bytes separate",
                  "a\xC3(b\x80\x80"
                  "c\xF0\x9F",
                  "0:a 1:b 2:c"},
             Case{"surrogates and overlong forms are no UTF-8",
                  "a\xED\xA0\x80"
                  "b\xC0\xAF"
                  "c",
                  "0:a 1:b 2:c"},
             Case{"emoji separate", "fix\U0001F600bug", "0:fix 1:bug"},
             Case{"full width", "ＫＶＭ", "0:kvm"},
         }) {
        CAPTURE(c.name);
        CHECK(tokens(c.text) == c.tokens);
    }
}

TEST_CASE("a NUL separates, and the count of positions is returned") {
    Analyzer analyzer;
    CHECK(analyzer.words(std::string_view("a\0b", 3)) == std::vector<std::string>{"a", "b"});
    CHECK(analyzer.analyze("kvm_run \u0301 漢 x", [](const Token&) {}) == 3);
    CHECK(analyzer.analyze("", [](const Token&) {}) == 0);
}

TEST_CASE("ranges are those of the input") {
    struct Case {
        const char* name;
        const char* text;
        const char* ranges;
    };
    for (const Case& c : {
             Case{"ASCII", "(foo_bar) x86", "foo_bar|x86"},
             Case{"longer folded", "\u201CStraße\u201D", "Straße"},
             Case{"marks belong to their letter", "Ame\u0301lie ที่", "Ame\u0301lie|ที่"},
             Case{"after bytes that are no UTF-8",
                  "\xFF\xFE"
                  "foo\xFF"
                  "bar",
                  "foo|bar"},
             Case{"Han one by one", "kvm内核", "kvm|内|核"},
         }) {
        CAPTURE(c.name);
        CHECK(ranges(c.text) == c.ranges);
    }
}

TEST_CASE("long words stay short and apart") {
    Analyzer analyzer;
    for (const char* unit : {"x", "ж", "é", "x_", "漢\u0301\u3099"}) {
        std::set<std::string> terms;
        std::string word;
        while (word.size() < 70) word += unit;
        for (int i = 0; i < 50; ++i) {
            const std::string text = word + "tail" + std::to_string(i);
            const auto words = analyzer.words(text);
            for (const std::string& term : words) CHECK(term.size() <= Analyzer::kMaxWord);
            REQUIRE(!words.empty());
            terms.insert(words.front() + words.back());
        }
        CAPTURE(unit);
        CHECK(terms.size() == 50);
    }
    const std::string limit(Analyzer::kMaxWord, 'x');
    CHECK(analyzer.words(limit) == std::vector<std::string>{limit});
    CHECK(analyzer.words(limit + 'x').front().size() < limit.size());
}

TEST_CASE("parts of a long word are those of what was written") {
    const std::string head(70, 'a');
    CHECK(tokens(head + "_tail").ends_with(" 0.tail"));
    std::string wide;
    while (wide.size() < 70) wide += "ж";
    CHECK(tokens(wide + "_tail").ends_with(" 0.tail"));
}

TEST_CASE("junk like base64 does not explode") {
    Analyzer analyzer;
    std::string junk;
    for (int i = 0; i < 5000; ++i) junk += i % 3 == 0 ? "aB" : i % 3 == 1 ? "_x9" : "Cd";
    int count = 0;
    analyzer.analyze(junk, [&](const Token&) { ++count; });
    CHECK(count < 200);
}

TEST_CASE("folded text has the words of the text") {
    Analyzer analyzer;
    for (const char* text : {"Straße __kvm_vcpuRun ＫＶＭ", "内核 ガス ｶﾞｽ ที่นี่", "vir\u00ADtual İstanbul ﬁle Йод",
                             "a\xFF"
                             "b HTTPServer\u2014x"}) {
        CAPTURE(text);
        CHECK(analyzer.words(fold(text)) == analyzer.words(text));
    }
}

TEST_CASE("only plain English words have a stem") {
    Analyzer analyzer;
    struct Case {
        const char* word;
        const char* stem;
    };
    for (const Case& c :
         {Case{"patches", "patch"}, Case{"locking", "lock"}, Case{"is", "is"}, Case{"kvm_patches", "kvm_patches"},
          Case{"patches2", "patches2"}, Case{"größen", "größen"}, Case{"", ""}}) {
        CAPTURE(c.word);
        CHECK(analyzer.stem(c.word) == c.stem);
        CHECK(analyzer.stem(c.word) == c.stem);  // the second time from the cache
    }
}

TEST_CASE("of a cut word at least kLeastKept bytes are kept, and the sign tells it from others") {
    Analyzer analyzer;
    for (const std::string letter : {"x", "\u0436", "\u0915", "\U00010330"})
        for (std::size_t before = 30; before < 50; ++before) {
            std::string word(before, 'x');
            while (word.size() <= Analyzer::kMaxWord) word += letter;
            const auto words = analyzer.words(word);
            REQUIRE(words.size() == 1);
            CHECK(patchseek::tokens::is_cut_word(words[0]));
            CHECK(words[0].starts_with(word.substr(0, Analyzer::kLeastKept)));
            CHECK(words[0].find(Analyzer::kCut) <= Analyzer::kMostKept);
        }
    CHECK_FALSE(patchseek::tokens::is_cut_word(analyzer.words(std::string(Analyzer::kMaxWord, 'x')).at(0)));
}

// The searcher asks how many words a text has before anything is cut: both must see the same scripts, marks and digits.
TEST_CASE("words are counted as they are cut") {
    using patchseek::tokens::count_words;
    struct Case {
        const char* name;
        const char* text;
        std::size_t count;
    };
    for (const Case& c : {
             Case{"iteration mark, of Han", "\u4eba\u3005", 2},
             Case{"a number that is ideographic and no digit", "\u3007", 0},
             Case{"Tangut, ideographic and of no script here", "\U00017000\U00017001", 1},
             Case{"soft hyphen", "vir\u00ADtual", 1},
             Case{"superscript", "x\u00B2y", 1},
             Case{"half", "x\u00BDy", 2},
             Case{"circled Han", "\u3297\u3297", 2},
             Case{"four kana in a square", "x\u3300", 1},
             Case{"underscores alone are not worth a search", "_ __", 0},
             Case{"an underscore beside a word", "_ a", 2},
             Case{"marks alone", "\u0301 \u0e35", 0},
             Case{"signs", "-> \u2014", 0},
         }) {
        CAPTURE(c.name);
        CHECK(count_words(c.text) == c.count);
        if (c.count > 0) CHECK(Analyzer().words(c.text).size() == c.count);
    }
    Analyzer analyzer;
    const auto check = [&](char32_t from, char32_t to) {
        for (char32_t c = from; c < to; ++c) {
            if (c >= 0xD800 && c < 0xE000) continue;
            std::string one;
            if (c < 0x800)
                one = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
            else if (c < 0x10000)
                one = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                       static_cast<char>(0x80 | (c & 63))};
            else
                one = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
                       static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
            const auto twice = one + one;
            const auto counted = count_words(twice), cut = analyzer.words(twice).size();
            // Marks alone have a position where folding keeps them; a filler has none.
            if (counted == 0 || cut == 0) continue;
            if (counted != cut) FAIL_CHECK("U+" << std::hex << static_cast<std::uint32_t>(c));
        }
    };
    check(0x80, 0x3400);
    check(0x9F00, 0xA000);
    check(0xF900, 0xFFF0);
    check(0x17000, 0x17100);
}

TEST_CASE("what NFKC makes letters or digits is of words") {
    struct Case {
        std::string_view text, cut;
    };
    for (const Case& c : {
             Case{"I\u00B2C", "0:i2c"},
             {"10\u207B\u2079 H\u2082O", "0:10 1:9 2:h2o"},
             {"\u2168 \u2460\u2461", "0:ix 1:12"},
             {"\uFF46\uFF4F\uFF4F\uFF3F\uFF11", "0:foo_1 0.foo"},
             {"\uFB01le", "0:file"},
             {"5\u338F", "0:5kg 0.kg"},
             {"Mill\u2122 wheel\u00AE", "0:milltm 0.mill 0.tm 1:wheel"},
             {"\u2460\u6708", "0:1 1:\u6708"},
             {"\u2474x\u2026", "0:x"},
             {"\u32C0", ""},
         }) {
        CAPTURE(c.text);
        CHECK(tokens(c.text) == c.cut);
    }
}

TEST_CASE("whether a text is of one word") {
    using patchseek::tokens::is_one_word;
    for (const std::string_view text : {"a", "_", "\u0436_", "x\u00B2", "\u30AB\u3099", "\u0915\u093F\u0915"})
        CHECK(is_one_word(text));
    for (const std::string_view text : {"", "a b", "a-", "\u2014", "\u4eba\u4eba", "\u30AB\u3099\u30AB", "x\u4eba"})
        CHECK_FALSE(is_one_word(text));
}
