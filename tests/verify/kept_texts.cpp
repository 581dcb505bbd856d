// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "verify/proof_source.hpp"

using namespace patchseek;

TEST_CASE("a text is kept by its shard and its place, the first that comes") {
    verify::KeptTexts texts;
    texts.keep(0, "a", {"To: x", "body", "raw"});
    texts.keep(0, "a", {"To: y", "other", ""});
    texts.keep(1, "a", {"", "of another shard", ""});
    REQUIRE(texts.find(0, "a"));
    CHECK(*texts.find(0, "a") == store::Text{"To: x", "body", ""});
    CHECK(texts.find(1, "a")->body == "of another shard");
    CHECK_FALSE(texts.find(0, "b"));
    CHECK_FALSE(texts.find(2, "a"));
}

TEST_CASE("what is kept is bounded, and what no longer fits leaves room for what does") {
    verify::KeptTexts texts;
    const std::string most(verify::KeptTexts::kMost - 10, 'x');
    texts.keep(0, "large", {"", most, ""});
    texts.keep(0, "larger", {"12345678901", "", ""});
    texts.keep(0, "fits", {"12345", "67890", ""});
    texts.keep(0, "full", {"", "1", ""});
    CHECK(texts.find(0, "large"));
    CHECK_FALSE(texts.find(0, "larger"));
    CHECK(texts.find(0, "fits"));
    CHECK_FALSE(texts.find(0, "full"));
}
