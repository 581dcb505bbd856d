// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/proof.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <random>
#include <string>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"

using namespace patchseek;
using schema::Area;

TEST_CASE("a literal is found as written and not inside a longer word") {
    struct Case {
        const char* name;
        const char* text;
        const char* literal;
        bool found;
    };
    for (const Case& c : {
             Case{"whole", "foo->bar", "foo->bar", true},
             Case{"in a line", "if (foo->bar)", "foo->bar", true},
             Case{"goes on before", "my_foo->bar", "foo->bar", false},
             Case{"goes on after", "foo->bars", "foo->bar", false},
             Case{"first place does not count, second does", "foo->bars foo->bar", "foo->bar", true},
             Case{"a sign in front takes any neighbour", "a->bar", "->bar", true},
             Case{"a sign at the end takes any neighbour", "c++x", "c++", true},
             Case{"number goes on", "x = -12", "-1", false},
             Case{"overlapping places", "a-a-ab a-a-a", "a-a-a", true},
             Case{"typographic quotes are no letters", "“foo->bar”", "foo->bar", true},
             Case{"an em dash is none", "—foo->bar—", "foo->bar", true},
             Case{"an accented letter is one", "éfoo->bar", "foo->bar", false},
             Case{"after it too", "foo->barß", "foo->bar", false},
             Case{"Cyrillic", "foo->barж", "foo->bar", false},
             Case{"Han letters are words of their own", "用foo->bar的", "foo->bar", true},
             Case{"a literal outside ASCII", "naïve-x", "naïve-x", true},
             Case{"an underscore goes on behind a letter of another script", "x-\u0436_y", "x-\u0436", false},
             Case{"a vowel sign is of its letter, which goes on", "x-\u0915\u093F\u0915", "x-\u0915\u093F", false},
             Case{"and of one that is a word", "x-\u0E01\u0E35\u0E01", "x-\u0E01\u0E35", true},
             Case{"a superscript, as folded, goes on", "x-y2", "x-y", false},
             Case{"which goes on", "naïve-xé", "naïve-x", false},
             Case{"bytes that are no UTF-8",
                  "\xFF"
                  "foo->bar\x80",
                  "foo->bar", true},
             Case{"nothing asked", "", "", true},
             Case{"nothing there", "", "a-b", false},
         }) {
        CAPTURE(c.name);
        CHECK(verify::has_literal(c.text, c.literal) == c.found);
    }
}

namespace {

const char* const kBody =
    "Use a->log here.\n\nReviewed-by: Ada <ada@example.org>\n---\na->notes\n\n mm/a-b.c | 2 +-\n\n"
    "diff --git a/mm/a-b.c b/mm/a-b.c\n--- a/mm/a-b.c\n+++ b/mm/a-b.c\n@@ -1,2 +1,2 @@ a->func(void)\n "
    "a->context;\n-a->removed;\n+a->added;\n";

store::Record record() {
    store::Record out;
    out.subject = "a->subject";
    out.from = "From <from-er@example.org>";
    out.author = "Author <author-er@example.org>";
    out.files = {{.path = "mm/a-b.c", .old = "mm/Old-b.c"}};
    out.trailers = {{"Reviewed-by", "Ada <ada@example.org>"}};
    return out;
}

bool proven(query::Proof proof, bool* asked = nullptr, const std::string& body = kBody) {
    const store::Text text{"From: x\nTo: a@to.example, b@to.example\nCc: c@cc.example\n", body, ""};
    proof.literal = text::fold(proof.literal);
    const auto kept = record();
    const auto text_of = [&]() -> store::TextView {
        if (asked) *asked = true;
        return {text.headers, text.body, text.raw};
    };
    return verify::holds(proof, {[&]() -> const store::Record& { return kept; }, text_of});
}

schema::Areas all_but(Area area) { return ((schema::Areas{1} << schema::kAreas) - 1) & ~schema::bit(area); }

}  // namespace

TEST_CASE("a proof looks into the areas it names and no other") {
    struct Case {
        Area area;
        const char* literal;
    };
    for (const Case& c : {
             Case{Area::subject, "a->subject"},
             Case{Area::from, "from-er@example.org"},
             Case{Area::author, "author-er@example.org"},
             Case{Area::log, "a->log"},
             Case{Area::notes, "a->notes"},
             Case{Area::path, "mm/old-b.c"},
             Case{Area::function, "a->func"},
             Case{Area::added, "a->added"},
             Case{Area::removed, "a->removed"},
             Case{Area::context, "a->context"},
             Case{Area::trailer, "ada@example.org"},
             Case{Area::to, "b@to.example"},
             Case{Area::cc, "c@cc.example"},
         }) {
        CAPTURE(c.literal);
        CHECK(proven({.literal = c.literal, .areas = schema::bit(c.area)}));
        CHECK_FALSE(proven({.literal = c.literal, .areas = all_but(c.area)}));
    }
}

TEST_CASE("a pattern is looked for in lines of its areas, or in all of the text") {
    struct Case {
        const char* name;
        schema::Areas areas;
        bool anywhere;
        const char* expression;
        bool found;
    };
    const auto only = [](Area area) { return schema::bit(area); };
    for (const Case& c : {
             Case{"added line without its sign", only(Area::added), false, "^a->added;$", true},
             Case{"of another area", only(Area::removed), false, "a->added", false},
             Case{"behind @@", only(Area::function), false, "^a->func", true},
             Case{"the numbers of a hunk are no function", only(Area::function), false, "@@", false},
             Case{"subject", only(Area::subject), false, "^a->subject$", true},
             Case{"sender", only(Area::from), false, "er@ex", true},
             Case{"receiver", only(Area::cc), false, "^c@cc", true},
             Case{"path", only(Area::path), false, "^mm/Old-b.c$", true},
             Case{"header lines are no path", only(Area::path), false, "diff", false},
             Case{"header lines are body", schema::kBody, false, "^diff --git", true},
             Case{"anywhere with signs", schema::kBare, true, "^-a->removed;\n\\+a->added;$", true},
             Case{"anywhere in the subject", schema::kBare, true, "^a->subject$", true},
             Case{"not in receivers", schema::kBare, true, "cc.example", false},
         }) {
        CAPTURE(c.name);
        auto pattern = query::Pattern::expression(c.expression, false);
        REQUIRE(pattern);
        query::Proof proof{.areas = c.areas, .anywhere = c.anywhere};
        proof.pattern = std::make_shared<const query::Pattern>(std::move(*pattern));
        CHECK(proven(proof) == c.found);
    }
}

TEST_CASE("lines that are read over do not have the literal") {
    const auto in_folded = [](const std::string& line, const char* literal) {
        return verify::has_literal(text::fold(line), literal);
    };
    const char* const pieces[] = {"!", "a",      "A",      "b",      "B",      "+", "->",
                                  " ", "\u00e1", "\uff01", "\uff22", "\u037e", ";", "\u1fef",
                                  "`", "\u2025", ".",      "\u3002", "\u1ea5", "_", "\u0301"};
    std::minstd_rand chance(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string lines[2];
        for (std::string& line : lines)
            for (std::size_t left = chance() % 5; left > 0; --left) line += pieces[chance() % std::size(pieces)];
        const std::string body = lines[0] + '\n' + lines[1];
        CAPTURE(body);
        for (const char* literal : {"!a", "a->b", "a++", "b.", ";a", "`", "ab", "_a", "++", "+->a"})
            CHECK(verify::literal_in_lines(body, literal) ==
                  (in_folded(lines[0], literal) || in_folded(lines[1], literal)));
    }
}

TEST_CASE("bodies that are read over do not have the phrase") {
    const char* const pieces[] = {"return",
                                  "Return",
                                  "returns",
                                  "-1",
                                  "-",
                                  "1",
                                  "+",
                                  " ",
                                  " ",
                                  "\t",
                                  "\f",
                                  "\n",
                                  "\n",
                                  "\n",
                                  "\n+",
                                  "\n-",
                                  "\n ",
                                  "\r\n",
                                  "> ",
                                  "(",
                                  "\n@@ -1,9 +1,9 @@ ",
                                  "\n\\ No newline at end of file",
                                  "\n---\n",
                                  "\u00e9"};
    std::minstd_rand chance(7);
    int found = 0;
    for (int round = 0; round < 30'000; ++round) {
        std::string body = round % 3 == 0 ? "log\n" : "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@ int f\n";
        for (std::size_t left = chance() % 12; left > 0; --left) body += pieces[chance() % std::size(pieces)];
        CAPTURE(body);
        const auto lines = patch::classify(body);
        for (const char* phrase : {"return -1", "return 1", "-1 return", "return - 1 return"}) {
            const query::Proof proof{.literal = phrase, .areas = schema::kWholeBody, .phrase = true};
            const bool holds = verify::literal_in(proof, {body, lines});
            CHECK(proven(proof, nullptr, body) == holds);
            found += holds ? 1 : 0;
        }
    }
    CHECK(found > 200);
}

TEST_CASE("a phrase that begins with a sign is looked for once") {
    std::string body = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -0,0 +1,500000 @@\n";
    for (int i = 0; i < 500'000; ++i) body += "+\n";
    for (const char* phrase : {"+ x", "- x", "+ + x"})
        CHECK_FALSE(proven({.literal = phrase, .areas = schema::kWholeBody, .phrase = true}, nullptr, body));
}

TEST_CASE("every letter that is folded to signs is looked at") {
    int seen = 0;
    for (char32_t c = 0x80; c < 0x30000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::string letter;
        if (c < 0x800) {
            letter = {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
        } else if (c < 0x10000) {
            letter = {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
                      static_cast<char>(0x80 | (c & 0x3F))};
        } else {
            letter = {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                      static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        }
        for (const char sign : text::fold(letter)) {
            if (static_cast<unsigned char>(sign) >= 0x80 || is_alnum(sign) || sign == ' ') continue;
            ++seen;
            CAPTURE(static_cast<std::uint32_t>(c));
            CHECK(verify::literal_in_lines("\u00e1 " + letter, std::string(1, sign)));
        }
    }
    CHECK(seen > 100);
}

TEST_CASE("what the record tells is not read from the store") {
    bool asked = false;
    CHECK(proven({.literal = "a->subject", .areas = schema::kBare, .anywhere = true}, &asked));
    CHECK_FALSE(proven({.literal = "a->log", .areas = schema::bit(Area::subject)}, &asked));
    CHECK(proven({.literal = "ada@example.org", .trailer = "reviewed-by"}, &asked));
    CHECK_FALSE(proven({.literal = "ada@example.org", .trailer = "acked-by"}, &asked));
    CHECK_FALSE(asked);
    CHECK(proven({.literal = "a->log", .areas = schema::kBare, .anywhere = true}, &asked));
    CHECK(asked);
}

TEST_CASE("a path proof looks at old and new names") {
    struct Case {
        const char* typed;
        bool found;
    };
    for (const Case& c : {Case{"/mm/*-b.c", true}, Case{"/mm/old*", true}, Case{"/mm/Old*", true},
                          Case{"/mm/OLD*", false}, Case{"/*-b.c", false}, Case{"**/a-?.c", true}}) {
        CAPTURE(c.typed);
        query::Proof proof;
        proof.path = patch::parse_path_pattern(c.typed);
        CHECK(proven(proof) == c.found);
    }
}
