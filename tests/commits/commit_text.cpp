// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include "commits/history.hpp"

using namespace patchseek;
using commits::read_text;
using store::CommitReference;

namespace {

archive::GitCommit commit(std::string message, std::string encoding = "") {
    archive::GitCommit out;
    out.message = std::move(message);
    out.encoding = std::move(encoding);
    return out;
}

std::string printed(const commits::CommitText& text) {
    constexpr const char* kNames[] = {"fixes", "reverts", "picks"};
    std::string out;
    for (const auto& id : text.messages) out += "<" + id + ">";
    for (const auto& [kind, id] : text.references) out += std::string(kNames[static_cast<int>(kind)]) + ":" + id + " ";
    for (const auto& [name, value] : text.trailers) out += name + "=" + value + ";";
    return out;
}

}  // namespace

TEST_CASE("what the message of a commit names") {
    struct Row {
        const char *body, *wanted;
    };
    for (const Row& row : {
             Row{"", ""},
             {"Link: https://lists.x.example/r/1.a@x.example\n", "<1.a@x.example>"},
             {"Link: https://lists.x.example/dev/1.a@x.example/T/#u\n", "<1.a@x.example>"},
             {"Link: https://x.example/issues/7\n", ""},
             {"Message-Id: <1.a@x.example>\n", "<1.a@x.example>"},
             {"Message-ID: 1.a@x.example\nLink: https://l.x.example/1.a@x.example [v1]\n", "<1.a@x.example>"},
             {"Fixes: 0123456789ab (\"lamp: light\")\n", "fixes:0123456789ab "},
             {"Fixes: commit 0123456789AB (\"lamp: light\")\n", "fixes:0123456789ab "},
             {"Fixes: 012345 (\"too short\")\n", ""},
             {"Fixes: the lamp\n", ""},
             {"This reverts commit 0123456789abcdef0123456789abcdef01234567.\n",
              "reverts:0123456789abcdef0123456789abcdef01234567 "},
             {"This reverts commit 0123456789abcdef0123456789abcdef0123456, reversing\nchanges made to 1111111.\n",
              "reverts:0123456789abcdef0123456789abcdef0123456 "},
             {"(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)\n",
              "picks:0123456789abcdef0123456789abcdef01234567 "},
             {"commit 0123456789abcdef0123456789abcdef01234567 upstream.\n",
              "picks:0123456789abcdef0123456789abcdef01234567 "},
             {"[ Upstream commit 0123456789abcdef0123456789abcdef01234567 ]\n",
              "picks:0123456789abcdef0123456789abcdef01234567 "},
             {"commit 0123456789abcdef is what broke it.\n", ""},
             {"Reviewed-by: Cy <cy@x.example>\nCc: dev@x.example\nAcked-by: Di <di@x.example>\n",
              "Reviewed-by=Cy <cy@x.example>;Acked-by=Di <di@x.example>;"},
         }) {
        CAPTURE(row.body);
        CHECK(printed(read_text(commit(std::string("lamp: light it\n\nIt was dark.\n\n") + row.body))) == row.wanted);
    }
}

TEST_CASE("the subject of a commit is its first paragraph") {
    CHECK(read_text(commit("a\nb\n\nc\n")).subject == "a b");
    CHECK(read_text(commit("")).subject.empty());
    CHECK(read_text(commit("gr\xFCn\n", "ISO-8859-1")).subject == "gr\xC3\xBCn");
    CHECK(read_text(commit(std::string(5000, 'x'))).subject.size() == store::Commit::kLongest);
}

TEST_CASE("tags stand behind those whose commits they hold") {
    // 0 - 1 - 3 - 4, and 2 on top of 1, merged by 4
    std::vector<store::Commit> some(5);
    const std::vector<std::vector<std::uint32_t>> parents = {{}, {0}, {1}, {1}, {3, 2}};
    const std::int64_t dates[] = {1, 2, 9, 4, 3};  // the last one says it is older than its parents
    for (std::size_t i = 0; i < some.size(); ++i) some[i].parents = parents[i], some[i].committed = dates[i];
    CHECK((commits::parents_first(some) == std::vector<std::uint32_t>{0, 1, 3, 2, 4}));
    const auto tags = commits::place_tags(some, {{"end", 4}, {"base", 1}, {"side", 2}, {"main", 3}, {"again", 4}});
    std::string names;
    for (const auto& tag : tags) {
        names += tag.name + ':';
        for (const auto& [begin, end] : tag.holds) names += std::to_string(begin) + '-' + std::to_string(end);
        names += ' ';
    }
    CHECK(names == "base: main:0-1 side:0-1 again:0-34-5 end:0-4 ");
    const std::uint32_t first[] = {1, 1, 3, 2, 4};
    for (std::size_t i = 0; i < some.size(); ++i) CHECK(some[i].tag == first[i]);
}

TEST_CASE("more tags than one pass takes") {
    std::vector<store::Commit> some(200);
    std::vector<std::pair<std::string, std::uint32_t>> names;
    for (std::uint32_t i = 0; i < some.size(); ++i) {
        some[i].committed = i;
        if (i > 0) some[i].parents = {i - 1};
        names.emplace_back("v" + std::to_string(i), i);
    }
    const auto tags = commits::place_tags(some, names);
    REQUIRE(tags.size() == 200);
    for (std::uint32_t i = 1; i < 200; ++i) {
        CHECK(some[i].tag == i + 1);
        CHECK((tags[i].holds == std::vector{std::pair(0u, i)}));
    }
}

TEST_CASE("a circle of commits, which damage alone can make, ends") {
    std::vector<store::Commit> some(3);
    some[0].parents = {1}, some[1].parents = {0}, some[2].parents = {store::Commit::kElsewhere, 0};
    CHECK(commits::parents_first(some).size() == 3);
    CHECK(commits::place_tags(some, {{"v1", 2}}).size() == 1);
}
