// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "archive/catalog.hpp"

using patchseek::archive::detect;
using patchseek::archive::kind_named;
using patchseek::archive::SourceKind;

namespace {

std::string kind(std::string_view bytes) {
    const auto found = detect(bytes);
    return found ? name(*found) : "none";
}

}  // namespace

TEST_CASE("what a file holds is told from its bytes") {
    const std::string diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
    struct Case {
        const char* name;
        std::string bytes;
        const char* kind;
    };
    for (const Case& c : {
             Case{"empty", "", "none"},
             Case{"blank lines", "\n\n\n", "none"},
             Case{"mbox", "From a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\nbody\n", "mbox"},
             Case{"mbox behind a byte order mark",
                  "\xEF\xBB\xBF"
                  "From a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\n",
                  "mbox"},
             Case{"mbox behind blank lines", "\n\nFrom a@b Mon Oct 26 09:51:08 2020\nSubject: x\n\n", "mbox"},
             Case{"format-patch",
                  "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: a\nDate: x\n\n",
                  "mbox"},
             Case{"separator and then prose", "From a@b Mon Oct 26 09:51:08 2020\nprose\n", "none"},
             Case{"message", "Subject: x\nFrom: a@b\n\nbody\n", "message"},
             Case{"message of an MH folder", "Received: from x\n\tby y; Mon\nSubject: x\nFrom: a@b\n\nbody\n",
                  "message"},
             Case{"message, CRLF", "Subject: x\r\nFrom: a@b\r\n\r\nbody\r\n", "message"},
             Case{"message with a NUL in its body", std::string("Subject: x\nFrom: a@b\n\nbo\0dy\n", 28), "message"},
             Case{"message behind a byte order mark", "\xEF\xBB\xBFSubject: x\nFrom: a@b\n\nbody\n", "message"},
             Case{"header only, no line end", "Subject: x\nFrom: a@b", "message"},
             Case{"header longer than the probe",
                  "Subject: x\nFrom: a@b\nReferences: <a@b>\n <" + std::string(60'000, 'x'), "message"},
             Case{"probe ends inside a header's name", "Subject: x\nFrom: a@b\nMessa", "message"},
             Case{"one header is none", "Note: x\nSubject: y\n\nbody\n", "none"},
             Case{"header broken by prose", "Subject: x\nprose\nFrom: a@b\n\nbody\n", "none"},
             Case{"dump", "#### t\n##### From: a <a@b>\n\n```c\nx\n```\n", "markdown"},
             Case{"bare diff", diff, "diff"},
             Case{"diff with prose above", "Fix it.\n\n" + diff, "diff"},
             Case{"git diff", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n", "diff"},
             Case{"git log -p", "commit 0123456789abcdef (HEAD)\nAuthor: a <a@b>\nDate:   x\n\n    t\n\n" + diff,
                  "none"},
             Case{"git show of a merge", "commit 0123456789abcdef\nMerge: 1 2\nAuthor: a <a@b>\n\n" + diff, "none"},
             Case{"prose that begins with commit", "commit this, please:\n\n" + diff, "diff"},
             Case{"documentation that shows a diff", "# How to\n\n```diff\n" + diff + "```\n", "none"},
             Case{"README", "# patchseek\n\nSearches mail.\n\n    From: a@b\n    Subject: x\n", "none"},
             Case{"C", "/* From: a */\n#include <stdio.h>\nint main(void) { return x ? 1 : 2; }\n", "none"},
             Case{"JSON", "{\n  \"From\": \"a\",\n  \"Subject\": \"x\"\n}\n", "none"},
             Case{"PNG", std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16), "none"},
             Case{"gzip", std::string("\x1F\x8B\x08\0\0\0\0\0", 8), "none"},
             Case{"binary with a diff's words", std::string("\0diff --git a/f b/f\n", 20), "none"},
         }) {
        CAPTURE(c.name);
        CHECK(kind(c.bytes) == c.kind);
    }
}

TEST_CASE("kinds have names, and names kinds") {
    for (const SourceKind kind : {SourceKind::mbox, SourceKind::message, SourceKind::markdown, SourceKind::diff})
        CHECK(kind_named(name(kind)) == kind);
    CHECK_FALSE(kind_named("tar"));
    CHECK_FALSE(kind_named(""));
}
