// SPDX-License-Identifier: GPL-2.0-or-later
// What a mail gives credit for, and what stands only in a patch that it carries. Where trailers stand: anatomy.cpp.
#include <doctest/doctest.h>

#include "patchseek/patch/patch.hpp"

using namespace patchseek::patch;

namespace {

constexpr std::string_view kReply = "Re: [PATCH] mill: dry the wheel";

/// "name=value; " for each trailer; "(none given)" in front where no credit is given.
std::string print(const Patch& patch) {
    std::string out = patch.gives_credit ? "" : "(none given) ";
    for (const Trailer& t : patch.trailers) out += t.name + "=" + t.value + "; ";
    return out;
}

const std::string kDiff = "diff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-x\n+y\n";
const std::string kStat = " f.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n";
const std::string kLog = "It rots.\n\nReviewed-by: D <d@x>\nSigned-off-by: T <t@x>\n";
const std::string kAttached =
    "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: T <t@x>\n"
    "Date: Tue, 9 Sep 2025 07:20:11 +0200\nSubject: [PATCH 1/2] mill: turn\n\n" +
    kLog + "---\n" + kStat + kDiff + "-- \n2.45.2\n\n";

}  // namespace

TEST_CASE("a reply gives what does not stand in the log of a patch that it carries") {
    struct Case {
        const char* name;
        std::string body;
        const char* trailers;
    };
    const std::string given = "Tested-by: I <i@x>\n\n",
                      none = "(none given) Reviewed-by=D <d@x>; Signed-off-by=T <t@x>; ", own = "Tested-by=I <i@x>; ";
    for (const Case& c : {
             Case{"attached", "Two that do.\n\n" + kAttached + kAttached,
                  "(none given) Reviewed-by=D <d@x>; Signed-off-by=T <t@x>; Reviewed-by=D <d@x>; Signed-off-by=T "
                  "<t@x>; "},
             Case{"attached below a trailer", "Fine.\n\n" + given + kAttached + kAttached, own.c_str()},
             Case{"given behind the patch", kAttached + "\nThat one runs.\n\n" + given, own.c_str()},
             Case{"blocks of trailers in the log",
                  given +
                      "Subject: [PATCH] x\n\nWhy.\n\nLink: https://x.example/\n\nMore of it.\n\nAcked-by: A <a@x>\n\n" +
                      kLog + "---\n" + kDiff,
                  own.c_str()},
             Case{"below scissors", given + "--- 8< ---\n" + kLog + "---\n" + kDiff, own.c_str()},
             Case{"below a perforation", given + "--------->8--------\n" + kLog + kDiff, own.c_str()},
             Case{"signed off above a bare diff", given + "So:\n\n" + kLog + "\n" + kDiff, own.c_str()},
             Case{"format-patch without a sign-off", given + "So:\n\nAcked-by: A <a@x>\n---\n" + kStat + kDiff,
                  own.c_str()},
             Case{"given above a diff", "With this, fine.\n\n" + given + kDiff, own.c_str()},
             Case{"given above scribbles", given + "---\nPS: or this?\n\n" + kDiff, own.c_str()},
             Case{"notes between two dividers", given + "-- >8 --\n" + kLog + "---\nv2: x\n\n---\n" + kStat + kDiff,
                  own.c_str()},
             Case{"no patch", "Fine.\n\nSigned-off-by: I <i@x>\n---\nI\n", "Signed-off-by=I <i@x>; "},
             Case{"the reply is the patch", kLog + "---\n" + kStat + kDiff, none.c_str()},
             Case{"the same with headers", "From: T <t@x>\nSubject: x\n\n" + kLog + "---\n" + kStat + kDiff,
                  none.c_str()},
             Case{"only a quote between", "Subject: x\n> y\n\n" + given + "And:\n\n" + kDiff, own.c_str()},
         }) {
        CAPTURE(c.name);
        CHECK(print(parse(kReply, c.body)) == c.trailers);
    }
}

TEST_CASE("a patch that is posted has what stands in its log") {
    const auto patch = parse("[PATCH v2] mill: dry the wheel", kLog + "---\n" + kStat + kDiff);
    CHECK(print(patch) == "Reviewed-by=D <d@x>; Signed-off-by=T <t@x>; ");
}
