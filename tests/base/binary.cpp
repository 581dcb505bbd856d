// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/binary.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace patchseek;

TEST_CASE("numbers have the bytes they always had") {
    struct Case {
        std::uint64_t value;
        std::string_view bytes;
    };
    using namespace std::string_view_literals;
    for (const Case& c :
         {Case{0, "\0"sv}, Case{127, "\x7F"sv}, Case{128, "\x80\1"sv}, Case{300, "\xAC\2"sv},
          Case{std::numeric_limits<std::uint64_t>::max(), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1"sv}}) {
        std::string out;
        BinaryWriter(out).varint(c.value);
        CHECK(out == c.bytes);
        BinaryReader in(c.bytes);
        CHECK(in.varint() == c.value);
        CHECK(in.whole());
    }
    std::string out;
    BinaryWriter writer(out);
    writer.little(std::uint32_t{0x01020304});
    writer.big(std::uint32_t{0x01020304});
    writer.text("ab");
    writer.bytes("c");
    CHECK(out == "\4\3\2\1\1\2\3\4\2abc");
}

TEST_CASE("what was written is read, and every cut is seen") {
    std::string out;
    BinaryWriter writer(out);
    writer.varint(1u << 20);
    writer.text("text");
    writer.little(std::uint64_t{1} << 63);
    writer.big(std::uint64_t{1} << 63 | 0xFE);
    writer.big(std::uint8_t{0x80});
    writer.raw(-5);
    const auto take = [](BinaryReader& in) {
        bool same = in.varint() == 1u << 20;
        same = in.text() == "text" && same;
        same = in.little<std::uint64_t>() == std::uint64_t{1} << 63 && same;
        same = in.big<std::uint64_t>() == (std::uint64_t{1} << 63 | 0xFE) && same;
        same = in.big<std::uint8_t>() == 0x80 && same;
        return in.raw<int>() == -5 && same;
    };
    BinaryReader whole(out);
    CHECK(take(whole));
    CHECK(whole.whole());
    for (std::size_t size = 0; size < out.size(); ++size) {
        BinaryReader cut(std::string_view(out).substr(0, size));
        take(cut);
        CHECK_FALSE(cut.good());
    }
}

TEST_CASE("after damage nothing is read") {
    BinaryReader in("\5ab");
    CHECK(in.text().empty());
    CHECK_FALSE(in.good());
    CHECK(in.left() == 0);
    CHECK(in.varint() == 0);
    CHECK(in.raw<int>() == 0);
    CHECK(in.bytes(0).empty());
    BinaryReader endless(std::string_view("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1"));
    CHECK(endless.varint() == 0);
    CHECK_FALSE(endless.good());
}
