#include <doctest/doctest.h>

#include <string>

#include "patchseek/schema/schema.hpp"

using namespace patchseek::schema;

TEST_CASE("fields are found by name and alias, in any case") {
    struct Case {
        const char *typed, *field;
    };
    for (const Case& c : {Case{"subject", "subject"}, Case{"s", "subject"}, Case{"S", "subject"}, Case{"dfn", "file"},
                          Case{"path", "file"}, Case{"PATH", "file"}, Case{"dfpre", "blob"}, Case{"l", "list"},
                          Case{"lid", "list"}, Case{"rt", "received"}, Case{"mid", "id"}}) {
        CAPTURE(std::string(c.typed));
        REQUIRE(find_field(c.typed));
        CHECK(std::string(find_field(c.typed)->name) == c.field);
    }
    for (const char* none : {"", "subj", "subjects", "dfn path", "fil", " "}) {
        CAPTURE(std::string(none));
        CHECK_FALSE(find_field(none));
    }
}
