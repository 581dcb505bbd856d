#include "patchseek/base/base64.hpp"

#include <doctest/doctest.h>

using patchseek::base64;
using patchseek::from_base64;

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
