// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/manual/page.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace patchseek;
using manual::Block;
using manual::Option;

namespace {

const std::vector<Option> kOptions{
    {"one", "limit", "N", "at most N; it's [so] many: $(x) `y`", 'n'},
    {"one", "wait", "S", "wait", '\0', manual::Takes::text, {}, true},
    {"two", "format", "F", "how", '\0', manual::Takes::words, {"text", "json"}},
    {"two", "secret", "", "for programs", '\0', manual::Takes::nothing, {}, false, true},
};

}  // namespace

TEST_CASE("help is cut into blocks and put together again") {
    const std::string text =
        "DATES\n  All in UTC. A unit\n  is all of it.\n    patchseek date:2021\n    patchseek x\n\n"
        "TABLES\n  a      b\n  c      d\n  More.\n";
    const auto all = manual::blocks(text);
    REQUIRE(all.size() == 6);
    CHECK(all[1].kind == Block::Kind::prose);
    CHECK(all[1].text == "All in UTC. A unit is all of it.");
    CHECK(all[2].text == "patchseek date:2021\npatchseek x");
    CHECK(all[4].kind == Block::Kind::table);
    CHECK(manual::headings(all) == "dates, tables");
    CHECK(manual::reflowed(all, 20) ==
          "DATES\n  All in UTC. A unit\n  is all of it.\n    patchseek date:2021\n    patchseek x\n\n"
          "TABLES\n  a      b\n  c      d\n  More.\n");
    const auto part = manual::section(all, "tab");
    REQUIRE(part.size() == 3);
    CHECK(part[0].text == "TABLES");
    CHECK(manual::section(all, "ables").empty());
    CHECK(manual::section(all, "zebra").empty());
}

TEST_CASE("lines are filled up to a width") {
    CHECK(manual::filled("a bb  ccc dddd", 6, 1) == "a bb\n ccc\n dddd");
    CHECK(manual::filled("averylongword b", 5, 2) == "averylongword\n  b");
    CHECK(manual::filled("", 5, 2).empty());
}

TEST_CASE("options are told under the headings of their groups") {
    CHECK(manual::typed(kOptions[0]) == "-n N, --limit N");
    CHECK(manual::typed(kOptions[1]) == "--wait [S]");
    const auto help = manual::options_help(kOptions, 60);
    CHECK(help.starts_with("one\n  -n N, --limit N         at most N;"));
    CHECK(help.find("\n\ntwo\n  --format F") != help.npos);
    CHECK(help.find("secret") == help.npos);
    CHECK(manual::find_option(kOptions, "n") == &kOptions[0]);
    CHECK(manual::find_option(kOptions, "limit") == &kOptions[0]);
    CHECK(manual::find_option(kOptions, "limi") == nullptr);
}

TEST_CASE("nothing in a text is a macro or an escape of a page") {
    manual::Page page("x", 1, "a title");
    page.heading("head")
        .prose(".SH hidden \\fBbold\\fR 'quoted' `back` a-b ^ ~")
        .verbatim(".so /etc/passwd\n'br\n\\*x");
    const auto& text = page.text();
    CHECK(text.find("\n.SH HEAD\n") != text.npos);
    for (const char* bad : {"\n.SH hidden", "\\fB", "\n.so", "\n'br", "\\*x", "`"}) {
        CAPTURE(bad);
        CHECK(text.find(bad) == text.npos);
    }
    CHECK(text.find("\\&.SH hidden \\efBbold") != text.npos);
}

TEST_CASE("completions are made of the options") {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        CAPTURE(shell);
        const auto script = manual::completion(shell, "my-program", kOptions, true);
        CHECK(script.find("limit") != script.npos);
        CHECK(script.find("json") != script.npos);
        CHECK(script.find("secret") == script.npos);
        CHECK(script.find("eval") == script.npos);
        CHECK(script.find("my-program --complete") != script.npos);
        CHECK(manual::completion(shell, "my-program", kOptions, false).find("--complete") == std::string::npos);
    }
    CHECK(manual::completion("zsh", "x", kOptions, false).find("it'\\''s \\[so\\] many\\: \\$(x) \\`y\\`") !=
          std::string::npos);
    CHECK(manual::completion("tcsh", "x", kOptions, true).empty());
}
