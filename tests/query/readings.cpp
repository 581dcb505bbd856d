// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/readings.hpp"

#include <doctest/doctest.h>

using namespace patchseek::query;
using Texts = std::vector<std::string>;

namespace {

std::string plain(std::string_view query) {
    return with_plain_ids(query, [](const std::string& id) { return id + "-whole"; });
}

}  // namespace

TEST_CASE("what is pasted has a reading") {
    CHECK(readings(" <1.2-a@x.example> ") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("1.2-a@x.example") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("Message-ID: <1.2-a@x.example>") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("message-id: 1.2-a@x.example") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("In-Reply-To: Mail of Jo <1.2-a@x.example>") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("https://lore.example/r/1.2-a@x.example/") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("https://lore.example/all/1.2-a%40x.example/T/#u") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("20210302.4-\u2026") == Texts{"id:20210302.4-\u2026"});
    CHECK(readings("mm/slab.c:123") == Texts{"file:mm/slab.c"});
    CHECK(readings("slab.c:123:4:") == Texts{"file:slab.c"});
    CHECK(readings("Fixes: 1a2b3c4d5e6f (\"mm: slab: add x\")") ==
          Texts{"fixes:1a2b3c4d5e6f", "mentions:1a2b3c4d5e6f"});
    CHECK(readings("Subject: Re: [PATCH v2 1/3] mm: \"x\"") ==
          Texts{"subject:\"[PATCH v2 1/3] mm: x\"", "subject:\"mm: x\""});
    CHECK(readings("Re: [PATCH v2 1/3] mm: x") == Texts{"subject:\"[PATCH v2 1/3] mm: x\"", "subject:\"mm: x\""});
    CHECK(readings("RE: mm: x") == Texts{"subject:\"mm: x\"", "subject:\"mm: x\""});
    CHECK(readings("re:/x/ mm").empty());
    CHECK(readings("re: x").empty());
}

TEST_CASE("whole lines of mails, commits and compilers have a reading") {
    CHECK(readings("> Link: https://lore.example/r/1.2-a@x.example") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("References: <1@x.example> <2@x.example>") == Texts{"id:2@x.example", "id:1@x.example"});
    CHECK(readings("From: Jo Doe <jo@x.example>") == Texts{"from:\"jo@x.example\""});
    CHECK(readings("Jo Doe <jo@x.example>") == Texts{"from:\"jo@x.example\""});
    CHECK(readings("<jo@x.example>") == Texts{"id:jo@x.example"});
    CHECK(readings("a/mm/slab.c") == Texts{"file:/mm/slab.c"});
    CHECK(readings("a/b").empty());
    CHECK(readings("Cc: Jo") == Texts{"cc:\"Jo\""});
    CHECK(readings("Reviewed-by: Jo Doe <jo@x.example>") == Texts{"trailer:reviewed-by:\"jo@x.example\""});
    CHECK(readings("commit 1a2b3c4d5e6f (\"mm: slab: add x\")") ==
          Texts{"commit:1a2b3c4d5e6f", "subject:\"mm: slab: add x\"", "mentions:1a2b3c4d5e6f"});
    CHECK(readings("1a2b3c4d mm: slab: add x") ==
          Texts{"commit:1a2b3c4d", "subject:\"mm: slab: add x\"", "mentions:1a2b3c4d"});
    CHECK(readings("1a2b3c4d") == Texts{"commit:1a2b3c4d", "mentions:1a2b3c4d"});
    CHECK(readings("deadbeef") == Texts{});
    CHECK(readings("12345678") == Texts{});
    CHECK(readings("commit 1a2b3c4") == Texts{"commit:1a2b3c4", "mentions:1a2b3c4"});
    CHECK(readings("@@ -1,2 +1,3 @@ static int tally_read(struct tally *t)") ==
          Texts{"func:\"static int tally_read(struct tally *t)\"", "func:\"static int tally_read\""});
    CHECK(readings("mm/slab.c:12:3: error: no member \"x\" here") ==
          Texts{"file:mm/slab.c \"no member x here\"", "\"no member x here\"", "file:mm/slab.c"});
    CHECK(readings("INFO: task x:57 blocked for more than 143 seconds.") ==
          Texts{"\"INFO\" \"task\" \"blocked for more than\" \"seconds.\"", "\"blocked for more than\""});
    for (const char* plain : {"defaced ab cd", "commit message style", "from jo", "@@ -1,2 +1,3 @@", "link to it"}) {
        CAPTURE(plain);
        CHECK(readings(plain).empty());
    }
}

TEST_CASE("what backports, picks and reverts say of a commit asks for what mentions it") {
    const Texts wanted = {"mentions:1a2b3c4d5e6f", "commit:1a2b3c4d5e6f"};
    for (const char* line :
         {"commit 1a2b3c4d5e6f upstream", "commit 1a2b3c4d5e6f upstream.", "Commit 1a2b3c4d5e6f upstream",
          "[ Upstream commit 1a2b3c4d5e6f ]", "[Upstream commit 1a2b3c4d5e6f]", "[ commit 1a2b3c4d5e6f upstream ]",
          "Upstream commit 1a2b3c4d5e6f.", "(cherry picked from commit 1a2b3c4d5e6f)",
          "(backported from commit 1a2b3c4d5e6f)", "> This reverts commit 1a2b3c4d5e6f.",
          "This reverts commit 1a2b3c4d5e6f, reversing\nchanges made to 9a8b7c6d5e4f."})
        CHECK_MESSAGE(readings(line) == wanted, line);
    CHECK(readings("This reverts commit messages").empty());
    CHECK(readings("upstream commit defaced ab").empty());
}

TEST_CASE("the index line of a diff asks for the blob") {
    CHECK(readings("index 0150003..07439be 100644") == Texts{"blob:07439be"});
    CHECK(readings("> index 0150003..07439be") == Texts{"blob:07439be"});
    CHECK(readings("index 0150003..0000000") == Texts{"blob:0150003"});
    for (const char* line : {"index 0150003", "index of 0150003..07439be", "index 0..1", "index 0150003..07439bx"})
        CHECK_MESSAGE(readings(line).empty(), line);
}

TEST_CASE("an address needs no scheme") {
    CHECK(readings("lore.example/r/1.2-a@x.example") == Texts{"id:1.2-a@x.example"});
    CHECK(readings("lore.example/all/1.2-a%40x.example/T/#u") == Texts{"id:1.2-a@x.example"});
    CHECK(plain_id("lore.example/all/1.2-a@x.example/") == "1.2-a@x.example");
    for (const char* id : {"a.b/c@x.example", "o/r/pull/1@x.example", "1.2/a/b@x.example"}) CHECK(plain_id(id) == id);
}

TEST_CASE("a line of a log is read without what differs each time") {
    CHECK(readings("[   12.345678] tally: slot 42 is busy") == Texts{"\"tally\" \"slot\" \"is busy\"", "\"is busy\""});
    CHECK(readings("<4>[    1.000002] [ T99] use after free in tally_read+0x1c/0x40 [tally]") ==
          Texts{"\"use after free in\" \"tally_read\"", "\"use after free in\"", "\"tally_read\""});
    CHECK(readings("Mar  1 10:00:01 box kernel: [    1.000002] tally: no memory") ==
          Texts{"\"tally\" \"no memory\"", "\"no memory\""});
    CHECK(readings(" tally_read+0x1c/0x40") == Texts{"\"tally_read\""});
    CHECK(readings("RIP: 0010:tally_read.isra.0+0x1c/0x40") == Texts{"\"tally_read\""});
    CHECK(readings("? tally_read+0x1c/0x40 [tally]\n vfs_read+0xb2/0x130") ==
          Texts{"\"tally_read\" \"vfs_read\"", "\"tally_read\""});
    CHECK(readings("[12] a b").empty());
    CHECK(readings("a[1.2] b").empty());
}

TEST_CASE("what may mean several things, or what it says, has none") {
    for (const char* query : {"",
                              " ",
                              "mmap",
                              "page fault",
                              "from:jo@x.example",
                              "id:a@x.example",
                              "subject:foo",
                              "subject: ",
                              "a@x.example b@x.example",
                              "\"a@x.example\"",
                              "fixes:1a2b3c4",
                              "Fixes: the leak",
                              "Fixes: 1a2b3c4x",
                              "Message-ID:",
                              "message-id: none",
                              "date:2020",
                              "v:2",
                              "std::max",
                              "a:1",
                              "https://x.example/",
                              "lock(a@b)",
                              "file:a.c:12"})
        CHECK_MESSAGE(readings(query).empty(), query);
    CHECK(readings(std::string(2000, 'a') + "@x.example").empty());
}

TEST_CASE("ids in what is pasted as one") {
    for (const char* id : {"a%b@x.example", "a/b@x.example", "a.@x.example.", "no-at", "", "<", "<a@x.example"})
        CHECK(plain_id(id) == id);
    CHECK(plain_id(" <a%b@x.example> ") == "a%b@x.example");
    CHECK(plain_id("20210302.4-\u2026") == "20210302.4-");
    CHECK(plain_id("Message-Id: <a@x.example>") == "a@x.example");
    CHECK(plain_id("https://lore.example/list/a%2Fb@x.example/raw") == "a/b@x.example");
    CHECK(plain_id("https://x.example/") == "https://x.example/");
}

TEST_CASE("ids within a query become plain") {
    CHECK(plain("thread:<a@x.example> is:patch") == "thread:a@x.example is:patch");
    CHECK(plain("a -id:https://lore.example/r/a@x.example OR series:<b@x.example>") ==
          "a -id:a@x.example OR series:b@x.example");
    CHECK(plain("id:2021.4\u2026") == "id:2021.4-whole");
    for (const char* query :
         {"thread:{<a@x.example>}", "file:<a@x.example>", "<a@x.example>", "(", "id:a@x.example", "id:*"})
        CHECK(plain(query) == query);
}

TEST_CASE("operators in small letters are told of, each once") {
    CHECK(notes_on_operators("not a") == Texts{"'not' is searched as a word; the operator is written NOT"});
    CHECK(notes_on_operators("a or b or c") == Texts{"'or' is searched as a word; the operator is written OR"});
    CHECK(notes_on_operators("a and b xor c").size() == 2);
    for (const char* query :
         {"a not", "or a", "a or", "a OR b", "\"a or b\"", "subject:or a", "subject:(a or b)", "NOT a", "("})
        CHECK_MESSAGE(notes_on_operators(query).empty(), query);
}

TEST_CASE("a pasted line of a diff is searched as a line, and excludes nothing") {
    CHECK(readings("+\tkfree(x);") == Texts{"added:lit:\"kfree(x);\"", "lit:\"kfree(x);\""});
    CHECK(readings("> -  return 0;") == Texts{"removed:lit:\"return 0;\"", "removed:re:/return\\s+0\\;/",
                                              "lit:\"return 0;\"", "re:/return\\s+0\\;/"});
    CHECK(readings("-static int f(void)").front() == "removed:lit:\"static int f(void)\"");
    CHECK(readings("+#include <a/b.h>").front() == "added:lit:\"#include <a/b.h>\"");
    CHECK(readings("+\tpr_info(\"a\\n\");").front() == "added:lit:\"pr_info(\\\"a\\\\n\\\");\"");
    CHECK(readings("+++ b/mm/slab.c") == Texts{"file:/mm/slab.c"});
    CHECK(readings("--- a/mm/slab.c\t2020-10-26 09:51") == Texts{"file:/mm/slab.c"});
    CHECK(readings("diff --git a/mm/slab.c b/mm/slub.c") == Texts{"file:/mm/slub.c"});
    CHECK(readings("@@ -1 +1 @@\n-a\n+b;\n c\n") == Texts{"hunk:(removed:lit:\"a\" added:lit:\"b;\")",
                                                          "removed:lit:\"a\" added:lit:\"b;\"", "removed:lit:\"a\""});
    CHECK(readings("--- a/f\n+++ b/f\n@@ -1 +1 @@\n+b\n").front() == "file:/f added:lit:\"b\"");
    for (const char* other : {"+stepping interrupt delay", "-is:reply added:x()", "-EINVAL", "-1", "+", "-", "+ ", "--",
                              "-\"a b\" c;", "-(a OR b())", "- -", "+subject:f()", "--- ", "a\n+b"})
        CHECK_MESSAGE(diff_readings(other).empty(), other);
    CHECK(is_diff("-\treturn 0;"));
    CHECK(is_diff("--- a/f"));
    CHECK_FALSE(is_diff("-static int f(void)"));
    CHECK_FALSE(is_diff("-f x()"));
}
