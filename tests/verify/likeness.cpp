// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/likeness.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek::verify;

namespace {

std::string diff(const std::string& path, const std::string& hunk, const std::string& lines) {
    return "Log.\n\n---\ndiff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path + "\n" + hunk +
           "\n" + lines;
}

PatchShape shape(const std::string& subject, const std::string& path, const std::string& hunk,
                 const std::string& lines) {
    return shape_of(subject, diff(path, hunk, lines));
}

}  // namespace

TEST_CASE("a backport, a resend and another version are nearer than what touches the same file") {
    const auto one = shape("[PATCH] tally: count slots", "a/tally.c", "@@ -1,2 +1,3 @@ int tally_count(void)",
                           " x\n-\treturn 0;\n+\tslots++;\n+\treturn slots;\n");
    const auto backport =
        shape("[PATCH 5.10 3/9] tally: count slots", "a/tally.c", "@@ -90,2 +91,3 @@ int tally_count(void)",
              " y\n-  return 0;\n+  slots++;\n+  return slots;\n");
    const auto version =
        shape("[PATCH v2] tally: count all slots", "a/tally.c", "@@ -1,2 +1,3 @@ int tally_count(void)",
              " x\n-\treturn 0;\n+\tslots += 1;\n+\treturn slots;\n");
    const auto other = shape("[PATCH] tally: name slots", "a/tally.c", "@@ -1,1 +1,2 @@ int tally_name(void)",
                             " x\n+\treturn name;\n");
    const auto elsewhere =
        shape("[PATCH] brook: begin", "b/brook.c", "@@ -1,1 +1,2 @@ int brook(void)", " x\n+\tbegin();\n");
    CHECK(likeness(one, one) > 0.98);
    CHECK(likeness(one, backport) > 0.98);
    CHECK(likeness(one, version) > likeness(one, other));
    CHECK(likeness(one, version) > 0.45);
    CHECK(likeness(one, other) < 0.3);
    CHECK(likeness(one, elsewhere) == 0);
    CHECK(likeness(one, other) == likeness(other, one));
}

TEST_CASE("overlap counts files, and functions twice") {
    const auto one = shape("a", "a/tally.c", "@@ -1,1 +1,2 @@ int tally_count(void)", " x\n+y1\n");
    CHECK(overlap(one, shape("b", "a/tally.c", "@@ -9,1 +9,2 @@ int tally_count(void)", " x\n+z1\n")) == 3);
    CHECK(overlap(one, shape("b", "a/tally.c", "@@ -9,1 +9,2 @@ int tally_name(void)", " x\n+z1\n")) == 1);
    CHECK(overlap(one, shape("b", "b/tally.c", "@@ -9,1 +9,2 @@ int tally_count(void)", " x\n+z1\n")) == 0);
}

TEST_CASE("nothing is like nothing") {
    CHECK(likeness({}, {}) == 0);
    CHECK(overlap({}, {}) == 0);
    CHECK(shape_of("", "").paths.empty());
}
