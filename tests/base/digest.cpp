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
