// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/patch/diffstat.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek::patch;

namespace {

std::string number(const std::optional<std::uint32_t>& n) { return n ? std::to_string(*n) : "?"; }

/// "op ...old => path +1 -2", with only what is there.
std::string print(const FileChange& c) {
    std::string out = name(c.op);
    if (!out.empty()) out += ' ';
    if (c.partial) out += "...";
    if (!c.old.empty()) out += c.old + " => ";
    out += c.path + " +" + number(c.adds) + " -" + number(c.dels);
    if (c.binary) out += " binary";
    if (c.mode_changed) out += " mode";
    return out;
}

}  // namespace

TEST_CASE("an entry of a diffstat") {
    struct Case {
        const char* name;
        const char* line;
        const char* change;
    };
    for (const Case& c : {
             Case{"plain", " a/b.c | 3 ++-", "a/b.c +2 -1"},
             Case{"no-break spaces of a mailer",
                  "\xc2\xa0"
                  "a/b.c | 3 ++-",
                  "a/b.c +2 -1"},
             Case{"diffstat(1) pads", " a/b.c |   18 +++++++++++-------", "a/b.c +11 -7"},
             Case{"scaled graph hides the numbers", " a.c | 219 +++++++---", "a.c +? -?"},
             Case{"scaled graph of one sign", " a.c | 368 +++++++", "a.c +368 -0"},
             Case{"scaled removal", " a.c | 368 -------", "a.c +0 -368"},
             Case{"nothing changed", " a.c | 0", "a.c +0 -0"},
             Case{"no graph", " a.c | 12", "a.c +? -?"},
             Case{"name with a space", " a b.c | 1 +", "a b.c +1 -0"},
             Case{"name with a bar", " a|b | 1 +", "a|b +1 -0"},
             Case{"head cut", " .../media/x.c | 1 +", "...media/x.c +1 -0"},
             Case{"cut inside a name", " ...ff.diff_--stat | 1 +", "...ff.diff_--stat +1 -0"},
             Case{"rename in braces", " {mm => drivers}/y.c | 2 +-", "rename mm/y.c => drivers/y.c +1 -1"},
             Case{"into a folder", " dir/{ => sub}/x | 0", "rename dir/x => dir/sub/x +0 -0"},
             Case{"out of a folder", " dir/{sub => }/x | 0", "rename dir/sub/x => dir/x +0 -0"},
             Case{"from the top", " { => sub}/x | 0", "rename x => sub/x +0 -0"},
             Case{"rename of all", " a.c => b/c.c | 4 ++--", "rename a.c => b/c.c +2 -2"},
             Case{"cut before the braces", " .../{a => b}/c.c | 2 +-", "rename ...a/c.c => b/c.c +1 -1"},
             Case{"cut inside the braces", " .../common/videobuf2}/v.c | 54 +---", "...common/videobuf2/v.c +? -?"},
             Case{"cut before the arrow in braces", " .../b => c}/x.c | 1 +", "...c/x.c +1 -0"},
             Case{"cut in the name before the arrow", " ...h.sh => t2001-clash.sh} | 0", "...t2001-clash.sh +0 -0"},
             Case{"cut old name, new one whole", " .../c.c => d/e.c | 2 +-", "rename d/e.c +1 -1"},
             Case{"quoted name", " \"a\\303\\244\\t.c\" | 1 +", "a\xc3\xa4\t.c +1 -0"},
             Case{"cut inside the arrow, in braces", " ...=> new.sh} | 0", "...new.sh +0 -0"},
             Case{"cut before the arrow, in braces", " ... => new.sh} | 0", "...new.sh +0 -0"},
             Case{"cut in the arrow's middle", " ...> new.sh} | 0", "...new.sh +0 -0"},
             Case{"cut behind the arrow", " ... new.sh} | 0", "...new.sh +0 -0"},
             Case{"cut inside the arrow, without braces", " ...=> new.sh | 0", "new.sh +0 -0"},
             Case{"quoted and cut at a slash", " .../\\303\\244.c\" | 1 +", "...\xc3\xa4.c +1 -0"},
             Case{"quoted and cut inside an escape", " ...4\\303\\244.c\" | 1 +", "...\xc3\xa4.c +1 -0"},
             Case{"quoted and cut inside a character", " ...\\303\\244.c\" | 1 +", "....c +1 -0"},
             Case{"binary", " x.png | Bin 0 -> 123 bytes", "x.png +? -? binary"},
             Case{"bare Bin", " x.png | Bin", "x.png +? -? binary"},
             Case{"unmerged", " x.c | Unmerged", "x.c +? -?"},
             Case{"compact summary, new", " x.c (new) | 2 ++", "create x.c +2 -0"},
             Case{"compact summary, gone", " x.c (gone) | 2 --", "delete x.c +0 -2"},
             Case{"compact summary, mode", " x.sh (mode +x) | 0", "x.sh +0 -0 mode"},
             Case{"table in prose", " a | b", ""},
             Case{"or in code", " if (a | 1)", ""},
             Case{"no name", "  | 3 +++", ""},
             Case{"number too large", " a | 99999999999 +", ""},
         }) {
        CAPTURE(c.name);
        const auto entry = parse_stat_entry(c.line);
        CHECK((entry ? print(entry->change) : "") == c.change);
        if (entry) CHECK(may_be_stat_entry(c.line));
    }
}

TEST_CASE("totals") {
    struct Case {
        const char* name;
        const char* line;
        std::optional<StatTotals> totals;
    };
    for (const Case& c : {
             Case{"all parts", " 3 files changed, 4 insertions(+), 1 deletion(-)", StatTotals{3, 4, 1}},
             Case{"old git", " 1 files changed, 1 insertions(+), 0 deletions(-)", StatTotals{1, 1, 0}},
             Case{"only removed", " 1 file changed, 7 deletions(-)", StatTotals{1, 0, 7}},
             Case{"renames only", " 2 files changed", StatTotals{2, 0, 0}},
             Case{"space eaten", "2 files changed, 1 insertion(+)", StatTotals{2, 1, 0}},
             Case{"prose", " 3 files changed hands", std::nullopt},
             Case{"no number", " files changed", std::nullopt},
         }) {
        CAPTURE(c.name);
        CHECK((parse_stat_totals(c.line) == c.totals));
    }
}

TEST_CASE("summary lines") {
    struct Case {
        const char* name;
        const char* line;
        const char* change;
    };
    for (const Case& c : {
             Case{"a name that looks cut", " create mode 100644 ...c", "create ...c +? -?"},
             Case{"mode of the file above", " mode change 100644 => 100755", ""},
             Case{"create", " create mode 100644 a/b.c", "create a/b.c +? -?"},
             Case{"delete", " delete mode 100755 a b.sh", "delete a b.sh +? -?"},
             Case{"rename in braces", " rename {mm => d/v}/f.c (85%)", "rename mm/f.c => d/v/f.c +? -?"},
             Case{"rename", " rename a.h => b/c.h (59%)", "rename a.h => b/c.h +? -?"},
             Case{"copy", " copy a.h => b.h (100%)", "copy a.h => b.h +? -?"},
             Case{"mode", " mode change 100644 => 100755 x.sh", "mode x.sh +? -? mode"},
             Case{"rewrite", " rewrite x.c (80%)", "x.c +? -?"},
             Case{"rename without an arrow", " rename x.c (80%)", ""},
             Case{"prose", " create mode for x", ""},
             Case{"not indented", "create mode 100644 x", ""},
         }) {
        CAPTURE(c.name);
        const auto change = parse_summary_line(c.line);
        CHECK((change ? print(*change) : "") == c.change);
    }
}

TEST_CASE("a summary line need not name a file") {
    CHECK(is_summary_line(" mode change 100644 => 100755"));
    CHECK(is_summary_line(" create mode 100644 f"));
    CHECK_FALSE(is_summary_line(" mode change 100644 => 10075"));
    CHECK_FALSE(is_summary_line(" mode change of the file"));
}
