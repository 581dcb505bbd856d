// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/anatomy.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek::patch;

namespace {

struct Case {
    const char* name;
    std::string body;
    std::string kinds;
};

void check(std::initializer_list<Case> cases) {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        CHECK(letters(classify(c.body)) == c.kinds);
    }
}

}  // namespace

TEST_CASE("letters are one for each kind") {
    std::string all;
    for (int kind = 0; kind <= static_cast<int>(LineKind::binary); ++kind) all += letter(static_cast<LineKind>(kind));
    CHECK(all == ".LN>TE~DSH@+-=B");
}

TEST_CASE("lines cover the text") {
    const std::string_view text = "a\r\n\nb\r\r\nc";
    const auto lines = classify(text);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].of(text) == "a");
    CHECK(lines[1].of(text) == "");
    CHECK(lines[2].of(text) == "b");
    CHECK(lines[3].of(text) == "c");
    CHECK(classify("").empty());
}

TEST_CASE("hunks are counted") {
    check({
        {"removed line that looks like a header", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n--- sql\n x\n", "HH@-="},
        {"removed line that looks like a signature", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-- \n x\n", "HH@-="},
        {"removed line that looks like the end of the log", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n---\n x\n", "HH@-="},
        {"added line that looks like a header", "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n+++ x\n y\n", "HH@+="},
        {"context whose space the mailer ate", "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n x\n\n+y\n", "HH@==+"},
        {"signature is not a removal", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n-- \n2.40\n", "HH@-+NN"},
        {"no newline at the end", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline\n+y\n\\ No newline\n", "HH@-=+="},
        {"blank behind a hunk", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n\nbye\n", "HH@-+.N"},
        {"a foreign line ends the hunk", "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-x\nwrapped\n x\n", "HH@-NN"},
        {"and the next hunk goes on", "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-x\nwrapped\n@@ -9 +9 @@\n-a\n+b\n",
         "HH@-N@-+"},
        {"a wrapped line, and the counts fit",
         "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-x(a,\nb);\n+y(a,\nb);\n c\n-d\n+e\n", "HH@--++=-+"},
        {"a line that lost its leading blank, and the counts fit",
         "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-x\n+y\nint b;\n c\n-- \n2.40\n", "HH@-+==NN"},
        {"a wrapped line at the end", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n x\n-y\n+z(a,\nb);\n", "HH@=-+N"},
        {"prose behind a cut hunk", "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n x\n-y\nWhy that?\nI see no need.\n",
         "HH@=-NN"},
        {"empty new side", "--- a/f\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n", "HH@--"},
        {"counts too low for what is added", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n x\n+a\n+b\n+c\n y\n", "HH@=+++N"},
        {"counts too high before the next file",
         "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n x\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n", "HH@=HH@-+"},
        {"counts too high before the signature", "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n x\n-- \n2.40\n", "HH@=NN"},
        {"removed -- above a line like a diffstat", "--- a/t\n+++ b/t\n@@ -1,3 +1,2 @@\n x\n---\n f | 1 +\n", "HH@=-="},
        {"more added than counted, then a header", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-x\n+y\n+++ z\n", "HH@-+N"},
        {"combined", "diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,2 -1,2 +1,3 @@@\n  x\n- a\n -b\n++c\n +d\n",
         "HHHH@=--++"},
        {"two files",
         "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n"
         "diff --git a/g b/g\nold mode 100644\nnew mode 100755\n",
         "HHHH@-+HHH"},
    });
}

TEST_CASE("context diffs") {
    check({
        {"a change",
         "*** a/f\t2024\n--- b/f\t2024\n***************\n*** 1,3 ****\n  x\n! y\n  z\n--- 1,3 ----\n  x\n! Y\n  z\n",
         "HH@H=-=H=+="},
        {"only added",
         "*** a/f\n--- b/f\n*************** int f(void)\n*** 1,2 ****\n--- 1,3 ----\n  x\n+ y\n  z\nbye\n",
         "HH@HH=+=N"},
        {"only removed", "*** a/f\n--- b/f\n***************\n*** 1,2 ****\n  x\n- y\n--- 1 ----\n", "HH@H=-H"},
        {"two hunks, two files",
         "*** a/f\n--- b/f\n***************\n*** 1 ****\n! x\n--- 1 ----\n! y\n***************\n*** 9 ****\n! x\n--- 9 "
         "----\n! "
         "y\n*** a/g\n--- b/g\n***************\n*** 1 ****\n! x\n--- 1 ----\n! y\n",
         "HH@H-H+@H-H+HH@H-H+"},
        {"stars in prose", "***************\n*** 1,3 ****\nx\n", "LLL"},
    });
}

TEST_CASE("headers of every kind of diff") {
    check({
        {"quilt", "Index: linux/f\n=====\n--- linux.orig/f\n+++ linux/f\n@@ -1 +1 @@\n-x\n+y\n", "HHHH@-+"},
        {"cvs",
         "Index: f\n=====\nRCS file: /r/f,v\nretrieving revision 1.2\ndiff -u -r1.2 f\n--- f\t1\n+++ f\t2\n@@ -1 +1 "
         "@@\n-x\n+y\n",
         "HHHHHHH@-+"},
        {"gnu diff", "diff -urN a/f b/f\n--- a/f\t2010-01-01\n+++ b/f\t2010-01-02\n@@ -1 +1 @@\n-x\n+y\n", "HHH@-+"},
        {"rename only", "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n", "HHHH"},
        {"binary", "diff --git a/f b/f\nindex 1..2 100644\nBinary files a/f and b/f differ\n", "HHH"},
        {"submodule",
         "diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject "
         "commit 2\n",
         "HHHH@-+"},
        {"submodule log", "Submodule lib/x 1234567..89abcde:\n  > a commit\n", "HN"},
        {"git binary patch",
         "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 3\nKcmV+b0RR\n\nliteral 0\nHcmV?d00001\n\n-- "
         "\n2.1\n",
         "HHHBB.BB.NN"},
        {"the command in prose", "Run\ndiff --git a/f b/f\nto see it.\n", "LLL"},
        {"a hunk in prose", "@@ -1 +1 @@\n-x\n+y\n", "LLL"},
        {"--- in prose", "--- a\nfoo\n", "LL"},
    });
}

TEST_CASE("shape of a patch mail") {
    check({
        {"format-patch",
         "From: A <a@b>\n\nWhy.\n\nSigned-off-by: A <a@b>\n---\nv2: more\n f | 2 +-\n 1 file changed, 1 insertion(+), "
         "1 deletion(-)\n"
         " create mode 100644 f\n\ndiff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n-- \n2.40\n",
         "E.L.T~NDDS.HHHH@-+NN"},
        {"plain reply", "Hi,\n> diffs are nice\n", "L>"},
        {"cover letter", "Hi\n\nA (1):\n  x\n\n f | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n-- \n2.1\n",
         "L.LL.DD.NN"},
        {"diffstat without totals below the log", "Why.\n---\n arch/x86/kvm/svm.c |   18 +++++++++++-------\n", "L~D"},
        {"cut before its diffstat", "Why.\n\nSigned-off-by: A <a@b>\n---\n", "L.T~"},
        {"table of numbers in prose", "Size:\n before it | 12\n after it | 13\n", "LLL"},
        {"example diff in the log",
         "Why:\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n---\n g | 1 +\n 1 file changed, 1 insertion(+)\n", "LLLLLL~DD"},
        {"unfinished example",
         "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n-x\n---\n g | 1 +\n 1 file changed, 1 insertion(+)\n", "LLLL~DD"},
        {"whole patch as an example",
         "x\n---\n f | 1 +\n 1 file changed, 1 insertion(+)\n\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n---\n"
         " g | 1 +\n 1 file changed, 1 insertion(+)\n",
         "LLLL.LLLL~DD"},
        {"two patches in one mail",
         "x\n---\n f | 1 +\n 1 file changed, 1 insertion(+)\n\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\nAnother.\n---\n"
         " g | 1 +\n 1 file changed, 1 insertion(+)\n\n--- a/g\n+++ b/g\n@@ -0,0 +1 @@\n+x\n",
         "L~DD.HH@+N~DD.HH@+"},
        {"--- between diffstat and diff",
         "---\n f | 1 +\n 1 file changed, 1 insertion(+)\n\n---\n\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+y\n",
         "~DD.N.HH@+"},
        {"--- in the log", "a\n---\nb\n---\n f | 1 +\n", "LLL~D"},
        {"changes below the trailers, then --- again", "a\n\nAcked-by: B <b@c>\n---\nv2: x\n---\n f | 1 +\n",
         "L.T~N~D"},
        {"the removed line \"--\" of a mangled diff",
         "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-x\nbroken\n---\n+y\n z\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n",
         "HH@---+=HH@-+"},
        {"bare --, two lines from the end", "a\n--\nb\n", "LNN"},
        {"mbox line of lists", "a\n\n-- \nTo unsubscribe: x\n", "L.NN"},
    });
}

TEST_CASE("quotes") {
    check({
        {"attribution", "On Monday, A wrote:\n> x\n", ">>"},
        {"attribution on two lines", "On Monday, A B\n<a@b> wrote:\n> x\n", ">>>"},
        {"attribution and a blank", "A B <a@b> writes:\n\n> x\n", ">.>"},
        {"colon that is none", "See this:\n> x\n", "L>"},
        {"nested", "> > a\n>\n> b\nc\n", ">>>L"},
        {"bar is no quote", "| a\n", "L"},
        {"quoted diff", "> diff --git a/f b/f\n> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -x\n> +y\n", ">>>>>>"},
        {"quoted binary", "> GIT binary patch\n> literal 3\n> KcmV+b0RR\n>\nok\n", ">BB>L"},
        {"comment inside a hunk", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n x\n> why?\n", "HH@=>"},
    });
}

TEST_CASE("a copy of the mail that is answered, below its header") {
    const std::string patch =
        "From: Ann <a@x.example>\n\nl\n\nAcked-by: C <c@x.example>\n---\n f | 1 +\n\n"
        "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n";
    const std::string copy = ">.>.>>>.>>>>>>";
    check({
        {"Outlook",
         "ok\n\n-----Original Message-----\nFrom: A <a@x.example>\nSent: Friday\nTo: B\nCc: C;\n D\nSubject: [PATCH] "
         "t\n\n" +
             patch,
         "L.>>>>>>>." + copy},
        {"in another language, below a rule",
         "ok\n____\n\n发件人: A <a@x.example>\n发送时间: 2023\n收件人: B\n主题: t\n\n" + patch, "L>.>>>>." + copy},
        {"no prose above: somebody passes it on",
         "From: A <a@x.example>\nSent: Friday\nTo: B\nSubject: t\n\nl\n---\n f | 1 +\n", "LLLL.L~D"},
        {"a patch with its header pasted in",
         "ok\n\nFrom: A <a@x.example>\nDate: Friday\nSubject: t\n\nl\n---\n f | 1 +\n", "L.LLL.L~D"},
        {"no subject", "ok\n\nFrom: here on\nSent: words\nand more\n---\n f | 1 +\n", "L.LLL~D"},
        {"below a rule, its header in two pieces",
         "ok\n\n------- Original -------\nFrom:  \"A\"<a@x.example>;\nDate: Friday\n\nSubject: t\n\n" + patch,
         "L.>>>.>." + copy},
        {"a rule of scissors", "ok\n---->8----\nFrom: A <a@x.example>\n\nl\n---\n f | 1 +\n", "LLL.L~D"},
        {"a rule above a patch that is pasted in",
         "ok\n---- original commit in the tree ----\n\nFrom: A <a@x.example>\n\nl\n---\n f | 1 +\n", "LL.L.L~D"},
        {"somebody forwards it",
         "ok\n-- Forwarded message --\n---- Forwarded ----\nFrom: A <a@x.example>\n\nl\n---\n f | 1 +\n", "LLLL.L~D"},
        {"below an attribution, without marks", "ok\nOn 3 May, A <a@x.example>, wrote:\n" + patch, "L>" + copy},
        {"marks below it", "ok\nOn 3 May, A <a@x.example> wrote:\n[...]\n> x\nok\n---\n f | 1 +\n", "LLL>L~D"},
        {"a quote that the log indents", "ok\nOn 3 May, A wrote:\n  x\n---\n f | 1 +\n", "LLL~D"},
        {"below an attribution at the top", "On 3 May, A <a@x.example> wrote:\n\n" + patch + "ok\n", ">." + copy + ">"},
        {"a log that begins as one", "On 3 May the machine writes:\nx\n---\n f | 1 +\n", "LL~D"},
        {"no date", "ok\nOn this B wrote:\nx\n---\n f | 1 +\n", "LLL~D"},
        {"above it the answer's own patch",
         "---\n f | 1 +\n\nbye\nVon: A\nGesendet: Friday\nAn: B\nBetreff: t\n\n" + patch, "~D.N>>>>." + copy},
    });
}

TEST_CASE("encoded bytes are no words") {
    const std::string line64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2";
    CHECK(letters(classify("x\n" + line64 + "\n" + line64 + "\n" + line64 + "\n" + line64 + "\nQUJDRA==\nbye\n")) ==
          "LBBBBBL");
    CHECK(letters(classify(line64 + "\n" + line64 + "\n" + line64 + "\n")) == "LLL");
    const std::string hex(64, 'a');
    CHECK(letters(classify(hex + "\n" + hex + "\n" + hex + "\n" + hex + "\n")) == "LLLL");
    check({{"uuencode", "begin 644 a.bin\n#0V%T\n`\nend\nbye\n", "BBBBL"},
           {"begin in prose", "begin 644 is how it starts\nThis is a long line of prose that no encoder writes.\n",
            "LL"}});
}

TEST_CASE("in-body headers") {
    check({
        {"from", "From: A <a@b>\n\nx\n", "E.L"},
        {"all three", "\nFrom: A <a@b>\nDate: now\nSubject: x\n y\n\nz\n", ".EEEE.L"},
        {"prose right below one", "From: the start\nof the story\n", "LL"},
        {"not at the top", "x\n\nFrom: A <a@b>\n\ny\n", "L.L.L"},
        {"value missing", "Subject:\n\nx\n", "L.L"},
    });
}

TEST_CASE("trailers by where they stand") {
    check({
        {"last paragraph", "a\n\nFixes: 1234567 (\"x\")\nCc: b@c # 4.14+\nSigned-off-by: A <a@b>\n---\n f | 1 +\n",
         "L.TTT~D"},
        {"folded", "a\n\nFixes: 1234567 (\"x\n  y\")\nLink: http://x\n---\n f | 1 +\n", "L.TTT~D"},
        {"broken by a mailer", "a\n\nFixes: 1234567 (\"x\ny\")\nAcked-by: A <a@b>\n---\n f | 1 +\n", "L.TTT~D"},
        {"two blocks",
         "a\n\nFixes: 1234567 (\"x\")\nAcked-by: A <a@b>\n\nV2\n - b\n\nMessage-Id: <x@y>\nAcked-by: C <c@d>\n---\n f "
         "| 1 +\n",
         "L.TT.LL.TT~D"},
        {"no blank above", "a\nSigned-off-by: A <a@b>\n---\n f | 1 +\n", "LT~D"},
        {"remarks between",
         "a\n\nAcked-by: A <a@b>\n[c: fixed]\n(cherry picked from commit 1234567)\nAcked-by: C <c@d>\n---\n f | 1 +\n",
         "L.TLLT~D"},
        {"below the diffstat", "a\n\n f | 2 ++\n 1 file changed, 2 insertions(+)\nAcked-by: A <a@b>\n", "L.DDT"},
        {"in a reply", "> x\n\nGood.\n\nReviewed-by: A <a@b>\n\nbye\n", ">.L.T.L"},
        {"address doubled bracket", "a\n\nReported-by: Q <q@x>>\n---\n f | 1 +\n", "L.T~D"},
        {"unknown names with a dash", "a\n\nGit-commit: abc\n---\n f | 1 +\n", "L.T~D"},
        {"unknown name below prose", "a\nSide-effect: b\n---\n f | 1 +\n", "LL~D"},
        {"all that git takes, known or not", "a\n\nNote: this is slow.\nX :y\n---\n f | 1 +\n", "L.TT~D"},
        {"no colon in one line of it", "a\n\nNote: this is slow.\nAs I said.\n---\n f | 1 +\n", "L.LL~D"},
        {"git's own and a quarter of the lines", "a\n\nx\ny\nz\nSigned-off-by: A\n---\n f | 1 +\n", "L.LLLT~D"},
        {"git's own and less than a quarter", "a\n\nx\ny\nz\nw\nAb: b\nAcked-by: A\n---\n f | 1 +\n", "L.LLLLTT~D"},
        {"unknown with a folded line", "a\n\nNote: this\n is slow\nB: c\n---\n f | 1 +\n", "L.TTT~D"},
        {"not the last paragraph", "a\n\nNote: this is slow.\n\nb\n---\n f | 1 +\n", "L.L.L~D"},
        {"a name without a value", "a\n\nNote:\n---\n f | 1 +\n", "L.L~D"},
        {"a value on the next line", "a\n\nSorted:\n  298 real\n---\n f | 1 +\n", "L.TT~D"},
        {"a URL among unknown names", "a\n\nhttp://x\nNote: y\n---\n f | 1 +\n", "L.LT~D"},
        {"a pasted header", "a\n\nSubject: x\n---\n f | 1 +\n", "L.L~D"},
        {"prose that ends in a known word", "a\nSee this link: there\nLink: b\n\nc\n", "LLL.L"},
        {"a url", "a\n\nhttp://x\n---\n f | 1 +\n", "L.L~D"},
        {"quoted", "> Acked-by: A <a@b>\n", ">"},
    });
}

TEST_CASE("files are numbered without gaps") {
    const std::string_view text =
        "--- a/example\n+++ b/example\n@@ -1 +1 @@\n-x\n+y\n---\n f | 1 +\n 1 file changed, 1 insertion(+)\n\n"
        "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\ndiff --git a/g b/g\nold mode 1\nnew mode "
        "2\n";
    std::string files;
    for (const Line& line : classify(text)) files += line.file < 0 ? '.' : static_cast<char>('0' + line.file);
    CHECK(files == ".........000000111");
}
