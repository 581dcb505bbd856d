// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/origins.hpp"

#include <doctest/doctest.h>

using namespace patchseek::store;

namespace {

constexpr Origin kOne{1, 10, 100}, kTwo{1, 10, 200}, kThree{2, 20, 0};

Copy copy(const char* digest, std::vector<std::string> lists, std::vector<Origin> origins) {
    return {digest, {1, 2, 3}, 4, std::move(lists), "title", "from", false, std::move(origins)};
}

// "a: 1/10/100 2/20/0; b: ..."
std::string print(const Origins& origins) {
    std::string out;
    for (const Copy& one : origins.copies) {
        out += (out.empty() ? "" : "; ") + one.digest + ":";
        for (const Origin& origin : one.origins)
            out += ' ' + std::to_string(origin.archive) + '/' + std::to_string(origin.source) + '/' +
                   std::to_string(origin.at);
    }
    return out;
}

}  // namespace

TEST_CASE("origins are the same whichever came first") {
    Origins one, other;
    CHECK(one.add(copy("b", {"l2"}, {kOne})));
    CHECK(one.add(copy("a", {"l1"}, {kThree})));
    CHECK(one.add(copy("b", {"l2"}, {kTwo})));
    CHECK(other.add(copy("a", {"l1"}, {kThree})));
    CHECK(other.add(copy("b", {"l2"}, {kTwo})));
    CHECK(other.add(copy("b", {"l2"}, {kOne})));
    CHECK(one == other);
    CHECK(print(one) == "a: 2/20/0; b: 1/10/100 1/10/200");
    CHECK(one.lists() == std::vector<std::string>{"l1", "l2"});
    CHECK(one.archives() == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("an origin stands once") {
    Origins origins;
    origins.add(copy("b", {}, {kOne}));
    CHECK_FALSE(origins.add(copy("b", {}, {kOne})));
    SUBCASE("another copy takes it over") {
        CHECK(origins.add(copy("a", {}, {kOne})));
        CHECK(print(origins) == "a: 1/10/100");
    }
    SUBCASE("its copy goes with it") {
        CHECK_FALSE(origins.remove({kTwo, kThree}));
        CHECK(origins.remove({kOne, kTwo}));
        CHECK(origins.copies.empty());
    }
}

TEST_CASE("origins come back as they were") {
    Origins origins;
    CHECK(*Origins::decode(origins.encode()) == origins);
    origins.add(copy("a", {"l", ""}, {kOne, {~0ull, ~0ull, ~0ull}}));
    auto cut = copy("b", {}, {kTwo});
    cut.cut = true;
    cut.size = 1ull << 40;
    origins.add(cut);
    const auto bytes = origins.encode();
    REQUIRE(Origins::decode(bytes));
    CHECK(*Origins::decode(bytes) == origins);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(Origins::decode(bytes.substr(0, size)));
    CHECK_FALSE(Origins::decode(bytes + '\0'));
    CHECK_FALSE(Origins::decode(std::string(20, '\xFF')));
}

TEST_CASE("names of origins can be walked by archive and by source") {
    const Origin origin{0xAB, 0xCD, 0x1F4};
    CHECK(origin.name() == "00000000000000ab:00000000000000cd:00000000000001f4");
    CHECK(origin.name().starts_with(origins_of(0xAB)));
    CHECK(origin.name().starts_with(origins_of(0xAB, 0xCD)));
    CHECK(at_of(origin.name()) == 0x1F4);
    CHECK(at_of(key_name(~0ull)) == ~0ull);
    CHECK(at_of("short") == 0);
    CHECK(at_of("000000000000000x") == 0);
}
