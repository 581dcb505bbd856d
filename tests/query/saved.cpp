// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/readings.hpp"

#include <doctest/doctest.h>

#include <map>

#include "query/lexer.hpp"

using namespace patchseek::query;

namespace {

std::string expanded(std::string_view query, const std::map<std::string, std::string>& kept) {
    const auto out = with_saved(query, [&](const std::string& name) -> std::optional<std::string> {
        const auto found = kept.find(name);
        return found == kept.end() ? std::nullopt : std::optional(found->second);
    });
    return out ? *out : out.error().message.substr(0, 20) + " @" + std::to_string(out.error().offset);
}

}  // namespace

TEST_CASE("saved:NAME stands for a query where a word may stand") {
    const std::map<std::string, std::string> kept = {{"a", "x OR y"}, {"b-1", "saved:a z"}, {"bad", "(x"}};
    struct Case {
        const char* query;
        const char* whole;
    };
    for (const Case& c : {
             Case{"saved:a", "x OR y"},
             Case{" saved:a ", " x OR y "},
             Case{"saved:b-1", "(x OR y) z"},
             Case{"k saved:a", "k (x OR y)"},
             Case{"-saved:a k", "-(x OR y) k"},
             Case{"(saved:a)", "((x OR y))"},
             Case{"NOT(saved:a) Saved:a", "NOT((x OR y)) (x OR y)"},
             Case{"thread:{saved:a} k", "thread:{(x OR y)} k"},
             Case{"hunk:(saved:a)", "hunk:((x OR y))"},
             Case{"\"saved:a\" k", "\"saved:a\" k"},
             Case{"log:\"a \\\" saved:a\" saved:a", "log:\"a \\\" saved:a\" (x OR y)"},
             Case{"lit:\"x saved:a\" k", "lit:\"x saved:a\" k"},
             Case{"added:re:/a saved:a\\/ saved:a/ k", "added:re:/a saved:a\\/ saved:a/ k"},
             Case{"unsaved:a", "unsaved:a"},
             Case{"x.saved:a", "x.saved:a"},
             Case{"call(saved:a)", "call(saved:a)"},
             Case{"k saved:no", "no query is saved as @8"},
             Case{"k saved:bad", "in 'saved:bad': uncl @8"},
             Case{"k saved:", "'saved:' takes the n @8"},
             Case{"saved:a* k", "'saved:' takes the n @6"},
             Case{"saved:../a", "'saved:' takes the n @6"},
         }) {
        CAPTURE(c.query);
        CHECK(expanded(c.query, kept) == c.whole);
    }
}

TEST_CASE("what saved queries make of a query is bounded") {
    std::map<std::string, std::string> kept = {{"loop", "x saved:loop"}, {"a0", std::string(1000, 'x')}};
    CHECK(expanded("saved:loop", kept) == "saved queries name e @6");
    for (int i = 1; i < 8; ++i) {
        const std::string below = "saved:a" + std::to_string(i - 1) + ' ';
        for (int times = 0; times < 100; ++times) kept["a" + std::to_string(i)] += below;
    }
    CHECK(expanded("saved:a7", kept).starts_with("with what is saved t"));
    CHECK(expanded("saved:a0 " + std::string(kMaxQueryBytes, 'y'), kept).starts_with("saved:a0"));
}

TEST_CASE("names of saved queries") {
    CHECK(is_saved_name("a"));
    CHECK(is_saved_name("9.x-y_z"));
    CHECK(is_saved_name(std::string(64, 'a')));
    for (const std::string& name : {std::string(), std::string("."), std::string("-a"), std::string("a/b"),
                                    std::string("a b"), std::string("\xc3\xa4"), std::string(65, 'a')}) {
        CAPTURE(name);
        CHECK_FALSE(is_saved_name(name));
    }
}
