// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/line_area.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek::patch;
using patchseek::schema::Area;
using patchseek::tokens::Positions;

TEST_CASE("the words' part of a line") {
    struct Case {
        const char* name;
        LineKind kind;
        std::string line, content;
    };
    for (const Case& c : {
             Case{"added", LineKind::added, "+\tx", "\tx"},
             Case{"context whose space the mailer ate", LineKind::context, "", ""},
             Case{"remark of git", LineKind::context, "\\ No newline at end of file", ""},
             Case{"name behind a hunk header", LineKind::hunk, "@@ -1 +1 @@ int f(void)", " int f(void)"},
             Case{"no name", LineKind::hunk, "@@ -1 +1 @@", ""},
             Case{"two parents", LineKind::hunk, "@@@ -1 -1 +1 @@@ x", " x"},
             Case{"prose", LineKind::log, "+1 from me", "+1 from me"},
         }) {
        CAPTURE(std::string(c.name));
        CHECK(content_of({c.kind, 0, static_cast<std::uint32_t>(c.line.size())}, c.line) == c.content);
    }
}

// One line for each with words: its area's prefix, its text, where it stands.
TEST_CASE("positions of the lines of a diff") {
    const std::string body =
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@ one\n-a\n+b\n c\n@@ -9 +9 @@ two\n-d\n+e\n";
    Positions positions;
    std::string out;
    for (const Line& line : classify(body))
        place_diff_line(line, body, positions, [&](Area area, std::string_view content, std::uint32_t first) {
            out += std::string(patchseek::schema::info(area).prefix) + ':' + std::string(content) + ' ' +
                   std::to_string(first) + '\n';
            return 1;
        });
    CHECK(out == "G: one 0\nR:a 400\nA:b 401\nC:c 402\nG: two 101\nR:d 503\nA:e 504\n");
}
