// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/visible.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::text::Breaks;
using patchseek::text::valid_utf8;
using patchseek::text::visible;

namespace {
const std::string kBad = "\xEF\xBF\xBD";
std::string nul(const char* before, const char* after) { return std::string(before) + '\0' + after; }
}  // namespace

TEST_CASE("what could act on a terminal is shown instead") {
    struct Case {
        std::string name;
        std::string text, kept, blanked;
    };
    for (const Case& c : {
             Case{"empty", "", "", ""},
             Case{"plain ASCII", "mm: fix x~", "mm: fix x~", "mm: fix x~"},
             Case{"LF and TAB", "a\n\tb", "a\n\tb", "a  b"},
             Case{"CR before LF", "a\r\nb", "a\nb", "a b"},
             Case{"CR alone", "a\rb", "a^Mb", "a b"},
             Case{"two CR before LF", "a\r\r\nb", "a^M\nb", "a  b"},
             Case{"CR at the end", "a\r", "a^M", "a "},
             Case{"CSI", "\x1B[2J", "^[[2J", "^[[2J"},
             Case{"OSC 52 with BEL", "\x1B]52;c;eA==\x07", "^[]52;c;eA==^G", "^[]52;c;eA==^G"},
             Case{"NUL", nul("a", "b"), "a^@b", "a^@b"},
             Case{"DEL",
                  "a\x7F"
                  "b",
                  "a^?b", "a^?b"},
             Case{"backspace, FF, VT", "\b\f\v", "^H^L^K", "^H^L^K"},
             Case{"C1 as UTF-8",
                  "a\xC2\x9B"
                  "2J",
                  "a<U+009B>2J", "a<U+009B>2J"},
             Case{"C1 as a raw byte",
                  "a\x9B"
                  "2J",
                  "a" + kBad + "2J", "a" + kBad + "2J"},
             Case{"next line U+0085",
                  "a\xC2\x85"
                  "b",
                  "a<U+0085>b", "a<U+0085>b"},
             Case{"right-to-left override",
                  "\xE2\x80\xAE"
                  "x",
                  "<U+202E>x", "<U+202E>x"},
             Case{"isolate", "\xE2\x81\xA6", "<U+2066>", "<U+2066>"},
             Case{"Arabic letter mark", "\xD8\x9C", "<U+061C>", "<U+061C>"},
             Case{"line and paragraph separator", "\xE2\x80\xA8\xE2\x80\xA9", "<U+2028><U+2029>", "<U+2028><U+2029>"},
             Case{"zero width space, BOM", "\xE2\x80\x8B\xEF\xBB\xBF", "<U+200B><U+FEFF>", "<U+200B><U+FEFF>"},
             Case{"tag character, five digits", "\xF3\xA0\x81\x81", "<U+E0041>", "<U+E0041>"},
             Case{"soft hyphen and joiners stay", "\xC2\xAD\xE2\x80\x8C\xE2\x80\x8D",
                  "\xC2\xAD\xE2\x80\x8C\xE2\x80\x8D", "\xC2\xAD\xE2\x80\x8C\xE2\x80\x8D"},
             Case{"letters of any script", "Jörg 漢字 😀", "Jörg 漢字 😀", "Jörg 漢字 😀"},
             Case{"overlong slash", "\xC0\xAF", kBad + kBad, kBad + kBad},
             Case{"surrogate", "\xED\xA0\x80", kBad + kBad + kBad, kBad + kBad + kBad},
             Case{"cut off at the end", "a\xE2\x80", "a" + kBad, "a" + kBad},
             Case{"lead byte before ESC", "\xE2\x1B[", kBad + "^[[", kBad + "^[["},
         }) {
        CAPTURE(c.name);
        CHECK(visible(c.text, Breaks::keep) == c.kept);
        CHECK(visible(c.text, Breaks::blank) == c.blanked);
        CHECK(visible(c.kept, Breaks::keep) == c.kept);
        CHECK(visible(c.blanked, Breaks::blank) == c.blanked);
    }
}

TEST_CASE("every code point is safe behind visible()") {
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (code >= 0xD800 && code < 0xE000) continue;
        std::string text;
        if (code < 0x80)
            text = {static_cast<char>(code)};
        else if (code < 0x800)
            text = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
        else if (code < 0x10000)
            text = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
                    static_cast<char>(0x80 | (code & 63))};
        else
            text = {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
                    static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
        const bool must_change = code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
                                 code == 0x61C || (code >= 0x2028 && code <= 0x202E) ||
                                 (code >= 0x2066 && code <= 0x2069);
        const std::string shown = visible(text, Breaks::blank);
        if (must_change && shown == text) FAIL("U+" << static_cast<unsigned>(code) << " passes");
        if (valid_utf8(text) != text) FAIL("U+" << static_cast<unsigned>(code) << " is not kept by valid_utf8");
        if (visible(shown, Breaks::blank) != shown) FAIL("U+" << static_cast<unsigned>(code) << " changes twice");
    }
}

TEST_CASE("valid_utf8 replaces what is none and nothing else") {
    CHECK(valid_utf8("a\x1B\n\xC2\x9B") == "a\x1B\n\xC2\x9B");
    CHECK(valid_utf8("a\xFF\xFE"
                     "b") == "a" + kBad + kBad + "b");
    CHECK(valid_utf8("\xE2\x82") == kBad);
    CHECK(valid_utf8(nul("a", "b")) == nul("a", "b"));
}
