// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/versions.hpp"

#include "capture.hpp"

using namespace patchseek;
using relations::Version;
using render::Format;

namespace {

std::vector<Version> sample() {
    Version one;
    one.date = 1603705868;
    one.total = 2;
    one.id = "c1@x";
    one.subject = "[PATCH 0/2] mm: both";
    one.parts = {{1, "p1@x", "mm: one", "aa", {"a"}, 3, 1}, {2, "p2@x", "mm: two", "bb", {"b"}, 5, 0}};
    Version two = one;
    two.number = 2;
    two.resend = true;
    two.total = 3;
    two.id = "c2@x";
    two.date.reset();
    two.parts = {{1, "q1@x", "mm: one", "aa", {"a"}, 3, 1}, {2, "q2@x", "mm: \x1Bzwei", "cc", {"b"}, 6, 2}};
    return {one, two};
}

std::string versions(Format format) {
    return captured([&](auto& out) { render::write_versions(sample(), format, {}, out); });
}
std::string changes(Format format) {
    const auto all = sample();
    return captured([&](auto& out) { render::write_changes(all[0], all[1], format, {}, out); });
}

}  // namespace

TEST_CASE("versions: a line each, the newest with a star") {
    CHECK(versions(Format::text) ==
          "  v1         2020-10-26    2/2  c1@x  [PATCH 0/2] mm: both\n"
          "* v2 RESEND  ----------    2/3  c2@x  [PATCH 0/2] mm: both\n");
    CHECK(
        versions(Format::jsonl) ==
        R"({"schema":1,"version":1,"date":"2020-10-26T09:51:08Z","parts":2,"total":2,"id":"c1@x","subject":"[PATCH 0/2] mm: both"})"
        "\n"
        R"({"schema":1,"version":2,"resend":true,"parts":2,"total":3,"id":"c2@x","subject":"[PATCH 0/2] mm: both","latest":true})"
        "\n");
    CHECK(versions(Format::json).starts_with("[{"));
    CHECK(versions(Format::json).ends_with("}]\n"));
}

TEST_CASE("changes between versions, part by part") {
    CHECK(changes(Format::text) ==
          "v1 -> v2 RESEND\n"
          "    1/3  unchanged  mm: one (was 1/2)  <q1@x>\n"
          "    2/3  changed    +6 -2  mm: ^[zwei (was 2/2, +5 -0, 'mm: two')  <q2@x>\n"
          "    3/3  missing    (v2 RESEND 3/3 is not in the index)\n");
    CHECK(
        changes(Format::jsonl) ==
        R"({"schema":1,"change":"unchanged","from":1,"to":2,"before":{"part":1,"id":"p1@x","title":"mm: one","adds":3,"dels":1},)"
        R"("after":{"part":1,"id":"q1@x","title":"mm: one","adds":3,"dels":1}})"
        "\n"
        R"({"schema":1,"change":"changed","from":1,"to":2,"before":{"part":2,"id":"p2@x","title":"mm: two","adds":5,"dels":0},)"
        R"("after":{"part":2,"id":"q2@x","title":"mm: \u001bzwei","adds":6,"dels":2}})"
        "\n"
        R"({"schema":1,"change":"missing","from":1,"to":2,"missing":2,"part":3})"
        "\n");
}

TEST_CASE("on a terminal nothing wraps: an id stands on a line of its own where it does not fit") {
    const auto all = sample();
    const auto shown = captured([&](auto& out) { render::write_versions(all, Format::text, {.width = 50}, out); });
    CHECK(shown ==
          "  v1         2020-10-26    2/2  [PATCH 0/2] mm: both\n"
          "                                c1@x\n"
          "* v2 RESEND  ----------    2/3  [PATCH 0/2] mm: both\n"
          "                                c2@x\n");
    const auto changed =
        captured([&](auto& out) { render::write_changes(all[0], all[1], Format::text, {.width = 50}, out); });
    CHECK(changed ==
          "v1 -> v2 RESEND\n"
          "    1/3  unchanged  mm: one (was 1/2)  <q1@x>\n"
          "    2/3  changed    +6 -2  mm: ^[zwei\n"
          "                    (was 2/2, +5 -0, 'mm: two')\n"
          "                    <q2@x>\n"
          "    3/3  missing\n"
          "(v2 RESEND 3/3 is not in the index)\n");
}

TEST_CASE("the diff between two versions of a patch") {
    const std::string before =
        "Log of it.\nMore.\n\nSigned-off-by: A\n---\n f | 2 +-\n\ndiff --git a/f b/f\nindex 1111111..2222222 100644\n"
        "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@ g\n one\n two\n-three\n+drei\n four\n";
    std::string after = before;
    after.replace(after.find("More."), 5, "Less.");
    after.replace(after.find("+drei"), 5, "+tr\x1Bois");
    after.replace(after.find("-1,4 +1,4"), 9, "-9,4 +9,4");
    CHECK(render::patch_diff(before, before, {}) == "");
    CHECK(render::patch_diff(before, after, {}) ==
          "        @@ log\n         Log of it.\n        -More.\n        +Less.\n         \n         Signed-off-by: A\n"
          "        @@ f\n          two\n         -three\n        -+drei\n        ++tr^[ois\n          four\n");
    CHECK(render::patch_diff("", after, {.colour = true}).find("\x1B[32m+Log of it.\x1B[m") != std::string::npos);
    std::string long_one, other;
    for (int i = 0; i < 3000; ++i) long_one += std::to_string(i) + "\n", other += std::to_string(-i - 1) + "\n";
    CHECK(render::patch_diff(long_one, other, {}).find("too different") != std::string::npos);
}

TEST_CASE("a series as a tree") {
    relations::Reviews reviews;
    reviews.history.versions = sample();
    const auto& versions = reviews.history.versions;
    reviews.parts = {{&versions[1],
                      &versions[1].parts[0],
                      1,
                      {{{"Reviewed-by", "B <b@x.example>"}, &versions[0], "r@x", {}, true, false},
                       {{"Acked-by", "c\x1B@x.example"}, &versions[1], "s@x", {}, true, true}},
                      false},
                     {&versions[1], &versions[1].parts[1], 2, {}, true},
                     {&versions[1], nullptr, 3, {}, false}};
    const auto drawn = [&](const render::Style& style) {
        return captured([&](auto& out) { render::write_series(reviews, {"p2@x", "q2@x"}, style, out); });
    };
    CHECK(drawn({}) ==
          "[PATCH 0/2] mm: both\n"
          "\u251c\u2500 v1  2020-10-26  2/2  <c1@x>\n"
          "\u2502  \u2514\u2500 2/2  mm: two  (found)  <p2@x>\n"
          "\u2514\u2500 v2 RESEND  no date  2/3  <c2@x>\n"
          "   \u251c\u2500 1/3  mm: one  <q1@x>\n"
          "   \u2502  \u2514\u2500 Reviewed-by B (of v1 only), Acked-by c^[@x.example\n"
          "   \u251c\u2500 2/3  mm: ^[zwei  (no review)  (found)  <q2@x>\n"
          "   \u2514\u2500 3/3  is not in the index\n");
    CHECK(drawn({.width = 30}).find("\u2502  \u2514\u2500 Reviewed-by B (of v1\u2026\n") != std::string::npos);
}
