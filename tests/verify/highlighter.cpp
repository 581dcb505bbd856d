// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/highlighter.hpp"

#include <doctest/doctest.h>

#include <string>

#include "highlight_terms.hpp"

using namespace patchseek;

namespace {

/// The text with [] around what is marked.
std::string shown(const std::string& text, const std::vector<reader::Mark>& marks) {
    std::string out;
    std::size_t at = 0;
    for (const reader::Mark& mark : marks) {
        REQUIRE(mark.begin >= at);
        REQUIRE(mark.end <= text.size());
        out += text.substr(at, mark.begin - at) + '[' + text.substr(mark.begin, mark.end - mark.begin) + ']';
        at = mark.end;
    }
    return out + text.substr(at);
}

/// Each with its letter before it and a bar behind it.
std::string shown(const std::vector<reader::Snippet>& snippets) {
    std::string out;
    for (const reader::Snippet& snippet : snippets) out += snippet.kind + shown(snippet.text, snippet.marks) + '|';
    return out;
}

std::string marked(const std::string& query, const std::string& text) {
    tokens::Analyzer analyzer;
    return shown(text, verify::Highlighter(highlight_terms(query, analyzer), analyzer).marks(text));
}

}  // namespace

TEST_CASE("words asked for are marked") {
    struct Case {
        const char* name;
        const char* query;
        std::string text, expected;
    };
    for (const Case& c : {
             Case{"word", "page", "a Page of pages", "a [Page] of [pages]"},
             Case{"phrase of one word has no stems", "\"page\"", "a Page of pages", "a [Page] of pages"},
             Case{"prefix", "pag*", "page paging apage", "[page] [paging] apage"},
             Case{"part of an identifier marks the whole", "vcpu", "kvm_vcpu_run(vcpuRun)",
                  "[kvm_vcpu_run]([vcpuRun])"},
             Case{"accents", "cout", "Coût du coût", "[Coût] du [coût]"},
             Case{"what must not match is not", "page -fault", "page fault", "[page] fault"},
             Case{"fields do not matter", "subject:page", "page", "[page]"},
             Case{"no words, no marks", "file:mm/ is:patch", "mm patch", "mm patch"},
             Case{"a stem of few letters of its word", "die sky", "dying skies", "[dying] [skies]"},
             Case{"the end of a word, and a part of one", "ring", "uring keyRing ring_a Ring",
                  "uring [keyRing] [ring_a] [Ring]"},
             Case{"nothing", "page", "", ""},
         }) {
        CAPTURE(c.name);
        CHECK(marked(c.query, c.text) == c.expected);
    }
}

TEST_CASE("lines that show best why it matched, in their order") {
    const std::string body =
        "Intro.\n\nThe page fault path is slow.\nNo match.\n> page\n\ndiff --git a/page.c b/page.c\n--- a/page.c\n+++ "
        "b/page.c\n"
        "@@ -1,3 +1,3 @@ int page(void)\n page_context;\n-page_removed;\n+page fault;\n x;\n";
    struct Case {
        const char* query;
        std::size_t limit;
        std::string expected;
    };
    for (const Case& c : {
             Case{"page fault", 2, "LThe [page] [fault] path is slow.|++[page] [fault];|"},
             Case{"page", 3, "LThe [page] fault path is slow.|@@@ -1,3 +1,3 @@ int [page](void)|++[page] fault;|"},
             Case{"page -context", 4,
                  "LThe [page] fault path is slow.|@@@ -1,3 +1,3 @@ int [page](void)|--[page_removed];|++[page] "
                  "fault;|"},
             Case{"fault", 9, "LThe page [fault] path is slow.|++page [fault];|"},
             Case{"nosuchword", 3, ""},
             Case{"is:patch", 3, ""},
             Case{"page", 0, ""},
         }) {
        CAPTURE(c.query);
        tokens::Analyzer analyzer;
        verify::Highlighter highlighter(highlight_terms(c.query, analyzer), analyzer);
        CHECK(shown(highlighter.snippets(body, c.limit)) == c.expected);
    }
}

TEST_CASE("a very long body is read as far as it does not show what it might") {
    std::string body = "leak 1\nleak 2\nleak 3\n";
    for (int i = 0; i < 5000; ++i) body += ".\n";
    body += "page leak\n";
    struct Case {
        const char* query;
        std::size_t limit;
        std::string expected;
    };
    for (const Case& c : {
             Case{"leak", 3, "L[leak] 1|L[leak] 2|L[leak] 3|"},
             Case{"leak", 4, "L[leak] 1|L[leak] 2|L[leak] 3|Lpage [leak]|"},
             Case{"page leak", 3, "L[leak] 1|L[leak] 2|L[page] [leak]|"},
             Case{"subject:page leak", 3, "L[leak] 1|L[leak] 2|L[leak] 3|"},
             Case{"log:page leak", 3, "L[leak] 1|L[leak] 2|L[page] [leak]|"},
             Case{"added:page leak", 3, "L[leak] 1|L[leak] 2|L[page] [leak]|"},
         }) {
        CAPTURE(c.query);
        CAPTURE(c.limit);
        tokens::Analyzer analyzer;
        verify::Highlighter highlighter(highlight_terms(c.query, analyzer), analyzer);
        CHECK(shown(highlighter.snippets(body, c.limit)) == c.expected);
    }
}

TEST_CASE("of hundreds of parts each is found") {
    tokens::Analyzer analyzer;
    std::string query = "w0", body;
    for (int i = 1; i < 300; ++i) query += " OR w" + std::to_string(i);
    for (int i = 0; i < 300; ++i) body += "a w" + std::to_string(i) + " b\n";
    verify::Highlighter highlighter(highlight_terms(query, analyzer), analyzer);
    CHECK(highlighter.found(body, 0).size() == 300);
    CHECK(highlighter.snippets(body, 3).size() == 6);
    CHECK(highlighter.snippets("none\na w299 b\n", 3).size() == 1);
}

TEST_CASE("each part of a query has a line of what it was asked of, the rarest first") {
    const std::string body =
        "The lock is slow.\nThe lock is old.\nThe lock is big.\nA page is lost.\n\ndiff --git a/p.c b/p.c\n--- a/p.c\n"
        "+++ b/p.c\n@@ -1,2 +1,3 @@\n lock(page);\n+lock_page(x);\n+rare(page);\n y;\n";
    struct Case {
        const char* query;
        std::vector<std::uint64_t> frequencies;
        std::size_t limit;
        std::string expected;
    };
    for (const Case& c : {
             Case{"lock page", {9, 2}, 1, "= [lock]([page]);|"},
             Case{"log:lock log:lost", {9, 2}, 1, "LThe [lock] is slow.|LA page is [lost].|"},
             Case{"log:lock log:lost", {9, 2}, 3, "LThe [lock] is slow.|LThe [lock] is old.|LA page is [lost].|"},
             Case{"log:lock added:rare", {9, 2}, 2, "LThe [lock] is slow.|++[rare](page);|"},
             Case{"added:page", {9}, 1, "++[lock_page](x);|"},
             Case{"re:/r.re/ lock", {0, 5}, 1, "LThe [lock] is slow.|++[rare](page);|"},
         }) {
        CAPTURE(c.query);
        tokens::Analyzer analyzer;
        auto terms = highlight_terms(c.query, analyzer);
        REQUIRE(terms.wanted.size() == c.frequencies.size());
        for (std::size_t i = 0; i < c.frequencies.size(); ++i) terms.wanted[i].frequency = c.frequencies[i];
        CHECK(shown(verify::Highlighter(terms, analyzer).snippets(body, c.limit)) == c.expected);
    }
}

TEST_CASE("all lines that are found, with their places") {
    const std::string body =
        "A page.\n\ndiff --git a/p.c b/p.c\n--- a/p.c\n+++ b/p.c\n@@ -10,3 +20,3 @@ f\n one();\n-page(1);\n+page(2);\n"
        " two();\ndiff --git a/q.c b/q.c\n--- a/q.c\n+++ b/q.c\n@@ -1 +1,2 @@\n x;\n+page(3);\n";
    struct Case {
        const char* query;
        std::size_t around;
        std::string expected;
    };
    for (const Case& c : {
             Case{"page", 0, ":1:A [page].|p.c:11:-[page](1);|p.c:21:+[page](2);|q.c:2:+[page](3);|"},
             Case{"added:page", 0, "p.c:21:+[page](2);|q.c:2:+[page](3);|"},
             Case{"added:page file:q.c", 0, "q.c:2:+[page](3);|"},
             Case{"added:page file:gone.c", 0, "p.c:21:+[page](2);|q.c:2:+[page](3);|"},
             Case{"file:p.c", 0, "p.c:20:@@ -10,3 +20,3 @@ f|"},
             Case{"removed:page", 1, "~p.c:20: one();|p.c:11:-[page](1);|~p.c:21:+page(2);|"},
             Case{"subject:page", 0, ""},
         }) {
        CAPTURE(c.query);
        tokens::Analyzer analyzer;
        std::string out;
        for (const reader::FoundLine& line :
             verify::Highlighter(highlight_terms(c.query, analyzer), analyzer).found(body, c.around))
            out += (line.beside ? "~" : "") + line.path + ':' + std::to_string(line.number) + ':' +
                   shown(line.text, line.marks) + '|';
        CHECK(out == c.expected);
    }
}

TEST_CASE("a line of a megabyte gives a short snippet") {
    tokens::Analyzer analyzer;
    const auto snippets = verify::Highlighter(highlight_terms("page", analyzer), analyzer)
                              .snippets("page " + std::string(1 << 20, 'x') + "\n", 3);
    REQUIRE(snippets.size() == 1);
    CHECK(snippets[0].text.size() <= 4096);
}
