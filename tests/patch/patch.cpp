// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/patch.hpp"

#include <doctest/doctest.h>

#include "patchseek/patch/diff.hpp"

using namespace patchseek::patch;

namespace {

std::string number(const std::optional<std::uint32_t>& n) { return n ? std::to_string(*n) : "?"; }

/// "op old => path +1 -2; " for each file.
std::string print(const std::vector<FileChange>& files) {
    std::string out;
    for (const FileChange& f : files) {
        out += name(f.op);
        if (f.op != Op::modify) out += ' ';
        if (f.partial) out += "...";
        if (!f.old.empty()) out += f.old + " => ";
        out += f.path + " +" + number(f.adds) + " -" + number(f.dels);
        if (f.binary) out += " binary";
        if (f.mode_changed) out += " mode";
        out += "; ";
    }
    return out;
}

const std::string kHunk = "@@ -1 +1 @@\n-x\n+y\n";

}  // namespace

TEST_CASE("files of a diff") {
    struct Case {
        const char* name;
        std::string diff;
        const char* files;
    };
    for (
        const Case& c : {
            Case{"git", "diff --git a/d/f.c b/d/f.c\nindex 1..2\n--- a/d/f.c\n+++ b/d/f.c\n" + kHunk, "d/f.c +1 -1; "},
            Case{"git without prefix", "diff --git d/f.c d/f.c\nindex 1..2\n--- d/f.c\n+++ d/f.c\n" + kHunk,
                 "d/f.c +1 -1; "},
            Case{"git with mnemonic prefix", "diff --git i/f.c w/f.c\nindex 1..2\n--- i/f.c\n+++ w/f.c\n" + kHunk,
                 "f.c +1 -1; "},
            Case{"new",
                 "diff --git a/f b/f\nnew file mode 100644\nindex 0..2\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+y\n",
                 "create f +1 -0; "},
            Case{"new and empty", "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n",
                 "create f +0 -0; "},
            Case{
                "gone",
                "diff --git a/f b/f\ndeleted file mode 100644\nindex 1..0\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
                "delete f +0 -1; "},
            Case{"rename only", "diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n",
                 "rename o => n +0 -0; "},
            Case{
                "rename and change",
                "diff --git a/o b/n\nsimilarity index 90%\nrename from o\nrename to n\nindex 1..2\n--- a/o\n+++ b/n\n" +
                    kHunk,
                "rename o => n +1 -1; "},
            Case{"copy", "diff --git a/o b/n\nsimilarity index 100%\ncopy from o\ncopy to n\n", "copy o => n +0 -0; "},
            Case{"mode only", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n", "mode f +0 -0 mode; "},
            Case{"mode and change",
                 "diff --git a/f b/f\nold mode 100644\nnew mode 100755\nindex 1..2\n--- a/f\n+++ b/f\n" + kHunk,
                 "f +1 -1 mode; "},
            Case{"binary",
                 "diff --git a/p q.png b/p q.png\nindex 1..2 100644\nBinary files a/p q.png and b/p q.png differ\n",
                 "p q.png +? -? binary; "},
            Case{"new binary",
                 "diff --git a/p b/p\nnew file mode 100644\nindex 0..2\nBinary files /dev/null and b/p differ\n",
                 "create p +? -? binary; "},
            Case{"space in the name", "diff --git a/a b.c b/a b.c\nindex 1..2\n--- a/a b.c\t\n+++ b/a b.c\t\n" + kHunk,
                 "a b.c +1 -1; "},
            Case{"quoted name",
                 "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nindex 1..2\n--- \"a/\\303\\244\"\n+++ "
                 "\"b/\\303\\244\"\n" +
                     kHunk,
                 "\xc3\xa4 +1 -1; "},
            Case{"one side quoted",
                 "diff --git a/b \"b/\\303\\244\"\nsimilarity index 100%\nrename from b\nrename to \"\\303\\244\"\n",
                 "rename b => \xc3\xa4 +0 -0; "},
            Case{"bare pair", "--- a/f\n+++ b/f\n" + kHunk, "f +1 -1; "},
            Case{"another name on each side", "--- a/o.c\n+++ b/n.c\n" + kHunk, "rename o.c => n.c +1 -1; "},
            Case{"-p0", "--- d/f.c\n+++ d/f.c\n" + kHunk, "d/f.c +1 -1; "},
            Case{"other first components",
                 "--- linux.orig/d/f.c\t2010-01-01 10:00:00.0 +0100\n+++ linux/d/f.c\t2010-01-02 10:00:00.0 +0100\n" +
                     kHunk,
                 "d/f.c +1 -1; "},
            Case{"time behind spaces",
                 "--- a/f.c 2010-01-01 10:00:00.0 +0100\n+++ b/f.c 2010-01-02 10:00:00.0 +0100\n" + kHunk,
                 "f.c +1 -1; "},
            Case{"new by its date",
                 "diff -urN o/d/f n/d/f\n--- o/d/f\t1970-01-01 01:00:00.000000000 +0100\n+++ n/d/f\t2010-01-02 "
                 "10:00:00\n@@ -0,0 +1 @@\n+y\n",
                 "create d/f +1 -0; "},
            Case{"prefix known from the file above",
                 "--- o/d/f\n+++ n/d/f\n" + kHunk + "--- /dev/null\n+++ n/d/g\n@@ -0,0 +1 @@\n+y\n",
                 "d/f +1 -1; create d/g +1 -0; "},
            Case{"backup name", "--- a/d/f.c~fix\n+++ a/d/f.c\n" + kHunk, "d/f.c +1 -1; "},
            Case{"svn", "Index: d/f.c\n=====\n--- d/f.c\t(revision 12)\n+++ d/f.c\t(working copy)\n" + kHunk,
                 "d/f.c +1 -1; "},
            Case{"cvs",
                 "Index: d/f.c\n=====\nRCS file: /r/f.c,v\nretrieving revision 1.2\ndiff -u -r1.2 f.c\n--- f.c\t1 "
                 "Jan\n+++ f.c\t2 Jan\n" +
                     kHunk,
                 "d/f.c +1 -1; "},
            Case{"gnu diff of a binary",
                 "diff -ur a/f b/f\n--- a/f\n+++ b/f\n" + kHunk +
                     "Binary files a/p.png and b/p.png differ\nBinary files a/q and b/q differ\n",
                 "f +1 -1; p.png +? -? binary; q +? -? binary; "},
            Case{"combined", "diff --cc d/f\nindex 1,2..3\n--- a/d/f\n+++ b/d/f\n@@@ -1 -1 +1 @@@\n- a\n -b\n++c\n",
                 "d/f +1 -2; "},
            Case{"submodule log", "Submodule lib/x 1234567..89abcde:\n  > a\n", "lib/x +? -?; "},
            Case{"change of type",
                 "diff --git a/f b/f\ndeleted file mode 100644\nindex 1..0\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
                 "diff --git a/f b/f\nnew file mode 120000\nindex 0..2\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+y\n",
                 "f +1 -1 mode; "},
            Case{"path as long as malice",
                 "--- a/" + std::string(5000, 'x') + "\n+++ b/" + std::string(5000, 'x') + "\n" + kHunk, ""},
        }) {
        CAPTURE(c.name);
        CHECK(print(parse("", c.diff).files) == c.files);
    }
}

TEST_CASE("diffstat, summary and diff are one list") {
    struct Case {
        const char* name;
        std::string body;
        const char* files;
    };
    const std::string diff = "\ndiff --git a/d/e/f.c b/d/e/f.c\nindex 1..2\n--- a/d/e/f.c\n+++ b/d/e/f.c\n" + kHunk;
    for (const Case& c : {
             Case{"same path", "---\n d/e/f.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n" + diff,
                  "d/e/f.c +1 -1; "},
             Case{"tail of the diff's path",
                  "---\n .../f.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n" + diff, "d/e/f.c +1 -1; "},
             Case{"tail inside a name", "---\n ...f.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n" + diff,
                  "d/e/f.c +1 -1; "},
             Case{"tail of no component",
                  "---\n .../e/x.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n" + diff,
                  "d/e/f.c +1 -1; ...e/x.c +1 -1; "},
             Case{"name behind an arrow is whole",
                  " ...h.sh => f.sh} | 0\n 1 file changed, 0 insertions(+), 0 deletions(-)\n create mode 100644 "
                  "t/xf.sh\n",
                  "...f.sh +0 -0; create t/xf.sh +? -?; "},
             Case{"last hunk cut off",
                  "---\n f | 9 ++++-----\n 1 file changed, 4 insertions(+), 5 deletions(-)\n\n--- a/f\n+++ b/f\n@@ "
                  "-1,5 +1,4 @@\n-x\n",
                  "f +4 -5; "},
             Case{"diff cut off",
                  "---\n d/e/f.c | 2 +-\n g | 3 +++\n 2 files changed, 4 insertions(+), 1 deletion(-)\n" + diff,
                  "d/e/f.c +1 -1; g +3 -0; "},
             Case{"rename resolved by its summary",
                  " .../media/common/videobuf2}/frame_vector.c | 54 +++---\n 1 file changed, 20 insertions(+), 34 "
                  "deletions(-)\n"
                  " rename {mm => drivers/media/common/videobuf2}/frame_vector.c (85%)\n",
                  "rename mm/frame_vector.c => drivers/media/common/videobuf2/frame_vector.c +? -?; "},
             Case{"created", " a | 2 ++\n 1 file changed, 2 insertions(+)\n create mode 100644 a\n",
                  "create a +2 -0; "},
             Case{"cut new name of a rename",
                  " .../s390x/clp.h | 123 +-\n 1 file changed, 100 insertions(+), 23 deletions(-)\n rename "
                  "hw/s390x/inst.h => include/hw/s390x/clp.h (59%)\n",
                  "rename hw/s390x/inst.h => include/hw/s390x/clp.h +? -?; "},
             Case{"tail that fits two",
                  " .../f.c | 1 +\n 1 file changed, 1 insertion(+)\n create mode 100644 a/f.c\n create mode 100644 "
                  "b/f.c\n",
                  "create a/f.c +? -?; create b/f.c +? -?; "},
             Case{"tail that fits none", " .../x/f.c | 1 +\n 1 file changed, 1 insertion(+)\n", "...x/f.c +1 -0; "},
             Case{"tail of a file that another entry has",
                  " .../f.c | 1 +\n a/f.c | 2 ++\n 2 files changed, 3 insertions(+)\n create mode 100644 a/f.c\n",
                  "...f.c +1 -0; create a/f.c +2 -0; "},
             Case{"plain tail does not take a rename from the entry that shows it",
                  " ...f.c | 1 +\n ...b => xf.c} | 2 ++\n 2 files changed, 3 insertions(+)\n rename d/{b => xf.c} "
                  "(90%)\n",
                  "...f.c +1 -0; rename d/b => d/xf.c +2 -0; "},
             Case{"more tails than files that fit, numbers are anyone's",
                  " .../f.c | 1 +\n .../f.c | 2 ++\n 2 files changed, 3 insertions(+)\n create mode 100644 a/f.c\n",
                  "create a/f.c +? -?; ...f.c +2 -0; "},
             Case{"three tails, two files that fit",
                  " .../f.c | 1 +\n .../f.c | 1 +\n .../f.c | 1 +\n 3 files changed, 3 insertions(+)\n create mode "
                  "100644 a/f.c\n create mode 100644 b/f.c\n",
                  "...f.c +1 -0; create a/f.c +? -?; create b/f.c +? -?; "},
             Case{"two diffstats may each name a file",
                  " .../f.c | 1 +\n 1 file changed, 1 insertion(+)\n create mode 100644 a/f.c\n\n .../f.c | 1 +\n 1 "
                  "file changed, 1 insertion(+)\n",
                  "create a/f.c +1 -0; "},
             Case{"tail of a diff's path and of another file's summary",
                  "---\n .../e/f.c | 2 +-\n .../e/f.c | 1 +\n 2 files changed, 2 insertions(+), 1 deletion(-)\n create "
                  "mode 100644 "
                  "x/e/f.c\n" +
                      diff,
                  "d/e/f.c +1 -1; create x/e/f.c +1 -0; "},
             Case{"rename of a submodule",
                  "---\n {a => b}/s | 0\n 1 file changed, 0 insertions(+)\n rename {a => b}/s (100%)\n\nSubmodule a/s "
                  "1234567...1234567 (commits not present)\n",
                  "a/s +? -?; rename a/s => b/s +0 -0; "},
             Case{"arrow in a name, with its diff",
                  "---\n a => b | 1 +\n 1 file changed, 1 insertion(+)\n\ndiff --git a/a => b b/a => b\nindex "
                  "1..2\n--- a/a "
                  "=> b\n+++ b/a => b\n@@ -0,0 +1 @@\n+x\n",
                  "a => b +1 -0; "},
             Case{"name that ends in a blank, with its diff",
                  "---\n a  | 0\n 1 file changed, 0 insertions(+)\n\ndiff --git a/a  b/a \nold mode 100644\nnew mode "
                  "100755\n",
                  "mode a  +0 -0 mode; "},
             Case{"summary that names no file does not end the block",
                  " a => b | 0\n c | 1 +\n 2 files changed, 1 insertion(+)\n rename a => b (100%)\n mode change 100644 "
                  "=> "
                  "100755\n create mode 100644 c\n",
                  "rename a => b +0 -0; create c +1 -0; "},
             Case{"quoted patch touches nothing",
                  "> diff --git a/f b/f\n> index 1..2\n> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -x\n> +y\n", ""},
         }) {
        CAPTURE(c.name);
        CHECK(print(parse("", c.body).files) == c.files);
    }
}

TEST_CASE("totals come from whoever knows all") {
    const auto totals = [](const std::string& body) {
        const auto patch = parse("", body);
        return number(patch.adds) + " " + number(patch.dels);
    };
    const std::string diff = "\n--- a/f\n+++ b/f\n" + kHunk;
    CHECK(totals("hello\n") == "? ?");
    CHECK(totals(diff) == "1 1");
    CHECK(totals(" f | 9 +-\n 1 file changed, 4 insertions(+), 5 deletions(-)\n") == "4 5");
    CHECK(totals("---\n f | 9 +++++++++\n") == "9 0");
    CHECK(totals("---\n f | 9 +-\n") == "? ?");
    CHECK(totals("---\n f | 2 +-\n g | 8 +-\n 2 files changed, 7 insertions(+), 3 deletions(-)\n" + diff) == "7 3");
    // A cut diff counts too little; its diffstat does not.
    CHECK(totals("---\n f | 9 +-\n 1 file changed, 4 insertions(+), 5 deletions(-)\n\n--- a/f\n+++ b/f\n@@ -1,5 +1,4 "
                 "@@\n-x\n") == "4 5");
}

TEST_CASE("cut short") {
    struct Case {
        const char* name;
        const char* body;
        bool cut;
    };
    for (const Case& c : {
             Case{"whole", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n", false},
             Case{"inside a hunk", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-x\n", true},
             Case{"inside a combined hunk", "diff --cc f\n--- a/f\n+++ b/f\n@@@ -1,2 -1,2 +1,3 @@@\n  x\n", true},
             Case{"at a hunk's header", "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n", true},
             Case{"inside a binary patch", "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 3\nKcmV+b0RR\n",
                  true},
             Case{"behind a binary patch", "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 3\nKcmV+b0RR\n\n",
                  false},
             Case{"damaged, but going on", "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-x\nwrapped\n", false},
         }) {
        CAPTURE(c.name);
        CHECK(parse("", c.body).cut_short == c.cut);
    }
}

TEST_CASE("corrupt hunks of the patch itself") {
    const std::string_view next = "diff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n";
    struct Case {
        const char* name;
        std::string body;
        bool corrupt;
    };
    for (const Case& c : {
             Case{"whole", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n" + std::string(next), false},
             Case{"lines are missing before the next file",
                  "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,4 +1,3 @@\n x\n-y\n" + std::string(next), true},
             Case{"lines are missing before the signature", "--- a/f\n+++ b/f\n@@ -1,4 +1,3 @@\n x\n-y\n-- \n2.1\n",
                  true},
             Case{"wrapped", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n x(a,\nb)\n-y\n+z\n", true},
             Case{"more added than counted", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n x\n+a\n+b\n y\n", true},
             Case{"an example in the log",
                  "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n-x\n---\n g | 2 +-\n 1 file changed, 1 insertion(+), 1 "
                  "deletion(-)\n" +
                      std::string(next),
                  false},
             Case{"a combined diff, whole by its result",
                  "diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,2 -1,3 +1,2 @@@\n  x\n++y\n\nbye\n", false},
             Case{"a combined diff without its end",
                  "diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,2 -1,3 +1,4 @@@\n  x\n++y\nbye\n", true},
             Case{"a context diff without its end",
                  "*** a/f\n--- b/f\n***************\n*** 1,3 ****\n  x\n! y\n--- 1,3 ----\nbye\n", true},
         }) {
        CAPTURE(c.name);
        CHECK(parse("", c.body).corrupt == c.corrupt);
    }
}

TEST_CASE("the diffstat of a series in the notes is no part of the patch") {
    const std::string series = " a.c | 1 +\n b.c | 2 ++\n 2 files changed, 3 insertions(+)\n";
    const std::string own = " a.c | 1 +\n 1 file changed, 1 insertion(+)\n";
    const std::string diff = "\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -0,0 +1 @@\n+x\n";
    const auto paths = [](const std::string& body) {
        std::string out;
        for (const FileChange& file : parse("[PATCH 1/2] a", body).files) out += file.path + ' ';
        return out;
    };
    CHECK(paths("---\nAll in all:\n" + series + "\n" + own + diff) == "a.c ");
    CHECK(paths("---\n" + own + "\nAll in all:\n" + series + diff) == "a.c ");
    // Nothing tells that the diff is whole.
    CHECK(paths("---\n" + series + diff) == "a.c b.c ");
    CHECK(paths("---\nAll in all:\n" + series + "\n" + own) == "a.c b.c ");
}

TEST_CASE("names of context diffs and of binary files") {
    const auto file = [](const char* body) { return parse("", body).files.at(0); };
    const auto context = file(
        "*** old/pond.c\t2024-01-01\n--- new/pond.c\t2024-01-02\n***************\n*** 1 ****\n! x\n--- 1 ----\n! y\n");
    CHECK(context.path == "pond.c");
    CHECK(context.adds == 1u);
    CHECK(context.dels == 1u);
    CHECK(parse("",
                "diff -ru a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n"
                "Binary files old/img/this and that.png and new/img/this and that.png differ\n")
              .files.at(1)
              .path == "img/this and that.png");
}

TEST_CASE("trailers, blobs, in-body headers, pull requests") {
    const auto patch =
        parse("[PATCH 2/7] x",
              "From: Mark <m@x>\nSubject: a\n b\n\nWhy.\n\nFixes: 1234567 (\"x\n y\")\nCC: s@x # 4.14+\nReported-by: Q "
              "<q@x>>\n---\n"
              "diff --git a/f b/f\nindex 1234567..89abcde 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@ int f(void)\n-x\n+y\n"
              "diff --git a/g b/g\nnew file mode 100644\nindex 0000000..89abcde\n");
    CHECK(patch.tag.part == 2);
    CHECK(patch.inbody_from == "Mark <m@x>");
    CHECK((patch.trailers ==
           std::vector<Trailer>{{"Fixes", "1234567 (\"x y\")"}, {"CC", "s@x # 4.14+"}, {"Reported-by", "Q <q@x>>"}}));
    CHECK((patch.blobs == std::vector<std::string>{"1234567", "89abcde"}));
    CHECK(patch.has_diff);
    CHECK(!patch.pull_request);

    CHECK(parse("", "are available in the Git repository at:\n\n  git://x\n").pull_request);
    CHECK(parse("", "are available in the git repository at:\n").pull_request);
    CHECK(!parse("", "> are available in the Git repository at:\n").pull_request);
}

TEST_CASE("many files, tails and names that look alike stay linear") {
    std::string body = "---\n";
    std::string diff;
    constexpr int kFiles = 20000;
    for (int i = 0; i < kFiles; ++i) {
        const auto path = "dir" + std::to_string(i) + "/same.c";
        body += " .../same.c | 2 +-\n";
        diff +=
            "diff --git a/" + path + " b/" + path + "\nindex 1..2\n--- a/" + path + "\n+++ b/" + path + "\n" + kHunk;
    }
    body += " 20000 files changed, 20000 insertions(+), 20000 deletions(-)\n\n" + diff;
    const auto patch = parse("", body);
    CHECK(patch.files.size() == kFiles);
    CHECK(patch.adds == 20000);
}
