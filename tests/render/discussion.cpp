// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/discussion.hpp"

#include "capture.hpp"

using namespace patchseek;
using reader::Hit;
using render::Detail;

namespace {

Hit mail(const std::string& id, const std::string& subject, const std::string& answers, std::int64_t date,
         const std::string& body = "") {
    Hit hit;
    hit.record.id = id;
    hit.record.subject = subject;
    hit.record.author = "Author of " + id + " <" + id + "@x.example>";
    hit.record.date = date;
    if (subject.starts_with("[PATCH")) hit.record.kind = store::MessageKind::patch;
    if (!answers.empty()) hit.text.headers = "From: x\nIn-Reply-To: <" + answers + ">\n";
    hit.text.body = body;
    return hit;
}

std::string shape(const std::vector<Hit>& hits) {
    std::string out;
    for (const render::Node& node : render::reply_tree(hits))
        out += std::string(node.depth, '.') + node.hit->record.id + ' ';
    return out;
}

std::string written(const std::vector<Hit>& hits, Detail detail, const render::Style& style = {}) {
    return captured([&](auto& out) { render::write_discussion(hits, detail, {"b"}, style, out); });
}

}  // namespace

TEST_CASE("a tree of replies") {
    CHECK(shape({}) == "");
    CHECK(shape({mail("c", "Re: a", "b", 3), mail("a", "a", "", 1), mail("b", "Re: a", "a", 2)}) == "a .b ..c ");
    CHECK(shape({mail("b", "b", "gone", 2), mail("a", "a", "", 1)}) == "a b ");
    CHECK(shape({mail("a", "a", "a", 1)}) == "a ");
    CHECK(shape({mail("a", "a", "b", 1), mail("b", "b", "a", 2), mail("c", "c", "b", 3)}) == "b .a .c ");
    auto two = mail("p2", "[PATCH 2/2] a", "c", 1), one = mail("p1", "[PATCH 1/2] a", "c", 2);
    two.record.part = 2, one.record.part = 1;
    CHECK(shape({mail("c", "a", "", 1), mail("r", "Re: a", "c", 0), two, one}) == "c .p1 .p2 .r ");
    auto by_references = mail("b", "Re: a", "gone", 2);
    by_references.text.headers += "References: <a> <z>\n";
    CHECK(shape({mail("a", "a", "", 1), by_references}) == "a .b ");
}

TEST_CASE("guides of a tree") {
    CHECK(render::guides({0, 1, 2, 1, 0}) ==
          std::vector<std::string>{"", "\u251c\u2500 ", "\u2502  \u2514\u2500 ", "\u2514\u2500 ", ""});
    CHECK(render::guides({0, 99}).back().size() < 100);
}

TEST_CASE("a discussion: what each mail says anew, behind a bar") {
    auto patch =
        mail("a", "[PATCH] mm: x", "", 1603705868,
             "Log of it.\n\nAcked-by: B <b@x.example>\n---\n f | 2 +-\n\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n"
             "@@ -1 +1 @@\n-a\n+b\n-- \n2.30\n");
    patch.record.files = {{"f", "", patch::Op::modify, false, false, false, 1, 1}};
    const std::vector<Hit> hits = {
        patch,
        mail("b", "Re: [PATCH] mm: x", "a", 1603705928,
             "On Monday, A wrote:\n> first\n> +b\n\nIs it b?\n\n\n> more\nYes.\n\n-- \nsigned\n"),
        mail("c", "Other", "b", 1603705988, "New.\n")};
    CHECK(written(hits, Detail::fresh) ==
          "[PATCH] mm: x\nAuthor of a  2020-10-26 09:51  <a>\n"
          "\u2502 Log of it.\n\u2502\n\u2502 Acked-by: B <b@x.example>\n\u2502 f +1 -1\n"
          "\n  Author of b  2020-10-26 09:52  <b>\n"
          "  \u2502 > +b\n  \u2502 Is it b?\n  \u2502\n  \u2502 > more\n  \u2502 Yes.\n"
          "\n    Other\n    Author of c  2020-10-26 09:53  <c>\n    \u2502 New.\n");
    CHECK(written({hits[1]}, Detail::whole).find("\u2502 On Monday, A wrote:\n\u2502 > first\n\u2502 > +b\n\u2502\n") !=
          std::string::npos);
    CHECK(written(hits, Detail::outline) ==
          "2020-10-26 09:51  Author of a  [PATCH] mm: x  <a>\n"
          "\u2514\u2500 2020-10-26 09:52  Author of b  (found)  <b>\n"
          "   \u2514\u2500 2020-10-26 09:53  Author of c  Other  <c>\n");
    CHECK(written(hits, Detail::outline, {.width = 40}) ==
          "2020-10-26  Author of a  [PATCH] m\u2026  <a>\n"
          "\u2514\u2500 2020-10-26  Author of b  (found)  <b>\n"
          "   \u2514\u2500 2020-10-26  Author of c  Oth\u2026  <c>\n");
}
