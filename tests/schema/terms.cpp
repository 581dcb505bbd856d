// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/schema/terms.hpp"

#include <doctest/doctest.h>

#include <set>

using patchseek::schema::kMaxTerm;
using patchseek::schema::short_hash;
using patchseek::schema::term;

TEST_CASE("FNV-1a as published: what is stored may never change") {
    CHECK(short_hash("") == "cbf29ce484222325");
    CHECK(short_hash("a") == "af63dc4c8601ec8c");
    CHECK(short_hash("foobar") == "85944171f73967e8");
    CHECK(short_hash("\xFF") == "af64724c8602eb6e");
}

TEST_CASE("a term is prefix and value as long as they fit") {
    CHECK(term("Q", "a@b") == "Qa@b");
    CHECK(term("", "") == "");
    CHECK(term("Q", std::string("a\0b\0", 4)) == "Qab");
    CHECK(term("XF:", std::string(197, 'x')) == "XF:" + std::string(197, 'x'));
    CHECK(term("XF:", std::string(198, 'x')) ==
          "XF:" + std::string(180, 'x') + "~" + short_hash("XF:" + std::string(198, 'x')));
}

TEST_CASE("long values stay apart, stay short, and are cut between characters") {
    std::set<std::string> terms;
    for (std::size_t length = 190; length < 300; ++length)
        for (const char* unit : {"x", "ö", "漢", "😀"})
            for (const char* lead : {"", "a", "ab", "abc"}) {
                std::string value = lead;
                while (value.size() < length) value += unit;
                value += std::to_string(length);
                const std::string made = term("Q", value);
                CHECK(made.size() <= kMaxTerm);
                terms.insert(made);
                const auto cut = made.find('~');
                if (cut == made.npos) continue;
                // What is kept is a beginning of the value, and the next byte starts a character.
                CHECK(value.starts_with(made.substr(1, cut - 1)));
                CHECK((static_cast<unsigned char>(value[cut - 1]) & 0xC0) != 0x80);
            }
    CHECK(terms.size() == 110 * 16);
    CHECK(term(std::string(300, 'P'), "a").size() <= kMaxTerm);
    CHECK(term(std::string(300, 'P'), "a") != term(std::string(300, 'P'), "b"));
    // Bytes that are no UTF-8 are cut all the same.
    CHECK(term("Q", std::string(5000, '\x80')).size() <= kMaxTerm);
}
