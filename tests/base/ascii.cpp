// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/ascii.hpp"

#include <doctest/doctest.h>

using namespace patchseek;

TEST_CASE("case counts on neither side") {
    CHECK(equals_any_case("List-ID", "lIST-id"));
    CHECK_FALSE(equals_any_case("List-ID", "List-I"));
    CHECK(starts_with_any_case("CONTENT-Type", "Content-"));
    CHECK_FALSE(starts_with_any_case("Con", "Content-"));
    CHECK(contains_any_case("See the GIT repository", "git Rep"));
    CHECK(lowered("\xC3\x84-Z") == "\xC3\x84-z");
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        // At each place of the eight bytes that are looked at together, and behind them.
        for (std::size_t at = 0; at < 11; ++at) {
            std::string text(11, '\xFF'), expected = text;
            text[at] = c;
            expected[at] = to_lower(c);
            CHECK(lowered(text) == expected);
        }
    }
}

TEST_CASE("white space goes at both ends, whatever it is") {
    CHECK(trim(" \t\r\n\v\fa b\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(is_blank(" \t\r"));
    CHECK_FALSE(is_blank(" ."));
}

TEST_CASE("numbers are eaten whole or not at all") {
    std::string_view text = "4294967295,4294967296";
    CHECK(eat_number(text) == 4294967295U);
    CHECK(eat(text, ","));
    CHECK_FALSE(eat_number(text));
    CHECK(text == "4294967296");
}
