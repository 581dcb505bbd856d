// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/literal_finder.hpp"

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

std::size_t first(std::string_view literal, std::string_view text) {
    const text::LiteralFinder finder(literal);
    return text::LiteralHits(finder, text).next();
}

}  // namespace

TEST_CASE("a literal is found wherever it stands, capitals and all") {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        const auto text = some_of("abAB+-.\xC3\n", random() % 200, random);
        const auto literal = some_of("ab+-.", 1 + random() % 4, random);
        const text::LiteralFinder finder(literal);
        text::LiteralHits hits(finder, text);
        const auto low = lowered(text);
        for (std::size_t wanted = low.find(literal);; wanted = low.find(literal, wanted + 1)) {
            REQUIRE(hits.next() == wanted);
            if (wanted == low.npos) break;
        }
        REQUIRE(hits.next() == low.npos);
        const auto written = some_of("abAB+\n\xC3", 1 + random() % 4, random);
        const text::LiteralFinder exact(written, text::LiteralFinder::Case::exact);
        text::LiteralHits same(exact, text);
        for (std::size_t wanted = text.find(written); wanted != text.npos; wanted = text.find(written, wanted + 1))
            REQUIRE(same.next() == wanted);
        REQUIRE(same.next() == text.npos);
    }
}

TEST_CASE("a sign is not taken for another by the bit that capitals lack") {
    CHECK(first("a[", "a{ A[") == 3);
    CHECK(first("@b", "`b @B") == 3);
    CHECK(first("\t.", ").\t.") == 2);
    CHECK(first("abc", "ab") == std::string_view::npos);
    CHECK(first("abc", "") == std::string_view::npos);
}
