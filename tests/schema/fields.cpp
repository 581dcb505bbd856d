// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"

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

TEST_CASE("a row that code names is the one that a user types, and keeps its place") {
    CHECK(field::id == find_field("mid"));
    CHECK(field::file == find_field("dfn"));
    CHECK(field::version == find_field("v"));
    for (const Field& row : kFields) CHECK(&kFields[index_of(row)] == &row);
}

TEST_CASE("the row tells how a value becomes a term") {
    struct Case {
        const char* name;
        std::string term, expected;
    };
    for (const Case& c : {
             Case{"letters kept", term(field::id, "A@B"), "QA@B"},
             Case{"letters kept in references", term(field::refs, "A@B"), "XREF:A@B"},
             Case{"folded", term(field::tag, "\xC3\x84rger"), "XTAG:arger"},
             Case{"folded by a field known when run", term(*find_field("lid"), "Lists.X"), "XLIST:lists.x"},
             Case{"has one", has_term(field::file), "XHAS:file"},
             Case{"ways to ask for one slot have one term", has_term(*find_field("since")), "XHAS:date"},
             Case{"a slot of its own", has_term(field::received), "XHAS:received"},
             Case{"trailer", trailer_prefix(trailer_name(field::fixes)), std::string(field::fixes->prefix)},
             Case{"has a trailer", has_trailer_term("fixes"), "XHAS:trailer:fixes"},
         }) {
        CAPTURE(std::string(c.name));
        CHECK(c.term == c.expected);
    }
}

TEST_CASE("each area stands in one place of what is stored") {
    Areas all = 0;
    for (const Stored where : {Stored::record, Stored::files, Stored::headers, Stored::body, Stored::nowhere}) {
        CHECK((all & areas_stored(where)) == 0);
        all |= areas_stored(where);
    }
    CHECK(all == (Areas{1} << kAreas) - 1);
}
