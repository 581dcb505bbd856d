// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "patchseek/text/fold.hpp"
#include "patchseek/tokens/analyzer.hpp"

using patchseek::text::fold;
using patchseek::tokens::Analyzer;

TEST_CASE("folding makes alike what a reader takes for alike") {
    struct Case {
        const char* name;
        const char* text;
        const char* folded;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"ASCII is lowered and otherwise kept", "Foo->Bar[1] \t#X", "foo->bar[1] \t#x"},
             Case{"accents", "Jürgen Ångström Šimon", "jurgen angstrom simon"},
             Case{"accents apart from their letters", "u\u0308 e\u0301", "u e"},
             Case{"sharp s is two letters", "Straße STRASSE ẞ", "strasse strasse ss"},
             Case{"capital I with dot", "İstanbul", "istanbul"},
             Case{"dotless i is a letter of its own", "ı", "ı"},
             Case{"ligature", "ﬁle ﬂag", "file flag"},
             Case{"full width", "ＫＶＭ１２", "kvm12"},
             Case{"half-width kana", "ｶﾞ", "ガ"},
             Case{"Cyrillic", "ЁЛКИ Йод", "елки иод"},
             Case{"Greek, final sigma too", "ΟΔΟΣ οδος", "οδοσ οδοσ"},
             Case{"soft hyphen and joiners vanish", "vir\u00ADtual a\u200Db", "virtual ab"},
             Case{"voiced kana differ from plain ones", "ガ カ", "ガ カ"},
             Case{"vowels of Thai and Hindi are no accents", "ที่ हि कु", "ที่ हि कु"},
             Case{"letters of Hangul make a syllable", "\u1112\u1161\u11ab \u1112x", "\ud55c \u1112x"},
             Case{"an accent alone", "\u0301", ""},
             Case{"bytes that are no UTF-8",
                  "a\xFF"
                  "b\xC3",
                  "a\uFFFDb\uFFFD"},
         }) {
        CAPTURE(c.name);
        CHECK(fold(c.text) == c.folded);
    }
}

// A text that is no UTF-8 is folded at one go, any other part by part.
TEST_CASE("a text folded part by part is as it is folded at one go") {
    const std::vector<std::string> pieces = {
        "a",          "K",          "+",      " ",      "\n",     "é",      "E",      "\u0301", "\u0323",
        "\u0345",     "\u00df",     "\u1ea5", "\u0130", "\u212a", "\ufb01", "\u0bc6", "\u0bbe", "\u1100",
        "\u1161",     "\u11a8",     "\u314f", "\uac00", "\u304b", "\u3099", "\uff76", "\uff9e", "\u200d",
        "\ufe0f",     "\u00ad",     "\u0915", "\u093c", "\u0e01", "\u0e33", "\u0f71", "\u03b1", "\u0399",
        "\U0001f600", "\U0001d400", "\u0344", "\ufdfa", "\u1fb3", "\ud7a3", "\u05d0", "\u05b7"};
    std::minstd_rand chance(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t left = 1 + chance() % 6; left > 0; --left) text += pieces[chance() % pieces.size()];
        INFO(text);
        CHECK(fold(text) + "\ufffd" == fold(text + "\xff"));
    }
}

TEST_CASE("what is folded stays when folded again, for every character") {
    int changed = 0;
    for (char32_t c = 1; c < 0x30000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::string text;
        if (c < 0x80) {
            text += static_cast<char>(c);
        } else {
            if (c >= 0x10000) text += static_cast<char>(0xF0 | (c >> 18));
            if (c >= 0x800)
                text += static_cast<char>((c >= 0x10000 ? 0x80 : 0xE0) | ((c >> 12) & (c >= 0x10000 ? 0x3F : 0x0F)));
            text += static_cast<char>((c >= 0x800 ? 0x80 : 0xC0) | ((c >> 6) & (c >= 0x800 ? 0x3F : 0x1F)));
            text += static_cast<char>(0x80 | (c & 0x3F));
        }
        const std::string once = fold("x" + text + "y");
        if (fold(once) != once) {
            ++changed;
            MESSAGE("U+", static_cast<unsigned>(c), " ", once, " ", fold(once));
        }
    }
    CHECK(changed == 0);
}
