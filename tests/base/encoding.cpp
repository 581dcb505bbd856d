// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/encoding.hpp"

#include <doctest/doctest.h>

using namespace patchseek;

TEST_CASE("the test vectors of RFC 4648") {
    struct Case {
        const char *bytes, *text;
    };
    for (const Case& c :
         {Case{"", ""}, Case{"f", "Zg=="}, Case{"fo", "Zm8="}, Case{"foo", "Zm9v"}, Case{"foob", "Zm9vYg=="},
          Case{"fooba", "Zm9vYmE="}, Case{"foobar", "Zm9vYmFy"}, Case{"\xFF\xFE\x9B", "//6b"}}) {
        CHECK(base64(c.bytes) == c.text);
        CHECK(from_base64(c.text) == std::string(c.bytes));
    }
    for (const char* bad : {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "Z===", "====", "Zm9v\n", "Zm9-"}) {
        CAPTURE(std::string(bad));
        CHECK_FALSE(from_base64(bad));
    }
}

TEST_CASE("bytes and numbers in hex") {
    const unsigned char bytes[] = {0, 0x1f, 0xff};
    CHECK(hex(bytes) == "001fff");
    CHECK(hex(std::span<const unsigned char>()) == "");
    CHECK(hex(std::uint64_t{0xcbf29ce484222325}) == "cbf29ce484222325");
    CHECK(hex(std::uint64_t{1}) == "0000000000000001");
}

TEST_CASE("percent signs are undone where two hex digits follow") {
    struct Case {
        const char *text, *plain;
    };
    for (const Case& c : {Case{"", ""}, Case{"a%40b", "a@b"}, Case{"%2f%2F", "//"}, Case{"%25%34%30", "%40"},
                          Case{"100%", "100%"}, Case{"%4", "%4"}, Case{"%4g", "%4g"}, Case{"%%41", "%A"}}) {
        CAPTURE(c.text);
        CHECK(percent_decoded(c.text) == c.plain);
    }
}
