// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/patch_id.hpp"

#include <doctest/doctest.h>

using namespace patchseek::patch;

namespace {

/// First eight digits of each, a blank between.
std::string ids(std::string_view body) {
    std::string out;
    for (const auto& id : patch_ids(body, classify(body))) out += (out.empty() ? "" : " ") + id.substr(0, 8);
    return out;
}

const std::string kA = "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n";
const std::string kB = "diff --git a/p b/p\nindex aaaaaaa..bbbbbbb 100644\nBinary files a/p and b/p differ\n";
const std::string kMode = "diff --git a/m b/m\nold mode 100644\nnew mode 100755\n";
const std::string kG = "diff --git a/g b/g\nindex 3..4 100644\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n";

}  // namespace

// Every number is what `git patch-id --stable` (2.39.5) printed for the same text.
TEST_CASE("ids are git's") {
    struct Case {
        const char* name;
        std::string body;
        const char* ids;
    };
    for (const Case& c : {
             Case{"one file", kA, "fc03ddbd"},
             Case{"below a log, above a signature", "Why.\n---\n f | 2 +-\n\n" + kA + "-- \n2.39.5\n", "fc03ddbd"},
             Case{"binary", kB, "0f8b4334"},
             Case{"binary behind text", kA + kB, "0b8f20f2"},
             Case{"text behind binary", kB + kA, "9c66f910"},
             Case{"mode only, then text", kMode + kA, "4a891d47"},
             Case{"text, then mode only", kA + kMode, "12c5f526"},
             Case{"form feed counts", "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\f\n+y\v\n",
                  "e0c224e7"},
             Case{"end without a line feed",
                  "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline at end of "
                  "file\n+y\n",
                  "fc03ddbd"},
             Case{"no patch", "Hello.\n", ""},
             Case{"pair without a diff line", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n", ""},
         }) {
        CAPTURE(c.name);
        CHECK(ids(c.body) == c.ids);
    }
}

TEST_CASE("ids are the same for the same change") {
    CHECK(ids(kA + kG) == ids(kG + kA));
    CHECK(ids(kA + kG) != ids(kA));
    std::string moved = kA;
    moved.replace(moved.find("@@ -1 +1 @@"), 11, "@@ -7 +9 @@ int f(void)");
    CHECK(ids(moved) == "fc03ddbd");
    std::string spaced = kA;
    spaced.replace(spaced.find("-x"), 2, "- \tx \r");
    CHECK(ids(spaced) == "fc03ddbd");
}

TEST_CASE("runs of diffs") {
    CHECK(ids(kA + "\nAnd:\n\n" + kG).size() == 17);
    CHECK(ids(kA + "\nAnd:\n\n" + kA) == "fc03ddbd fc03ddbd");
    // A hunk that is not whole.
    CHECK(ids("diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1,9 +1 @@\n-x\n") == "");
    // The context line whose space a mailer ate.
    const std::string head = "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n x\n";
    CHECK(ids(head + "\n+y\n") == ids(head + " \n+y\n"));
    // A log that starts like a diff.
    CHECK(ids("diff is a program\nand so on\n---\n" + kA) == "fc03ddbd");
}
