// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/literal_finder.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

#include "patchseek/base/ascii.hpp"

using namespace patchseek;

namespace {

std::string some_of(std::string_view letters, std::size_t size, std::mt19937& random) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += letters[random() % letters.size()];
    return out;
}

}  // namespace

TEST_CASE("a literal is found wherever it stands, capitals and all") {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        const auto text = some_of("abAB+-.\xC3\n", random() % 200, random);
        const auto literal = some_of("ab+-.", 1 + random() % 4, random);
        const verify::LiteralFinder finder(literal);
        const auto low = lowered(text);
        std::size_t wanted = 0, found = 0;
        do {
            wanted = low.find(literal, wanted);
            found = finder.find(text, found);
            REQUIRE(found == wanted);
        } while (wanted++ != low.npos && found++ != low.npos);
    }
}

TEST_CASE("a sign is not taken for another by the bit that capitals lack") {
    CHECK(verify::LiteralFinder("a[").find("a{ A[", 0) == 3);
    CHECK(verify::LiteralFinder("@b").find("`b @B", 0) == 3);
    CHECK(verify::LiteralFinder("\t.").find(").\t.", 0) == 2);
    CHECK(verify::LiteralFinder("abc").find("ab", 0) == std::string_view::npos);
    CHECK(verify::LiteralFinder("abc").find("", 0) == std::string_view::npos);
}
