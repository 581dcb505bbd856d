// SPDX-License-Identifier: GPL-2.0-or-later
// What a terminal shows fits its columns, and no id is broken.
#include <algorithm>

#include "capture.hpp"
#include "patchseek/text/code_point.hpp"

using namespace patchseek;
using reader::Hit;
using render::Format;

namespace {

std::string block(const Hit& hit, unsigned width) { return rendered({{hit}, 1, true}, Format::text, {.width = width}); }

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    for (const std::string& line : lines(text)) most = std::max(most, text::columns(line));
    return most;
}

Hit long_hit() {
    Hit hit = sample_hit();
    hit.record.id = "20210302091000.4411-3-mirela.okonjo@mail.example.org";
    hit.short_id = "20210302091000.4411-3";
    hit.record.subject =
        "[PATCH net-next v3 2/7] net: brook: say what interrupt moderation does and on which controllers";
    hit.relations.credited = {{{"Reviewed-by", "Kofi Drummond <k@x>"}, "r"},
                              {{"Tested-by", "Anselm Stahlberg <a@x>"}, "r"}};
    return hit;
}

}  // namespace

TEST_CASE("text: lines are broken between words and things, an id stands alone where it does not fit") {
    CHECK(block(long_hit(), 60) ==
          "[PATCH net-next v3 2/7] net: brook: say what interrupt\n"
          "    moderation does and on which controllers\n"
          "    Jane Doe  2020-10-26  patch  4 files +18 -7\n"
          "    <20210302091000.4411-3-mirela.okonjo@mail.example.org>\n"
          "    arch/x86/kvm/svm.c | fs/old.c => fs/new.c | tail.c\n"
          "    and 1 more\n"
          "    in replies: Reviewed-by Kofi Drummond,\n"
          "    Tested-by Anselm Stahlberg\n"
          "  +         if (foo)\n"
          "    Prose of foo.\n"
          "    why: Sfoo 1.5\n");
}

TEST_CASE("text: an id that fits only without its indent has none") {
    Hit hit = long_hit();
    hit.record.id = std::string(54, 'i');
    CHECK(block(hit, 56).find("\n<" + hit.record.id + ">\n") != std::string::npos);
    hit.record.id = std::string(80, 'i');
    CHECK(block(hit, 56).find("\n    <" + hit.record.id + ">\n") != std::string::npos);
}

TEST_CASE("oneline: lined up and cut on a terminal, whole elsewhere") {
    Hit other = long_hit();
    other.record.author = "Maximiliane von Hohenstaufen <m@x.example>";
    other.record.id = other.short_id = "a@x.example";
    other.record.subject = "short";
    const reader::Page page{{long_hit(), other}, 2, true};
    CHECK(rendered(page, Format::oneline, {.width = 80}) ==
          "2020-10-26 Jane Doe          [PATCH net-next v3 2/7] ne\u2026  20210302091000.4411-3\u2026\n"
          "2020-10-26 Maximiliane von\u2026  short                                   a@x.example\n");
    CHECK(widest(rendered(page, Format::oneline, {.width = 80})) == 80);
    CHECK(rendered(page, Format::oneline, {.width = 160})
              .find("  20210302091000.4411-3-mirela.okonjo@mail.example.org\n") != std::string::npos);
    CHECK(widest(rendered(page, Format::oneline, {.width = 160})) == 160);
    CHECK(rendered(page, Format::oneline) == "2020-10-26 Jane Doe  " + long_hit().record.subject +
                                                 "  20210302091000.4411-3-mirela.okonjo@mail.example.org\n"
                                                 "2020-10-26 Maximiliane von Hohenstaufen  short  a@x.example\n");
}

TEST_CASE("an id is a link where a template says so") {
    CHECK(render::paint_id("<a b>", "a b", {}) == "<a b>");
    CHECK(render::paint_id("<a/b>", "a/b\x1B", {.link = "https://x.example/%s/"}) ==
          "\x1B]8;;https://x.example/a%2Fb%1B/\x1B\\<a/b>\x1B]8;;\x1B\\");
    CHECK(render::paint_id("i", "i", {.link = "x:\x1B"}) == "\x1B]8;;x:^[i\x1B\\i\x1B]8;;\x1B\\");
}

TEST_CASE("wide and combining characters are counted in columns") {
    Hit hit = long_hit();
    std::string wide;
    for (int i = 0; i < 60; ++i) wide += "\u5c71";
    hit.record.subject = wide;
    hit.record.author = wide.substr(0, 36) + " <y@x.example>";
    hit.snippets = {{'L', wide, {}}, {'L', wide + "foo" + wide, {{180, 183}}}};
    for (const unsigned width : {79u, 80u, 81u, 82u}) {
        CHECK(widest(rendered({{hit}, 1, true}, Format::oneline, {.width = width})) <= width);
        Hit without = hit;
        without.record.subject = "s";
        CHECK(widest(block(without, width)) <= width);
    }
    std::string accents;
    for (int i = 0; i < 30; ++i) accents += "e\u0301";
    hit.snippets = {{'L', accents, {}}};
    CHECK(block(hit, 36).find(accents) != std::string::npos);
}

TEST_CASE("tabs are blanks up to the next stop, behind the sign of a diff") {
    CHECK(render::without_tabs("a b").text == "a b");
    CHECK(render::without_tabs("\tif (a)").text == "        if (a)");
    CHECK(render::without_tabs("int\ta\tb").text == "int     a       b");
    CHECK(render::without_tabs("12345678\tx").text == "12345678        x");
    CHECK(render::without_tabs("+\tif (a)", 1).text == "+        if (a)");
    CHECK(render::without_tabs("\u00fc\u4e2d\tx").text == "\u00fc\u4e2d     x");
    CHECK(render::without_tabs("\x1B\tx").text == "\x1B      x");  // shown as ^[
    CHECK(render::without_tabs("\t", 1).text == "\t");
    CHECK(render::without_tabs("").text.empty());
    const auto moved = render::without_tabs("a\tb\tc", 0, {{2, 3}, {4, 99}});
    CHECK(moved.text == "a       b       c");
    REQUIRE(moved.marks.size() == 2);
    CHECK(moved.marks[0].begin == 8);
    CHECK(moved.marks[0].end == 9);
    CHECK(moved.marks[1].begin == 16);
    CHECK(moved.marks[1].end == 17);
    const std::string huge = std::string(1 << 20, '\t');
    CHECK(render::without_tabs(huge).text == huge);
}

TEST_CASE("an indent gives way to what stands behind it") {
    const auto fitted = [](std::string text, std::size_t from, unsigned width) {
        render::Untabbed line{std::move(text), {{3, 9}}};
        render::fit_indent(line, from, width);
        return line.text + ' ' + std::to_string(line.marks[0].begin) + ' ' + std::to_string(line.marks[0].end);
    };
    CHECK(fitted("      abc", 0, 0) == "      abc 3 9");
    CHECK(fitted("      abc", 0, 9) == "      abc 3 9");
    CHECK(fitted("      abc", 0, 7) == "    abc 1 7");
    CHECK(fitted("+     abc", 1, 4) == "+abc 1 4");
    CHECK(fitted("+     abc", 1, 2) == "+abc 1 4");
    CHECK(fitted("abcdefghi", 0, 2) == "abcdefghi 3 9");
    CHECK(fitted("          ", 0, 2) == "   0 1");
}
