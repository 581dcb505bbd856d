// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <string>

#include "query/parser.hpp"
#include "query/planner.hpp"

// What a query means, said by another query: short forms beside long ones, rules of binding beside brackets. What both
// are planned as must be the same. The pairs are written by hand from what users are told (--help-query and README), so
// a change of meaning fails here, whereas a change of how plans look does not.

using namespace patchseek;

namespace {

constexpr std::int64_t kNow = 1603705868;  // Monday 2020-10-26T09:51:08Z

std::string planned(const std::string& text, bool any = false) {
    const auto parsed = query::parse(text, {.any = any, .now = kNow});
    REQUIRE_MESSAGE(parsed, text << ": " << (parsed ? "" : parsed.error().message));
    tokens::Analyzer analyzer;
    const auto plan = query::make_plan(parsed->root, analyzer);
    REQUIRE_MESSAGE(plan, text << ": " << (plan ? "" : plan.error().message));
    return query::print(*plan);
}

struct Pair {
    std::string query;
    std::string other;
};

}  // namespace

TEST_CASE("short forms mean what they stand for") {
    for (const Pair& c : {
             // Words: case and accents do not count, marks of a sentence are no part of them.
             Pair{"STÅHLBERG straße ﬁle", "stahlberg strasse file"},
             Pair{"foo, bar. baz; what?", "foo bar baz what"},
             Pair{"\"Page   Fault\"", "\"page fault\""},
             Pair{"0x1f & mask", "0x1f mask"},
             Pair{"page NEAR fault", "page NEAR/10 fault"},
             Pair{"page ADJ fault", "page ADJ/10 fault"},
             // NEAR and ADJ bind tightest, then NOT, AND, XOR, OR.
             Pair{"a b", "a AND b"},
             Pair{"a OR b c", "a OR (b AND c)"},
             Pair{"a b OR c XOR d", "(a AND b) OR (c XOR d)"},
             Pair{"a OR NOT b AND c", "a OR ((NOT b) AND c)"},
             Pair{"a XOR b XOR c", "(a XOR b) XOR c"},
             Pair{"NOT a NEAR b", "NOT (a NEAR b)"},
             Pair{"a -b", "a AND NOT b"},
             Pair{"a -\"b c\"", "a AND (NOT \"b c\")"},
             Pair{"a -(b OR c)", "a AND NOT (b OR c)"},
             Pair{"NOT(a b)", "NOT (a AND b)"},
             Pair{"+a b", "a b"},
             Pair{"((a))", "a"},
             // A field before a bracket is that of all in it.
             Pair{"subject:(page fault)", "subject:page subject:fault"},
             Pair{"subject:(a OR -b)", "subject:a OR NOT subject:b"},
             Pair{"is:(patch OR cover)", "is:patch OR is:cover"},
             Pair{"file:(mm/ OR fs/)", "file:mm/ OR file:fs/"},
             // public-inbox's names.
             Pair{"s:x f:x t:x c:x", "subject:x from:x to:x cc:x"},
             Pair{"a:x tcf:x", "tcf:x a:x"},
             Pair{"b:x q:x n:x", "body:x quoted:x attachment:x"},
             Pair{"dfb:x dfa:x dfctx:x dfhh:x", "added:x removed:x context:x func:x"},
             Pair{"dfn:x path:y", "file:x file:y"},
             Pair{"dfpre:1a2b3c4 dfpost:1a2b3c4", "blob:1a2b3c4 dfblob:1a2b3c4"},
             Pair{"m:A@b mid:A@b", "id:A@b id:<A@b>"},
             Pair{"l:x lid:x references:x", "list:x list:x refs:x"},
             Pair{"d:2020 dt:2020 rt:2020 z:1", "date:2020 date:2020 received:2020 size:1"},
             Pair{"SUBJECT:x", "subject:x"},
             // Trailers.
             Pair{"trailer:Nacked-By:ada", "trailer:nacked-by:ada"},
             // Values are folded where case means nothing.
             Pair{"is:Patch l:One.Example.Org", "is:patch list:one.example.org"},
             Pair{"blob:1A2B3C4", "blob:1a2b3c4"},
             // A path in small letters, as typed or in quotes.
             Pair{"file:\"kvm/svm.c\"", "file:kvm/svm.c"},
             // Numbers and dates: 1024s, a unit is all of it, ends are included.
             Pair{"size:10k..1M", "size:10240..1048576"},
             Pair{"v:2", "v:2..2"},
             Pair{"total:..", "total:*"},
             Pair{"date:2020", "date:2020-01-01..2020-12-31"},
             Pair{"date:2020-02", "date:2020-02-01..2020-02-29"},
             Pair{"date:2020-10-26", "date:2020-10-26T00:00:00..2020-10-26T23:59:59"},
             Pair{"date:26.oct.2020", "date:2020-10-26"},
             Pair{"date:monday", "date:2020-10-19"},  // on a Monday the one before, as git has it
             Pair{"date:..yesterday", "date:..2020-10-25"},
             Pair{"date:last.month", "date:2020-09"},
             Pair{"since:2020-10-26", "date:2020-10-26.."},
             Pair{"before:2020-10-26", "date:..2020-10-25"},
             Pair{"date:@1603705868", "date:2020-10-26T09:51:08"},
             // Literals and expressions.
             Pair{"lit:x->y", "lit:\"x->y\""},
             Pair{"lit:f(x) OR b", "(lit:\"f(x)\" OR b)"},
             Pair{"LIT:x", "lit:x"},
             Pair{"hunk:(b c)", "hunk:(b AND c)"},
             Pair{"thread:{a b}", "thread:{a AND b}"},
             Pair{"series:<a@b>", "series:a@b"},
         }) {
        CAPTURE(c.query);
        CHECK(planned(c.query) == planned(c.other));
    }
}

TEST_CASE("--any asks for some of what stands side by side") {
    for (const Pair& c : {
             Pair{"the delay is long", "the OR delay OR is OR long"},
             Pair{"+brook", "brook"},
             Pair{"brook delay -is:reply", "(brook OR delay) AND NOT is:reply"},
             Pair{"brook AND delay moderation", "(brook AND delay) OR moderation"},
             Pair{"-a -b", "(NOT a) AND (NOT b)"},
             Pair{"+a +b", "a AND b"},
         }) {
        CAPTURE(c.query);
        CHECK(planned(c.query, true) == planned(c.other));
    }
}

TEST_CASE("what looks alike and means something else") {
    for (const Pair& c : {
             Pair{"running", "\"running\""},             // a phrase is not stemmed
             Pair{"page NEAR fault", "page ADJ fault"},  // in any order, in this one
             Pair{"subject:page fault", "subject:(page fault)"},
             Pair{"a OR b", "a or b"},  // operators in capitals only
             Pair{"return -EINVAL", "return NOT EINVAL"},
             Pair{"foo->bar", "foo bar"},      // proven as written
             Pair{"file:net", "file:net/"},    // a file's name, a folder
             Pair{"file:net/", "file:/net/"},  // anywhere, at the top
             Pair{"file:makefile", "file:Makefile"},
             Pair{"file:*.c", "file:**.c"},
             Pair{"id:A@b", "id:a@b"},  // the case of ids counts
             Pair{"lit:\"x\"", "lit:\"x\"i"},
             Pair{"lit:\"a.c\"", "re:/a.c/"},
             Pair{"hunk:(added:a removed:b)", "in:(added:a removed:b)"},
             Pair{"added:a removed:b", "hunk:(added:a removed:b)"},
             Pair{"thread:{a} thread:{b}", "thread:{a b}"},
             Pair{"series:{a}", "versions:{a}"},
             Pair{"date:..2020-10-26", "before:2020-10-26"},
             Pair{"a NEAR/3 b", "a NEAR/4 b"},
         }) {
        CAPTURE(c.query);
        CHECK(planned(c.query) != planned(c.other));
    }
}
