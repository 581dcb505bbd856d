// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/digest.hpp"

#include <doctest/doctest.h>

#include "patchseek/base/encoding.hpp"

using namespace patchseek;

TEST_CASE("the examples of FIPS 180-4") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    std::array<unsigned char, 20> sum{};
    Hash sha1(Hash::Algorithm::sha1);
    sha1.add("abc");
    sha1.value(sum.data());
    CHECK(hex(sum) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    sha1.restart();
    sha1.value(sum.data());
    CHECK(hex(sum) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST_CASE("a file in pieces has the digest of the whole, at any time") {
    Hasher pieces;
    pieces.feed("a");
    CHECK(pieces.digest() == sha256("a"));
    pieces.feed("bc");
    CHECK(pieces.digest() == sha256("abc"));
}

TEST_CASE("a hole counts by its place and length") {
    const auto with = [](std::uint64_t before, std::uint64_t after) {
        Hasher pieces;
        pieces.skip(before);
        pieces.feed("abc");
        if (after > 0) pieces.skip(after);
        return pieces.digest();
    };
    CHECK(with(1, 0) != sha256("abc"));
    CHECK(with(1, 0) != with(2, 0));
    CHECK(with(1, 1) != with(1, 0));
    Hasher halves;
    halves.skip(1);
    halves.skip(1);
    halves.feed("abc");
    CHECK(halves.digest() == with(2, 0));
}

TEST_CASE("gzip is whole if all of its members are") {
    using namespace std::string_literals;
    const std::string member =
        "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xCB\x48\xCD\xC9\xC9\xE7\x02\x00\x20\x30\x3A\x36\x06\x00\x00\x00"s;
    const auto whole = [](const std::string& bytes, std::size_t piece) {
        std::size_t at = 0;
        return patchseek::is_whole_gzip([&]() -> std::string_view {
            const auto part = std::string_view(bytes).substr(std::min(at, bytes.size()), piece);
            at += part.size();
            return part;
        });
    };
    for (const std::size_t piece : {1, 7, 1000}) {
        CAPTURE(piece);
        CHECK(whole(member, piece));
        CHECK(whole(member + member, piece));
        CHECK(whole(member + std::string(512, '\0'), piece));
        CHECK_FALSE(whole(member.substr(0, member.size() - 1), piece));
        CHECK_FALSE(whole(member + member.substr(0, 12), piece));
        for (const std::size_t from_end : {1, 4, 5, 8}) {  // the length and the checksum
            auto wrong = member;
            wrong[wrong.size() - from_end] ^= 1;
            CHECK_FALSE(whole(wrong, piece));
            CHECK_FALSE(whole(wrong + member, piece));
        }
    }
}
