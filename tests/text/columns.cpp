// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "patchseek/text/code_point.hpp"

using patchseek::text::between_columns;
using patchseek::text::columns;

TEST_CASE("columns on a terminal") {
    struct Case {
        const char* text;
        std::size_t columns;
    };
    for (const Case& c : {Case{"", 0}, Case{"abc", 3}, Case{"\u00f6", 1}, Case{"o\u0308", 1}, Case{"\u5c71\u7530", 4},
                          Case{"\uff21", 2}, Case{"\uff76", 1}, Case{"\ud55c", 2}, Case{"\u1112\u1161\u11ab", 2},
                          Case{"\u200d", 0}, Case{"\u00ad", 1}, Case{"\U0001f600", 2}, Case{"a\xff", 2}}) {
        CAPTURE(std::string(c.text));
        CHECK(columns(c.text) == c.columns);
    }
}

TEST_CASE("what stands in columns") {
    CHECK(between_columns("abcdef", 2, 4) == "cd");
    CHECK(between_columns("abc", 0, 9) == "abc");
    CHECK(between_columns("abc", 3, 9) == "");
    CHECK(between_columns("a\u5c71b", 0, 2) == "a");
    CHECK(between_columns("a\u5c71b", 0, 3) == "a\u5c71");
    CHECK(between_columns("a\u5c71b", 2, 4) == "b");
    CHECK(between_columns("e\u0301x", 0, 1) == "e\u0301");
    CHECK(between_columns("e\u0301x", 1, 2) == "x");
}
