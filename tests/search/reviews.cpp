// SPDX-License-Identifier: GPL-2.0-or-later
#include "relations/reviews.hpp"

#include <doctest/doctest.h>

#include "../folder.hpp"
#include "build.hpp"
#include "relate.hpp"
#include "search/search.hpp"

using namespace patchseek;

namespace {

std::string mail(const std::string& id, const std::string& subject, int day, const std::string& body) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + id + ">\nDate: " + std::to_string(day) +
           " Oct 2020 09:51:08 +0000\nSubject: " + subject + "\n\n" + body + "\n";
}

std::string post(const std::string& path, const std::string& trailers = "") {
    return "Because.\n\n" + trailers + "---\ndiff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" +
           path + "\n@@ -1 +1,2 @@\n x\n+" + path + "\n";
}

/// A line for each part: "1 bare: Tested-by Bo v1 r1@x old".
std::string told(const relations::Reviews& reviews) {
    std::string out;
    for (const auto& part : reviews.parts) {
        out += std::to_string(part.number) + (!part.part ? " missing" : part.bare ? " bare" : "");
        for (const auto& one : part.reviews)
            out += " | " + one.trailer.name + ' ' + one.trailer.value.substr(0, one.trailer.value.find(' ')) + ' ' +
                   one.version->name() + ' ' + one.id + (one.reply ? "" : " patch") + (one.stands ? "" : " old");
        out += '\n';
    }
    return out;
}

}  // namespace

TEST_CASE("who reviewed which version of each part") {
    const Folder folder;
    build_index(
        folder / "i",
        {mail("p1@x", "[PATCH 1/3] mm: one", 1, post("a.c")), mail("p2@x", "[PATCH 2/3] mm: two", 1, post("b.c")),
         mail("r1@x", "Re: [PATCH 1/3] mm: one", 2, "Reviewed-by: Bo Ray <bo@x.example>"),
         mail("r2@x", "Re: [PATCH 2/3] mm: two", 2,
              "Acked-by: Cy <cy@x.example>\nReported-by: Cy <cy@x.example>\nTested-by: Di <di@x.example>"),
         mail("q1@x", "[PATCH v2 1/3] mm: first", 5, post("a.c", "Reviewed-by: \"Bo Ray\" <bo@other.example>\n")),
         mail("q2@x", "[PATCH v2 2/3] mm: two", 5, post("b.c", "Suggested-by: Di <di@x.example>\n")),
         mail("r3@x", "Re: [PATCH v2 2/3] mm: two", 6, "Tested-by: Di <di@x.example>\nNacked-by: Ed <ed@x.example>")},
        1);
    Relating related(folder / "i");
    related.series({"p1@x", "p2@x"});
    related.series({"q1@x", "q2@x"});
    related.versions({"p1@x", "p2@x", "q1@x", "q2@x"});
    related.state("q1@x", store::RelationState::latest);
    related.state("q2@x", store::RelationState::latest);
    related.credit("r1@x", "p1@x");
    related.credit("r2@x", "p2@x");
    related.credit("r3@x", "q2@x");
    related.write();
    auto index = search::Index::open(folder / "i");
    REQUIRE(index);
    const auto reviews = index->reviews("<p1@x>");
    REQUIRE(reviews);
    CHECK(told(*reviews) ==
          "1 | Reviewed-by Bo v1 r1@x\n"
          "2 bare | Acked-by Cy v1 r2@x old | Tested-by Di v1 r2@x | Tested-by Di v2 r3@x | Nacked-by Ed v2 r3@x\n"
          "3 missing\n");
    CHECK_FALSE(index->reviews("nobody@x")->history.found);
    CHECK(index->reviews("r1@x")->parts.empty());
}

TEST_CASE("a part that was sent again alone, and one that carries what no mail gave") {
    const Folder folder;
    build_index(folder / "i",
                {mail("p1@x", "[PATCH 1/2] mm: one", 1, post("a.c", "Reviewed-by: Bo Ray <bo@x.example>\n")),
                 mail("p2@x", "[PATCH 2/2] mm: two", 1, post("b.c")),
                 mail("q2@x", "[PATCH v2 2/2] mm: two", 5, post("b.c", "Acked-by: Cy <cy@x.example>\n"))},
                1);
    Relating related(folder / "i");
    related.series({"p1@x", "p2@x"});
    related.series({"q2@x"});
    related.versions({"p1@x", "p2@x", "q2@x"});
    related.state("p1@x", store::RelationState::latest);
    related.state("q2@x", store::RelationState::latest);
    related.write();
    auto index = search::Index::open(folder / "i");
    REQUIRE(index);
    const auto reviews = index->reviews("q2@x");
    REQUIRE(reviews);
    CHECK(told(*reviews) == "1 | Reviewed-by Bo v1 p1@x patch\n2 | Acked-by Cy v2 q2@x patch\n");
    CHECK(reviews->parts[0].version->name() == "v1");
}

TEST_CASE("which trailers tell what somebody found") {
    for (const char* name : {"Reviewed-by", "acked-by", "Tested-by", "Nacked-by", "Reviewed-and-tested-by"}) {
        CAPTURE(name);
        CHECK(relations::is_review(name));
    }
    for (const char* name : {"Signed-off-by", "Reported-by", "Suggested-by", "Cc", "Acknowledged"}) {
        CAPTURE(name);
        CHECK_FALSE(relations::is_review(name));
    }
}
