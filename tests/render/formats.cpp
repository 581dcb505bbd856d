// SPDX-License-Identifier: GPL-2.0-or-later
#include <string>

#include "capture.hpp"
#include "render/json.hpp"

using namespace patchseek;
using reader::Hit;
using reader::Page;
using render::Format;
using render::Style;

namespace {

std::string text(const Hit& hit, const Style& style = {}) { return rendered({{hit}, 1, true}, Format::text, style); }

Hit bare() {
    Hit hit;
    hit.record.id = "2@x.example";
    return hit;
}

}  // namespace

TEST_CASE("formats have the names of the contract") {
    for (const char* name : {"text", "oneline", "jsonl", "json", "ids", "files", "mboxrd", "raw", "hits"})
        CHECK(render::find_format(name));
    for (const char* name : {"", "Text", "mbox", "tex"}) CHECK_FALSE(render::find_format(name));
    CHECK(render::find_format("ids") == Format::ids);
    CHECK(render::format_names() == "text, oneline, jsonl, json, ids, files, mboxrd, raw, hits");
}

TEST_CASE("json: one array, also of nothing") {
    CHECK(rendered({{}, 0, true}, Format::json) == "[]\n");
    const auto two = rendered({{bare(), bare()}, 2, true}, Format::json);
    CHECK(two.starts_with("[{\"schema\":1,"));
    CHECK(two.find("},\n {\"schema\":1,") != std::string::npos);
    CHECK(two.ends_with("}]\n"));
}

TEST_CASE("mboxrd: lines that would begin a mail are quoted") {
    auto hit = bare();
    hit.text.raw = "Subject: x\n\nFrom here\n>From there\n> From\nFromage";
    CHECK(rendered({{hit}, 1, true}, Format::mboxrd) ==
          "From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From here\n>>From there\n> From\nFromage\n\n");
}

TEST_CASE("a line of --batch says what a query found, or why not") {
    CHECK(render::batch_answer("a \"b\"", {{}, 0, true}, false) == R"({"query":"a \"b\"","matches":0,"hits":[]})");
    CHECK(render::batch_answer("a", {{}, 7, false}, true) ==
          R"({"query":"a","matches":7,"exact":false,"complete":false,"hits":[]})");
    CHECK(render::batch_answer("a", {{bare()}, 1, true}, false).find(R"("hits":[{"schema":1,"id":"2@x.example")") !=
          std::string::npos);
    CHECK(render::batch_error("(a", {ErrorKind::usage, "unclosed '('", 0}) ==
          R"({"query":"(a","error":"unclosed '('","offset":0})");
    CHECK(render::batch_error("a", {ErrorKind::busy, "no"}) == R"({"query":"a","error":"no"})");
}

TEST_CASE("text: a block per hit, a blank line between") {
    CHECK(rendered({{sample_hit(), bare()}, 2, true}, Format::text) ==
          "[PATCH v3 2/7] mm: foo bar\n"
          "    Jane Doe  2020-10-26  patch  4 files +18 -7  <1@x.example>\n"
          "    arch/x86/kvm/svm.c | fs/old.c => fs/new.c | tail.c and 1 more\n"
          "  +         if (foo)\n"
          "    Prose of foo.\n"
          "    why: Sfoo 1.5\n"
          "\n"
          "(no subject)\n"
          "    no date  <2@x.example>\n");
    CHECK(rendered({}, Format::text) == "");
}

TEST_CASE("text: what replies give, each once, and not what the patch says itself") {
    Hit hit = bare();
    hit.record.trailers = {{"Acked-by", "Bo <bo@x>"}};
    hit.relations.credited = {{{"Reviewed-by", "Cy <cy@x>"}, "r@x"},
                              {{"Acked-by", "Bo <bo@x>"}, "r@x"},
                              {{"Reviewed-by", "Cy <cy@x>"}, "s@x"}};
    CHECK(rendered({{hit}, 1, true}, Format::text).ends_with("    in replies: Reviewed-by Cy\n"));
    for (int i = 0; i < 7; ++i)
        hit.relations.credited.push_back({{"Tested-by", std::string(1, static_cast<char>('a' + i))}, "t@x"});
    CHECK(rendered({{hit}, 1, true}, Format::text)
              .ends_with("    in replies: Reviewed-by Cy, Tested-by a, Tested-by b, Tested-by c, Tested-by d, "
                         "Tested-by e and 2 more\n"));
}

TEST_CASE("text in colour: subject bold, words marked, diffs as git has them") {
    Hit hit = sample_hit();
    hit.snippets = {{'+', "+foo", {{1, 4}}}, {'-', "-x", {}}, {'=', " y", {}}, {'@', "@@ -1 +1 @@ f", {}}};
    hit.why.clear();
    CHECK(text(hit, {.colour = true}) ==
          "\x1B[1m[PATCH v3 2/7] \x1B[m\x1B[1;35mmm\x1B[m\x1B[1m: foo bar\x1B[m\n"
          "    Jane Doe  2020-10-26  patch  4 files +18 -7  \x1B[33m<1@x.example>\x1B[m\n"
          "    arch/x86/kvm/svm.c | fs/old.c => fs/new.c | tail.c and 1 more\n"
          "\x1B[32m  + \x1B[m\x1B[1;35mfoo\x1B[m\n"
          "\x1B[31m  - \x1B[m\x1B[31mx\x1B[m\n"
          "    y\n"
          "\x1B[36m    \x1B[m\x1B[36m@@ -1 +1 @@ f\x1B[m\n");
}

TEST_CASE("text: who wrote it") {
    struct Case {
        const char *author, *from, *shown;
    };
    for (const Case& c : {Case{"Jane <j@x>", "List <l@x>", "Jane"}, Case{"", "List <l@x>", "List"},
                          Case{"<j@x>", "", "j@x"}, Case{"j@x", "", "j@x"}, Case{"\"Doe, J\" <j@x>", "", "Doe, J"},
                          Case{"\"\" <j@x>", "", "j@x"}, Case{"A < B <j@x>", "", "A < B"}, Case{"<", "", ""}}) {
        CAPTURE(std::string(c.author));
        Hit hit = bare();
        hit.record.author = c.author;
        hit.record.from = c.from;
        const std::string who = *c.shown ? std::string(c.shown) + "  " : "";
        CHECK(text(hit) == "(no subject)\n    " + who + "no date  <2@x.example>\n");
    }
}

TEST_CASE("text: lines changed are told only when known") {
    struct Case {
        std::vector<patch::FileChange> files;
        const char* shown;
    };
    patch::FileChange unknown{"a"}, known{"b"};
    known.dels = 2;
    for (const Case& c :
         {Case{{unknown}, "1 file"}, Case{{known}, "1 file +0 -2"}, Case{{unknown, known}, "2 files +0 -2"}}) {
        Hit hit = bare();
        hit.record.files = c.files;
        CHECK(text(hit).find(std::string("no date  ") + c.shown + "  <2@") != std::string::npos);
    }
}

TEST_CASE("snippets are cut around the first mark, by characters") {
    struct Case {
        std::string name;
        std::string line;
        std::vector<reader::Mark> marks;
        std::string shown;
    };
    const std::string forty(40, 'a');
    const std::string dots = "\xE2\x80\xA6";
    std::string umlauts;
    for (int i = 0; i < 40; ++i) umlauts += "ö";
    for (const Case& c : {
             Case{"fits", std::string(20, 'a'), {}, std::string(20, 'a')},
             Case{"no mark: the beginning", forty, {}, std::string(19, 'a') + dots},
             Case{"mark at the end", forty + "XY", {{40, 42}}, dots + std::string(17, 'a') + "XY"},
             Case{"mark in the middle",
                  forty + "XY" + forty,
                  {{40, 42}},
                  dots + std::string(5, 'a') + "XY" + std::string(11, 'a') + dots},
             Case{"fits by characters, not by bytes", umlauts.substr(0, 40), {}, umlauts.substr(0, 40)},
             Case{"mark behind characters of two bytes",
                  umlauts + "XY",
                  {{80, 82}},
                  dots + umlauts.substr(0, 34) + "XY"},
             Case{"characters of two bytes", umlauts, {}, umlauts.substr(0, 38) + dots},
             Case{"what is shown is longer than what stands there",
                  std::string(30, '\x1B'),
                  {},
                  "^[^[^[^[^[^[^[^[^[^" + dots},
             Case{"a line of a megabyte",
                  std::string(1 << 20, 'a') + "XY" + std::string(1 << 20, 'a'),
                  {{1 << 20, (1 << 20) + 2}},
                  dots + std::string(5, 'a') + "XY" + std::string(11, 'a') + dots},
         }) {
        CAPTURE(c.name);
        Hit hit = bare();
        hit.snippets = {{'L', c.line, c.marks}};
        CHECK(text(hit, {.width = 24}) == "(no subject)\n    no date\n    <2@x.example>\n    " + c.shown + "\n");
    }
}

TEST_CASE("marks are hints: wrong ones harm nothing") {
    for (const std::vector<reader::Mark>& marks : {std::vector<reader::Mark>{{0, 99}},
                                                   {{99, 3}},
                                                   {{1, 2}},
                                                   {{2, 3}, {0, 3}},
                                                   {{~std::size_t{0}, ~std::size_t{0}}},
                                                   {{3, 1}}}) {
        Hit hit = bare();
        hit.record.subject = "öab";
        hit.subject_marks = marks;
        hit.snippets = {{'+', "+öab", marks}};
        CHECK(text(hit) == "öab\n    no date  <2@x.example>\n  + öab\n");
        std::string coloured = text(hit, {.colour = true, .width = 80});
        for (const char* code : {"\x1B[m", "\x1B[1m", "\x1B[32m", "\x1B[33m", "\x1B[1;35m"})
            for (auto at = coloured.find(code); at != coloured.npos; at = coloured.find(code))
                coloured.erase(at, std::string_view(code).size());
        CHECK(coloured == text(hit));
    }
}

TEST_CASE("oneline, ids, files, raw") {
    const Page page{{sample_hit(), bare(), sample_hit()}, 3, true};
    CHECK(rendered(page, Format::oneline) ==
          "2020-10-26 Jane Doe  [PATCH v3 2/7] mm: foo bar  1@x.example\n"
          "---------- -  (no subject)  2@x.example\n"
          "2020-10-26 Jane Doe  [PATCH v3 2/7] mm: foo bar  1@x.example\n");
    CHECK(rendered(page, Format::ids) == "1@x.example\n2@x.example\n1@x.example\n");
    CHECK(rendered(page, Format::files) == "arch/x86/kvm/svm.c\nfs/new.c\nfs/old.c\ntail.c\nlogo.png\n");
    CHECK(rendered(page, Format::raw) == "raw\xFF\x1B\nraw\xFF\x1B\n");
}

TEST_CASE("hits: as grep has them; a heading for each message on a terminal") {
    CHECK(rendered({{sample_hit()}, 1, true}, Format::hits) ==
          "1@x.example:arch/x86/kvm/svm.c:7:+        if (foo)\n--\n1@x.example--2-Prose of foo.\n");
    Hit plain = sample_hit();
    plain.lines.pop_back();
    CHECK(rendered({{plain, plain}, 2, true}, Format::hits, {.width = 44}) ==
          "[PATCH v3 2/7] mm: foo bar\n    Jane Doe  2020-10-26  <1@x.example>\narch/x86/kvm/svm.c:7:+        if "
          "(foo)\n\n"
          "[PATCH v3 2/7] mm: foo bar\n    Jane Doe  2020-10-26  <1@x.example>\narch/x86/kvm/svm.c:7:+        if "
          "(foo)\n");
}

TEST_CASE("NUL ends records instead of LF") {
    using namespace std::string_literals;
    const Style style{.record_end = '\0'};
    const Page page{{bare(), bare()}, 2, true};
    CHECK(rendered(page, Format::ids, style) ==
          "2@x.example\0"
          "2@x.example\0"s);
    CHECK(rendered(page, Format::oneline, style) ==
          "---------- -  (no subject)  2@x.example\0---------- -  (no subject)  2@x.example\0"s);
    CHECK(rendered(page, Format::text, style) ==
          "(no subject)\n    no date  <2@x.example>\0(no subject)\n    no date  <2@x.example>\0"s);
    CHECK(rendered(page, Format::jsonl, style) ==
          "{\"schema\":1,\"id\":\"2@x.example\"}\0{\"schema\":1,\"id\":\"2@x.example\"}\0"s);
    Hit odd = bare();
    odd.record.files = {patch::FileChange{"a\n\x1B\xFF"s}, patch::FileChange{"b\0c"s}};
    CHECK(rendered({{odd}, 1, true}, Format::files, style) == "a\n\x1B\xFF\0bc\0"s);
    CHECK(rendered({{odd}, 1, true}, Format::files) == "a ^[\xEF\xBF\xBD\nb^@c\n");
}

TEST_CASE("show: headers, a blank line, the body") {
    Hit hit = sample_hit();
    hit.text = {"Subject: a\nFrom: b", "Log.\r\n\tx", "raw"};
    CHECK(shown(hit) == "Subject: a\nFrom: b\n\nLog.\n\tx\n");
    hit.text.headers.clear();
    CHECK(shown(hit) == "Log.\n\tx\n");
    hit.relations.credited = {{{"Reviewed-by", "Cy\n<cy@x>"}, "r@x"}};
    CHECK(shown(hit) == "In-reply: Reviewed-by: Cy <cy@x>  <r@x>\n\nLog.\n\tx\n");
    hit.relations.credited.clear();
    hit.text = {};
    CHECK(shown(hit) == "");
}

TEST_CASE("show in colour") {
    Hit hit = sample_hit();
    hit.text = {"S: a\n", "Log.\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@ g\n x\n-y\n+\x1B[z\n", ""};
    CHECK(shown(hit, {.colour = true}) ==
          "S: a\n\nLog.\n---\n\x1B[1mdiff --git a/f b/f\x1B[m\n\x1B[1m--- a/f\x1B[m\n\x1B[1m+++ b/f\x1B[m\n"
          "\x1B[36m@@ -1,2 +1,2 @@ g\x1B[m\n x\n\x1B[31m-y\x1B[m\n\x1B[32m+^[[z\x1B[m\n");
}
