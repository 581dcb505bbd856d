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

TEST_CASE("a reply that indents a trailer of its sender gives it") {
    struct Case {
        const char* name;
        std::string body;
        const char* trailers;
    };
    const std::string mine = "    Reviewed-by: Ida Roe <ida@x.example>\n";
    const auto* const given = "Reviewed-by=Ida Roe <ida@x.example>; ";
    const auto* const none = "(none given) ";
    for (const Case& c : {
             Case{"below a blank line", "> +x\n\nLooks good.\n\n" + mine + "\nThanks\n", given},
             Case{"below prose", "Looks good.\n " + mine + "-- \nIda\n", given},
             Case{"nothing else", mine, given},
             Case{"below a quote", "> Signed-off-by: T <t@x>\n" + mine, given},
             Case{"by a tab", "Fine:\n\n\tReviewed-by: Ida Roe <ida@x.example>\nIda\n", given},
             Case{"two blocks of one mail", "It runs.\n\n  Tested-by: Ida Roe <ida@x.example>\n\n" + mine,
                  "Tested-by=Ida Roe <ida@x.example>; Reviewed-by=Ida Roe <ida@x.example>; "},
             Case{"another address", "Fine.\n\n  Acked-by: Ida Roe <ir@home.example>\n",
                  "Acked-by=Ida Roe <ir@home.example>; "},
             Case{"another name", "Fine.\n\n  Acked-by: Iris <IDA@x.example>\n", "Acked-by=Iris <IDA@x.example>; "},
             Case{"what the sender gives alone counts",
                  "Feel free to add:\n\n" + mine + "    Tested-by: Bo Lee <bo@x.example>\n", given},
             Case{"above a diff", "With this:\n\n" + mine + "\n" + kDiff, given},
             Case{"another person", "May I keep it?\n\n  Reviewed-by: Bo Lee <bo@x.example>\n", none},
             Case{"a list of tags",
                  "The right order is:\n\n  Signed-off-by: Bo Lee <bo@x.example>\n  Reviewed-by: Ida Roe "
                  "<ida@x.example>\n",
                  none},
             Case{"a sign-off", "Write:\n\n  Signed-off-by: Ida Roe <ida@x.example>\n", none},
             Case{"git log",
                  "commit 0123456789abcdef\nAuthor: Bo Lee <bo@x.example>\nDate:   Tue Mar 3 09:00:00 2026 +0100\n\n"
                  "    mill: turn\n    \n" +
                      mine,
                  none},
             Case{"git log without a title", "commit 0123456789abcdef\nDate:   today\n\n" + mine, none},
             Case{"git log, one paragraph", "See:\n\n    mill: turn\n" + mine, none},
             Case{"pasted log", "Does this help?\n\n    mill: turn\n\n    It rots.\n\n" + mine + "\nIda\n", none},
             Case{"more of it follows", "So:\n\n" + mine + "    was what I meant to say.\n", none},
             Case{"quoted", "> So:\n>\n> " + mine + "\nNo.\n", none},
             Case{"of the original message",
                  "No.\n\n-----Original Message-----\nFrom: Ida Roe <ida@x.example>\nSent: today\nSubject: "
                  "x\n\nSo:\n\n" +
                      mine,
                  none},
             Case{"without an address", "  Reviewed-by: Ida Roe\n", none},
         }) {
        const auto printed = c.name + std::string(": ") + print(parse(kReply, c.body, "Ida Roe <ida@x.example>"));
        CHECK(printed == c.name + std::string(": ") + c.trailers);
    }
    CHECK(print(parse("[PATCH] mill: turn", "Fine.\n\n" + mine, "Ida Roe <ida@x.example>")) == none);
    CHECK(print(parse(kReply, "Fine.\n\n" + mine)) == none);
}

TEST_CASE("an indented trailer is apart from the patch that a reply carries") {
    const std::string mine = "    Tested-by: I <i@x>\n\n";
    CHECK(print(parse(kReply, "Fine.\n\n" + mine + kAttached, "I <i@x>")) == "Tested-by=I <i@x>; ");
    CHECK(print(parse(kReply, kAttached + "\nThat runs.\n\n" + mine, "I <i@x>")) == "Tested-by=I <i@x>; ");
    CHECK(print(parse(kReply, "--- 8< ---\nIt rots.\n\n" + mine + "---\n" + kStat + kDiff, "I <i@x>")) ==
          "(none given) ");
}

TEST_CASE("whom the value of a trailer names") {
    for (const auto* value :
         {"Ida Roe <ida@x.example>", "Ida Roe <ida@home.example>", "IDA@x.example", "<ida@x.example>",
          "Ida M. Roe <i@y.example>", "Roe, Ida <i@y.example>", "Ida Roe (X) <i@y.example> # fine",
          "\"Ida Roe\" <i@y.example>", "Id\u00e1 Roe <i@y.example>"}) {
        CAPTURE(value);
        CHECK(names_sender(value, "Ida Roe <ida@x.example>"));
        CHECK(names_sender(value, "\"Roe, Ida\" <ida@x.example>"));
    }
    for (const auto* value : {"Ida Lee <ida@y.example>", "Roe <r@y.example>", "Ida <ida@y.example>", "x@y.example",
                              "an.ida@x.example", "ida@x.example.org", "Ida Roe", "", "<>", "<"}) {
        CAPTURE(value);
        CHECK_FALSE(names_sender(value, "Ida Roe <ida@x.example>"));
        CHECK_FALSE(names_sender(value, ""));
    }
    CHECK(names_sender("Ida <i@y.example>", "Ida <ida@x.example>"));
    CHECK_FALSE(names_sender("Ida <i@y.example>", "Ida Roe <ida@x.example>"));
}
