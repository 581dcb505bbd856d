// SPDX-License-Identifier: GPL-2.0-or-later
#include "relations/versions.hpp"

#include <doctest/doctest.h>

#include "../folder.hpp"
#include "build.hpp"
#include "relate.hpp"
#include "search/search.hpp"

using namespace patchseek;
using relations::Version;
using relations::VersionPart;

namespace {

VersionPart part(std::uint32_t number, const std::string& title, const std::string& patch_id = "",
                 std::vector<std::string> paths = {}) {
    VersionPart out;
    out.number = number;
    out.title = title;
    out.patch_id = patch_id;
    out.paths = std::move(paths);
    return out;
}

Version version(std::uint32_t total, std::vector<VersionPart> parts) {
    Version out;
    out.total = total;
    out.parts = std::move(parts);
    return out;
}

/// "1=1 unchanged, 2=3 changed, -=4 new, 5=- dropped, v1 2/2 missing".
std::string compared(const Version& before, const Version& after) {
    std::string out;
    for (const auto& one : relations::compare(before, after)) {
        const auto number = [](const VersionPart* part) {
            return part ? std::to_string(part->number) : std::string("-");
        };
        out +=
            (out.empty() ? "" : ", ") + number(one.before) + '=' + number(one.after) + ' ' + relations::name(one.fate);
        if (one.fate == relations::Fate::missing)
            out += (one.of_before ? " before " : " after ") + std::to_string(one.number);
    }
    return out;
}

}  // namespace

TEST_CASE("parts of two versions are paired by patch id, title, paths") {
    struct Case {
        const char* name;
        Version before, after;
        const char* expected;
    };
    for (const Case& c : {
             Case{"the same", version(2, {part(1, "a", "x"), part(2, "b", "y")}),
                  version(2, {part(1, "a", "x"), part(2, "b", "y")}), "1=1 unchanged, 2=2 unchanged"},
             Case{"other order", version(2, {part(1, "a", "x"), part(2, "b", "y")}),
                  version(2, {part(1, "b", "y"), part(2, "a", "x")}), "2=1 unchanged, 1=2 unchanged"},
             Case{"another title", version(1, {part(1, "a", "x")}), version(1, {part(1, "b", "x")}), "1=1 unchanged"},
             Case{"another patch", version(1, {part(1, "mm: A", "x")}), version(1, {part(1, "mm: a", "y")}),
                  "1=1 changed"},
             Case{"patch ids first", version(2, {part(1, "a", "x"), part(2, "b", "y")}),
                  version(2, {part(1, "a", "y"), part(2, "c", "x")}), "2=1 unchanged, 1=2 unchanged"},
             Case{"no patch ids", version(1, {part(1, "a")}), version(1, {part(1, "a")}), "1=1 changed"},
             Case{"paths", version(2, {part(1, "a", "x", {"f", "g"}), part(2, "b", "y", {"h"})}),
                  version(2, {part(1, "c", "z", {"h"}), part(2, "d", "w", {"f", "g", "i"})}),
                  "2=1 changed, 1=2 changed"},
             Case{"too few paths", version(1, {part(1, "a", "x", {"f", "g", "h"})}),
                  version(1, {part(1, "b", "y", {"f"})}), "-=1 new, 1=- dropped"},
             Case{"the better paths", version(2, {part(1, "a", "x", {"f", "g"}), part(2, "b", "y", {"f"})}),
                  version(1, {part(1, "c", "z", {"f"})}), "2=1 changed, 1=- dropped"},
             Case{"new and dropped", version(2, {part(1, "a", "x"), part(2, "b", "y")}),
                  version(2, {part(1, "c", "z"), part(2, "b", "y")}), "-=1 new, 2=2 unchanged, 1=- dropped"},
             Case{"a newer part is not there", version(2, {part(1, "a", "x"), part(2, "b", "y")}),
                  version(3, {part(1, "a", "x"), part(3, "c", "z")}), "1=1 unchanged, 2=- missing after 2, -=3 new"},
             Case{"an older part is not there", version(2, {part(1, "a", "x")}),
                  version(2, {part(1, "a", "x"), part(2, "b", "y")}), "1=1 unchanged, -=2 missing before 2"},
             Case{"an older part that nothing stands for", version(3, {part(1, "a", "x")}),
                  version(1, {part(1, "a", "x")}), "1=1 unchanged, -=- missing before 2, -=- missing before 3"},
             Case{"nothing at all", version(0, {}), version(0, {}), ""},
         }) {
        CAPTURE(c.name);
        CHECK(compared(c.before, c.after) == c.expected);
    }
    CHECK(relations::compare(version(4'000'000'000, {}), version(1, {part(1, "a")})).size() < 20'000);
}

TEST_CASE("a version has a name and a count") {
    Version one = version(3, {part(1, "a"), part(1, "a"), part(3, "c"), part(7, "d")});
    CHECK(one.name() == "v1");
    CHECK(one.present() == 2);
    one.number = 2;
    one.resend = true;
    CHECK(one.name() == "v2 RESEND");
}

namespace {

std::string mail(const std::string& id, const std::string& subject, int day, const std::string& body) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + id + ">\nDate: " + std::to_string(day) +
           " Oct 2020 09:51:08 +0000\nSubject: " + subject + "\n\n" + body + "\n";
}

std::string diff(const std::string& path, const std::string& line) {
    return "---\ndiff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path +
           "\n@@ -1 +1,2 @@\n x\n+" + line + "\n";
}

}  // namespace

TEST_CASE("the versions of a message's series, oldest first") {
    for (const std::size_t shards : {1u, 3u}) {
        const Folder folder;
        build_index(folder / "i",
                    {mail("c1@x", "[PATCH 0/2] mm: both", 1, "Cover."),
                     mail("p1@x", "[PATCH 1/2] mm: one", 2, diff("mm/a.c", "one")),
                     mail("q0@x", "[PATCH v2 0/1] mm: both", 5, "Cover."),
                     mail("q1@x", "[PATCH v2 1/1] mm: one", 6, diff("mm/a.c", "one")),
                     mail("z1@x", "[PATCH RESEND v2 1/1] mm: one", 8, diff("mm/a.c", "more")),
                     mail("lone@x", "a question", 9, "What?")},
                    shards);
        Relating related(folder / "i");
        related.series({"c1@x", "p1@x"});
        related.series({"q0@x", "q1@x"});
        related.series({"z1@x"});
        related.versions({"c1@x", "p1@x", "q0@x", "q1@x", "z1@x"});
        related.write();
        auto index = search::Index::open(folder / "i");
        REQUIRE(index);
        const auto history = index->history("<q1@x>");
        REQUIRE(history);
        REQUIRE(history->versions.size() == 3);
        const auto& all = history->versions;
        CHECK(all[0].name() == "v1");
        CHECK(all[0].id == "c1@x");
        CHECK(all[0].present() == 1);
        CHECK(all[0].total == 2);
        CHECK(all[1].name() == "v2");
        CHECK(all[1].id == "q0@x");
        CHECK(all[2].name() == "v2 RESEND");
        CHECK(all[2].id == "z1@x");
        CHECK(compared(all[0], all[1]) == "1=1 unchanged, -=- missing before 2");
        CHECK(compared(all[1], all[2]) == "1=1 changed");
        CHECK(all[2].parts.front().title == "mm: one");
        CHECK(all[2].parts.front().adds == 1);
        CHECK(index->history("lone@x")->found);
        CHECK_FALSE(index->history("lone@x")->known);
        CHECK_FALSE(index->history("lone@x")->unrelated);
        CHECK_FALSE(index->history("nobody@x")->found);
    }
}

TEST_CASE("what a version sends again stands with what it leaves") {
    const auto full = version(3, {part(1, "a", "x"), part(2, "b", "y"), part(3, "c", "z")});
    struct Case {
        const char* name;
        Version reroll;
        const char* expected;
    };
    auto covered = version(3, {part(2, "b", "q")});
    covered.cover = true;
    for (const Case& c : {
             Case{"one part by its number", version(3, {part(2, "b", "q")}),
                  "1=1 unchanged, 2=2 changed, 3=3 unchanged"},
             Case{"a patch alone by its title", version(1, {part(1, "c", "q")}),
                  "1=1 unchanged, 2=2 unchanged, 3=3 changed"},
             Case{"most of the parts are all there are", version(3, {part(1, "a", "x"), part(2, "b", "y")}),
                  "1=1 unchanged, 2=2 unchanged, 3=- missing after 3"},
             Case{"with a cover letter too", covered, "1=- missing after 1, 2=2 changed, 3=- missing after 3"},
         }) {
        CAPTURE(c.name);
        const std::vector<Version> all{full, c.reroll};
        CHECK(compared(relations::standing(all, 0), relations::standing(all, 1)) == c.expected);
    }
    const std::vector<Version> three{full, version(3, {part(2, "b", "q")}), version(3, {part(3, "c", "r")})};
    CHECK(compared(full, relations::standing(three, 2)) == "1=1 unchanged, 2=2 changed, 3=3 changed");
}
