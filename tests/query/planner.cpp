// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/planner.hpp"

#include <doctest/doctest.h>

#include <string>

#include "query/parser.hpp"

using namespace patchseek;

namespace {

constexpr std::int64_t kNow = 1603705868;  // Monday 2020-10-26T09:51:08Z

Result<query::Plan> plan_of(std::string_view query, tokens::Analyzer& analyzer) {
    const auto parsed = query::parse(query, {.now = kNow});
    if (!parsed) return parsed.error();
    return query::make_plan(parsed->root, analyzer);
}

/// The plan, with ` bare` for the areas of a word without a field.
std::string planned(std::string_view query) {
    static const std::string kBare =
        " in subject*5 author log notes*0.7 path*2 func*0.7 added*0.8 removed*0.7 context*0.3 trailer*0.3 quoted*0";
    tokens::Analyzer analyzer;
    const auto plan = plan_of(query, analyzer);
    if (!plan) {
        CHECK(plan.error().kind == ErrorKind::usage);
        return std::to_string(plan.error().offset) + ": " + plan.error().message;
    }
    std::string out = query::print(*plan);
    for (auto at = out.find(kBare); at != out.npos; at = out.find(kBare)) out.replace(at, kBare.size(), " bare");
    return out;
}

struct Case {
    const char* name;
    const char* query;
    const char* expected;
};

void check(std::initializer_list<Case> cases) {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        CHECK(planned(c.query) == c.expected);
    }
}

}  // namespace

TEST_CASE("words and where they are looked for") {
    check({
        {"bare word", "mmap", "words[mmap] bare +stems"},
        {"a word whose stem differs", "running", "words[running] bare +stems"},
        {"capitals are folded", "KVM", "words[kvm] bare +stems"},
        {"accents are folded", "Ståhlberg", "words[stahlberg] bare +stems"},
        {"identifier", "kvm_vcpu_ioctl", "words[kvm_vcpu_ioctl] bare +stems"},
        {"phrase", R"("page fault")", "words[page fault]/2 bare"},
        {"phrase of one word has no stems", R"("running")", "words[running] bare"},
        {"prefix", "vcpu*", "prefix[vcpu] bare"},
        {"subject", "subject:running", "words[running] in subject*5 +stems"},
        {"alias", "s:running", "words[running] in subject*5 +stems"},
        {"from is not prose", "from:running", "words[running] in from"},
        {"author", "author:ada", "words[ada] in author"},
        {"tc is two areas", "tc:ada", "words[ada] in to cc"},
        {"a is three", "a:ada", "words[ada] in from to cc"},
        {"body takes no subject", "body:mmap",
         "words[mmap] in log notes path*2 func added removed context trailer quoted +stems"},
        {"bs", "bs:mmap", "words[mmap] in subject*5 log notes path*2 func added removed context trailer quoted +stems"},
        {"nq has no quotes", "nq:mmap", "words[mmap] in log notes path*2 func added removed context trailer +stems"},
        {"quoted weighs when asked for", "quoted:mmap", "words[mmap] in quoted +stems"},
        {"changed", "changed:kfree", "words[kfree] in added removed"},
        {"prefix in a field", "added:kfre*", "prefix[kfre] in added"},
        {"phrase in a field", R"(removed:"if not")", "words[if not]/2 in removed"},
    });
}

TEST_CASE("signs are proven by the text") {
    check({
        {"signs are proven", "foo->bar", "words[foo bar]/2 bare signs[foo->bar] proven['foo->bar']"},
        {"sign before a word", "#define", "words[define] bare signs[#define] proven['#define']"},
        {"signs after it", "C++", "words[c] bare signs[c++] proven['c++']"},
        {"call", "kmalloc(size)", "words[kmalloc size]/2 bare signs[kmalloc(size] proven['kmalloc(size)']"},
        {"path as text", "mm/reclaim.c", "words[mm reclaim c]/3 bare signs[reclaim.c] proven['mm/reclaim.c']"},
        {"message of errno", "return -EINVAL", "(and words[return] bare +stems words[einval] bare proven['-einval'])"},
        {"number with a sign", "-1", "words[1] bare proven['-1']"},
        {"proof in a field", "added:a[i]", "words[a i]/2 in added signs[a[i] proven['a[i]']"},
        {"proof in an address", "to:ada@example.org",
         "words[ada example org]/3 in to signs[example.org] proven['ada@example.org']"},
        {"attachments are not stored as text", "attachment:a-b.png", "words[a b png]/3 in attachment"},
        {"phrase with a sign", R"("foo->bar")", "words[foo bar]/2 bare signs[foo->bar] proven['foo->bar']"},
        {"phrase of words has no proof", R"("foo  bar")", "words[foo bar]/2 bare"},
    });
}

TEST_CASE("words near each other and in trailers") {
    check({
        {"Han letters are words", "回収", "words[回 収]/2 bare"},
        {"NEAR", "a NEAR/3 b", "words[a b]~4 bare"},
        {"ADJ", "a ADJ/1 b", "words[a b]/2 bare"},
        {"NEAR of three", "a NEAR/2 b NEAR/2 c", "words[a b c]~4 bare"},
        {"NEAR in a field", "log:a NEAR log:b", "words[a b]~11 in log"},
        {"trailer", "reviewed:ada", "words[ada] in reviewed"},
        {"address in a trailer", "signed:ada@example.org",
         "words[ada example org]/3 in signed signs[example.org] proven['ada@example.org']"},
        {"trailer by name", "trailer:Nacked-by:ada", "words[ada] in trailer"},
        {"trailer there at all", "trailer:nacked-by", "terms[XHAS:trailer:nacked-by]"},
        {"any trailer", "trailer:*", "terms[XHAS:trailer]"},
        {"known trailer there at all", "fixes:*", "terms[XHAS:trailer:fixes]"},
        {"commit in a trailer", "fixes:1a2b3c4d5e6f", "abbreviation[1a2b3c4d5e6f] in fixes"},
        {"six digits are a word", "fixes:1a2b3c", "words[1a2b3c] in fixes"},
        {"link", R"(link:"example.org")", "words[example org]/2 in link signs[example.org] proven['example.org']"},
    });
}

TEST_CASE("exact values") {
    check({
        {"id keeps its case", "id:<A.b@Example.org>", "terms[QA.b@Example.org]"},
        {"refs", "references:A@b", "terms[XREF:A@b]"},
        {"list is folded", "l:One.Example.Org", "terms[XLIST:one.example.org]"},
        {"beginning of an id", "id:20260203-X*", "head[20260203-X] in id*0"},
        {"an id with stars", "id:*0203-*@x", "head[] glob[*0203-*@x] in id*0"},
        {"a piece of an id", R"(id:lit:"0203-X")", R"(head[] matching[lit:"0203-X"] in id*0)"},
        {"an id of one sign and a star", "id:a*", "terms[Qa*]"},
        {"patchwork id", "pwid:123", "terms[XPW:123]"},
        {"is", "is:Patch", "terms[XIS:patch]"},
        {"op", "op:rename", "terms[XOP:rename]"},
        {"tag", "tag:net-next", "terms[XTAG:net-next]"},
        {"blob", "blob:1A2B3C4", "abbreviation[1a2b3c4] in blob*0"},
        {"blob of full length", "dfpre:48dd9640d3e0264224b92801f38b9dca00b004b6",
         "abbreviation[48dd9640d3e0264224b92801f38b9dca00b004b6] in blob*0"},
        {"change-id", "change-id:20260203-X-3f9a1c5be207", "terms[XCID:20260203-x-3f9a1c5be207]"},
        {"base", "base:1A2B3C4", "abbreviation[1a2b3c4] in base*0"},
        {"base by a tag", "base:v6.1-rc1", "terms[XBASE:v6.1-rc1]"},
        {"prerequisite", "prereq:1a2b3c4", "abbreviation[1a2b3c4] in prereq*0"},
        {"mention of a commit", "mentions:1a2b3c4", "abbreviation[1a2b3c4] in mentions*0"},
        {"mention of a bug", "mentions:CVE-2021-1234", "terms[XMEN:cve-2021-1234]"},
        {"short mention is a whole value", "mentions:1234", "terms[XMEN:1234]"},
    });
}

TEST_CASE("paths") {
    check({
        {"path", "file:kvm/svm.c", "path[kvm/ svm.c]"},
        {"path at the top", "file:/kernel/fork.c", "path[/ kernel/ fork.c]"},
        {"folder", "file:drivers/net/", "path[drivers/ net/]"},
        {"folder at the top", "dfn:/mm/", "path[/ mm/]"},
        {"file at the top", "path:/Makefile", "path[/ Makefile] exact"},
        {"ending", "file:*.c", "path[*.c]"},
        {"ending in a folder", "file:net/*.c", "path[net/ *.c]"},
        {"glob", "file:/drivers/**/*_main.c", "path[/ drivers/ **/ *_main.c]"},
        {"any file", "file:**", "path[]"},
        {"below", "file:/mm/**", "path[/ mm/]"},
        {"capitals count", "file:Documentation/", "path[Documentation/] exact"},
        {"has a file", "file:*", "terms[XHAS:file]"},
    });
}

TEST_CASE("ranges") {
    check({
        {"one number", "v:2", "range[slot 6: 2..2]"},
        {"open to the right", "v:2..", "range[slot 6: 2..]"},
        {"open to the left", "part:..3", "range[slot 7: ..3]"},
        {"both", "files:2..5", "range[slot 3: 2..5]"},
        {"any", "total:..", "terms[XHAS:total]"},
        {"units", "size:10k..1M", "range[slot 2: 10240..1048576]"},
        {"a day", "date:2020-10-26", "range[slot 0: 1603670400..1603756799]"},
        {"a month", "d:2020-10", "range[slot 0: 1601510400..1604188799]"},
        {"year and open", "date:2020..", "range[slot 0: 1577836800..]"},
        {"since", "since:2020-10-26", "range[slot 0: 1603670400..]"},
        {"before", "before:2020-10-26", "range[slot 0: ..1603670399]"},
        {"has a date", "date:*", "terms[XHAS:date]"},
        {"since anything", "since:*", "terms[XHAS:date]"},
        {"received", "rt:2020-10-26", "range[slot 10: 1603670400..1603756799]"},
        {"has it", "received:*", "terms[XHAS:received]"},
    });
}

TEST_CASE("operators") {
    check({
        {"everything", "*", "all"},
        {"not", "NOT mmap", "(not words[mmap] bare +stems)"},
        {"and not", "mmap -kvm", "(and words[mmap] bare +stems (not words[kvm] bare +stems))"},
        {"what is said twice", "mmap file:mm/ mmap (kvm OR kvm)",
         "(and words[mmap] bare +stems path[mm/] words[kvm] bare +stems)"},
        {"or", "mmap OR kvm", "(or words[mmap] bare +stems words[kvm] bare +stems)"},
        {"xor", "a XOR b XOR c", "(xor words[a] bare +stems words[b] bare +stems words[c] bare +stems)"},
        {"nested", "(a OR b) -(c d)",
         "(and (or words[a] bare +stems words[b] bare +stems) (not (and words[c] bare +stems words[d] bare +stems)))"},
        {"field group", "subject:(a OR -b)", "(or words[a] in subject*5 +stems (not words[b] in subject*5 +stems))"},
        {"and of fields", "file:mm/ added:kfree is:patch", "(and path[mm/] words[kfree] in added terms[XIS:patch])"},
    });
}

TEST_CASE("what no index could answer is an error with its place") {
    check({
        {"a prefix of two words", "foo->ba*", "0: '*' ends a single word; 'foo->ba' has several"},
        {"NEAR of a prefix", "a log:b* NEAR log:c", "2: NEAR and ADJ take single words; 'b*' is none"},
        {"ADJ of a prefix", "a ADJ/2 bc*", "8: NEAR and ADJ take single words; 'bc*' is none"},
        {"a blob of six digits", "a blob:123456", "7: '123456' is no object id: it takes 7 hex digits or more"},
        {"a blob that is no number", "blob:zzzzzzz", "5: 'zzzzzzz' is no object id: it takes 7 hex digits or more"},
    });
}

TEST_CASE("what depends on other messages") {
    check({
        {"state", "is:latest", "state[latest]"},
        {"state in capitals", "is:Unreviewed", "state[unreviewed]"},
        {"state of the message itself", "is:patch", "terms[XIS:patch]"},
        {"replies", "replies:2..", "replies[2..]"},
        {"one reply", "replies:1", "replies[1..1]"},
        {"any reply", "replies:*", "replies[1..]"},
        {"thread", "thread:<A@b>", "(thread of terms[QA@b])"},
        {"any series", "series:*", "series[any]"},
        {"braces", "versions:{file:a.c is:patch}", "(versions of (and path[a.c] terms[XIS:patch]))"},
        {"within", "in:(is:latest)",
         "4: 'is:' is of the whole message, not of one file's diff; there are added, removed, changed, context, func, "
         "file, op, lit and re"},
    });
}

TEST_CASE("what is highlighted is what must or may match") {
    tokens::Analyzer analyzer;
    struct Case {
        const char* query;
        std::vector<std::string> words, prefixes, stems;
        bool ranks;
    };
    for (const Case& c : {
             Case{"running -walking", {"running"}, {}, {"run"}, true},
             Case{"(Foo OR bar*) NOT baz", {"foo"}, {"bar"}, {"foo"}, true},
             Case{"\"page fault\"", {"page", "fault"}, {}, {}, true},
             Case{"a->b", {"a", "b"}, {}, {}, true},
             Case{"file:mm/ is:patch v:2 date:2020", {}, {}, {}, false},
             Case{"NOT mmap", {}, {}, {}, false},
             Case{"*", {}, {}, {}, false},
             Case{"thread:{kvm}", {"kvm"}, {}, {"kvm"}, false},
             Case{"thread:{kvm} mmap", {"kvm", "mmap"}, {}, {"kvm", "mmap"}, true},
         }) {
        CAPTURE(c.query);
        const auto plan = plan_of(c.query, analyzer);
        REQUIRE(plan);
        const auto terms = query::highlight_terms(*plan, analyzer);
        CHECK(terms.words == c.words);
        CHECK(terms.prefixes == c.prefixes);
        CHECK(terms.stems == c.stems);
        CHECK(terms.ranks == c.ranks);
    }
}
