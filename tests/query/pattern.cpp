// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/pattern.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace patchseek;
using query::Pattern;

namespace {

std::string shown(const std::vector<query::WordPiece>& pieces) {
    std::string out;
    for (const auto& piece : pieces)
        out += (out.empty() ? "" : " ") + std::string(piece.begins ? "" : "~") + piece.text + (piece.ends ? "" : "~");
    return out;
}

std::string shown(const std::vector<std::vector<std::string>>& needs) {
    std::string out;
    for (const auto& group : needs) {
        out += '[';
        for (const auto& text : group) out += (&text == group.data() ? "" : "|") + text;
        out += ']';
    }
    return out;
}

}  // namespace

TEST_CASE("a pattern is found where it stands") {
    struct Case {
        const char* name;
        bool literal;
        const char* text;
        bool fold;
        const char* in;
        long begin, end;
    };
    for (const Case& c : {
             Case{"literal", true, "a.b", false, "xa.ba.b", 1, 4},
             Case{"its case counts", true, "A.b", false, "a.b", -1, -1},
             Case{"unless folded", true, "A.b", true, "xa.B", 1, 4},
             Case{"folded beyond ASCII", true, "ÄÖ", true, "xäö", 1, 5},
             Case{"signs are no operators", true, "a*(", true, "aa*(", 1, 4},
             Case{"over line ends", true, "a\nb", false, "xa\nb", 1, 4},
             Case{"bytes that are no UTF-8", true,
                  "\xFF"
                  "b",
                  false,
                  "a\xFF"
                  "b",
                  1, 3},
             Case{"longer than the text", true, "abcd", false, "abc", -1, -1},
             Case{"expression", false, "b+", false, "abbc", 1, 3},
             Case{"its case counts", false, "B", false, "b", -1, -1},
             Case{"unless folded", false, "B", true, "ab", 1, 2},
             Case{"ends of lines", false, "^b$", false, "a\nb\nc", 2, 3},
             Case{"a dot is no line end", false, "a.b", false, "a\nb", -1, -1},
             Case{"a slash may be escaped", false, "a\\/b", false, "a/b", 0, 3},
             Case{"nothing is found at once", false, "x*", false, "ab", 0, 0},
         }) {
        CAPTURE(c.name);
        const auto pattern = c.literal ? Pattern::literal(c.text, c.fold) : Pattern::expression(c.text, c.fold);
        REQUIRE(pattern);
        const auto found = pattern->find(c.in, 0);
        CHECK(found.has_value() == (c.begin >= 0));
        if (found) CHECK(static_cast<long>(found->begin) == c.begin);
        if (found) CHECK(static_cast<long>(found->end) == c.end);
    }
}

TEST_CASE("a bad expression is an error that shows the place") {
    struct Case {
        const char* text;
        std::size_t offset;
        const char* message;
    };
    for (const Case& c : {Case{"a[b", 1, "missing ]"}, Case{"a(b", 0, "missing )"}, Case{"a)b", 0, "unexpected )"},
                          Case{"ab**+", 2, "bad repetition operator"}, Case{"a\\8", 1, "invalid escape sequence"},
                          Case{"(a{1000}){1000}", 2, "invalid repetition size"}}) {
        CAPTURE(c.text);
        const auto pattern = Pattern::expression(c.text, false);
        REQUIRE_FALSE(pattern);
        CHECK(pattern.error().offset == c.offset);
        CHECK(pattern.error().message.find(c.message) != std::string::npos);
    }
}

TEST_CASE("what an expression needs is told, and nothing else") {
    struct Case {
        const char* text;
        bool fold;
        const char* needs;
    };
    for (const Case& c : {Case{"kvm_\\w+_exit", false, "[_exit][kvm_]"}, Case{"(foo|bar)baz", false, "[barbaz|foobaz]"},
                          Case{"FOO.*bar", false, "[bar][foo]"}, Case{"foo|x", false, ""}, Case{"a+b", false, ""},
                          Case{"foo(bar)?", true, "[foo]"}, Case{"^foo$", false, "[foo]"}, Case{".*", false, ""}}) {
        CAPTURE(c.text);
        const auto pattern = Pattern::expression(c.text, c.fold);
        REQUIRE(pattern);
        auto needs = pattern->needs();
        for (auto& group : needs) std::sort(group.begin(), group.end());
        std::sort(needs.begin(), needs.end());
        CHECK(shown(needs) == c.needs);
    }
}

TEST_CASE("words at the edges of a text may go on") {
    struct Case {
        const char* text;
        const char* pieces;
    };
    for (const Case& c :
         {Case{"foo", "~foo~"}, Case{" foo ", "foo"}, Case{"oo bar ba", "~oo bar ba~"}, Case{"a->B_c[1]", "~a b_c 1"},
          Case{"});", ""}, Case{"x\nFoo\ny", "~x foo y~"}, Case{"éa b", "~a b~"}, Case{"“a” b.", "~a~ b"}}) {
        CAPTURE(c.text);
        CHECK(shown(query::word_pieces(c.text)) == c.pieces);
    }
}
