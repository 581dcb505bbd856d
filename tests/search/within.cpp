// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/diff_units.hpp"

#include <doctest/doctest.h>

#include "query/parser.hpp"
#include "query/planner.hpp"

using namespace patchseek;

namespace {

const char* const kBody =
    "Log says alpha.\n---\n"
    "diff --git a/lib/one.c b/lib/one.c\nindex 1111111..2222222 100644\n--- a/lib/one.c\n+++ b/lib/one.c\n"
    "@@ -1,3 +1,3 @@ int first_func(void)\n before\n-\told_name(alpha, beta);\n+\tnew_name(alpha, beta);\n after\n"
    "@@ -10,2 +10,3 @@ int second_func(void)\n middle gamma\n+\tdelta->epsilon = 1;\n tail\n"
    "diff --git a/lib/three.h b/lib/three.h\nnew file mode 100644\nindex 0000000..5555555\n--- /dev/null\n"
    "+++ b/lib/three.h\n@@ -0,0 +1 @@\n+#define THREE\n"
    "diff --git a/lib/two.h b/lib/two.h\nindex 3333333..4444444 100644\n--- a/lib/two.h\n+++ b/lib/two.h\n"
    "@@ -5 +5 @@\n-#define ALPHA\n+#define GAMMA\n\\ No newline at end of file\n-- \n2.30\n";

bool holds(const std::string& text) {
    static tokens::Analyzer analyzer;
    const auto parsed = query::parse(text, {});
    REQUIRE_MESSAGE(parsed, text);
    const auto plan = query::make_plan(parsed->root, analyzer);
    REQUIRE_MESSAGE(plan, text);
    REQUIRE(plan->kind == query::Plan::Kind::unit);
    const store::Record record;
    const store::Text stored{"", kBody, ""};
    return verify::holds(*plan->proof, {[&]() -> const store::Record& { return record; },
                                        [&] {
                                            return store::TextView{stored.headers, stored.body, stored.raw};
                                        }});
}

}  // namespace

TEST_CASE("everything in a bracket holds of one hunk or one file") {
    struct Case {
        const char* name;
        const char* query;
        bool found;
    };
    for (const Case& c : {
             Case{"both in one hunk", "hunk:(removed:old_name added:new_name)", true},
             Case{"in two hunks", "hunk:(removed:old_name added:delta)", false},
             Case{"of one file", "in:(removed:old_name added:delta)", true},
             Case{"of two files", "in:(added:delta added:GAMMA)", false},
             Case{"the log is no hunk", "hunk:(says)", false},
             Case{"any line of the hunk", "hunk:(alpha after)", true},
             Case{"part of an identifier", "hunk:(added:name removed:old)", true},
             Case{"beginning of a word", "hunk:(eps* gamma)", true},
             Case{"phrase", "hunk:(added:\"alpha beta\")", true},
             Case{"phrase of two areas", "hunk:(\"before old_name\")", false},
             Case{"near", "hunk:(added:new_name NEAR/2 added:beta)", true},
             Case{"too far", "hunk:(added:new_name NEAR/1 added:beta)", false},
             Case{"in the other order", "hunk:(added:beta ADJ/5 added:alpha)", false},
             Case{"signs", "hunk:(added:delta->epsilon)", true},
             Case{"signs that are not there", "hunk:(added:delta.epsilon)", false},
             Case{"not", "hunk:(alpha -old_name)", true},
             Case{"not anywhere in it", "hunk:(removed:old_name -added:new_name)", false},
             Case{"or", "hunk:(func:second_func (zeta OR gamma))", true},
             Case{"both is not one", "hunk:(old_name XOR new_name)", false},
             Case{"one of two", "in:(gamma XOR zeta)", true},
             Case{"function of the hunk", "hunk:(func:first_func alpha)", true},
             Case{"of another hunk", "hunk:(func:second_func alpha)", false},
             Case{"path", "in:(file:lib/two.h added:gamma)", true},
             Case{"path of another file", "in:(file:one.c added:GAMMA)", false},
             Case{"hunk of a file", "hunk:(file:one.c removed:alpha)", true},
             Case{"what becomes of a file", "in:(op:create added:three)", true},
             Case{"what becomes of another file", "in:(op:create added:gamma)", false},
             Case{"what becomes of none", "in:(op:delete)", false},
             Case{"a file that is not new", "in:(gamma -op:create)", true},
             Case{"a hunk of a new file", "hunk:(op:create three)", true},
             Case{"hunk in a file", "in:(file:one.c hunk:(gamma delta))", true},
             Case{"two hunks in a file", "in:(hunk:(old_name) hunk:(gamma))", true},
             Case{"not one hunk in a file", "in:(hunk:(old_name gamma))", false},
             Case{"literal with signs", "hunk:(lit:\"-#define ALPHA\n+#define\")", true},
             Case{"literal in a line", "hunk:(added:lit:\"lta->ep\" context:lit:\"e ga\")", true},
             Case{"expression over lines", "hunk:(re:/^-.*alpha.*\\n\\+.*alpha/)", true},
             Case{"expression of a path", "in:(file:re:/\\.h$/ gamma)", true},
             Case{"header lines are of the file", "in:(lit:\"index 3333333..\")", true},
             Case{"and of no hunk", "hunk:(lit:\"index 3333333..\")", false},
             Case{"remark behind the last line", "hunk:(lit:\"No newline\" gamma)", true},
             Case{"all", "hunk:(*)", true},
         }) {
        CAPTURE(c.name);
        CHECK(holds(c.query) == c.found);
    }
}
