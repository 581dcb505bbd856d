// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "build.hpp"
#include "relate.hpp"
#include "search/search.hpp"

using namespace patchseek;

namespace {

struct Mail {
    std::string id, subject, body;
    int day = 10;
    std::string from = "Ada <ada@example.org>", year = "2020";
};

std::string raw(const Mail& mail) {
    return "From: " + mail.from + "\nMessage-ID: <" + mail.id + ">\nDate: " + std::to_string(mail.day) + " Oct " +
           mail.year + " 09:51:08 +0000\nSubject: " + mail.subject + "\n\n" + mail.body + "\n";
}

std::string diff(const std::string& lines, int context, int added) {
    return "---\ndiff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1," + std::to_string(context) + " +1," +
           std::to_string(context + added) + " @@\n" + lines;
}

std::string touching(const std::string& path) {
    return "---\ndiff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path +
           "\n@@ -1 +1,2 @@\n x\n+y\n";
}

/// Mails that have none of the words asked for, so that these are rare.
std::vector<std::string> fillers() {
    std::vector<std::string> out;
    for (int i = 0; i < 30; ++i)
        out.push_back(
            raw({"filler" + std::to_string(i) + "@x", "[PATCH] other " + std::to_string(i), "Some text.", 5}));
    return out;
}

reader::Answer ask(const std::vector<Mail>& mails, const std::string& query, std::size_t shards, bool explain = false) {
    const Folder folder;
    auto all = fillers();
    for (const Mail& mail : mails) all.push_back(raw(mail));
    build_index(folder / "i", all, shards);
    auto index = search::Index::open(folder / "i");
    REQUIRE(index);
    reader::Request request;
    request.query = query;
    request.any = true;
    request.explain = explain;
    auto answer = index->search(request);
    REQUIRE(answer);
    return std::move(*answer);
}

}  // namespace

TEST_CASE("what ranks first") {
    struct Case {
        const char* name;
        std::string query;
        std::vector<Mail> mails;
    };  // in the order they are to come
    for (const Case& c : {
             Case{"subject before log",
                  "zulu",
                  {{"a@x", "[PATCH] zulu", "Text."}, {"b@x", "[PATCH] text", "Zulu.", 11}}},
             Case{"log before added line",
                  "zulu",
                  {{"a@x", "[PATCH] text", "Zulu. " + diff(" x\n+y\n", 1, 1)},
                   {"b@x", "[PATCH] text", "Text.\n" + diff(" x\n+zulu\n", 1, 1), 11}}},
             Case{"added line before context",
                  "zulu",
                  {{"a@x", "[PATCH] text", "Text.\n" + diff(" x\n+zulu\n", 1, 1)},
                   {"b@x", "[PATCH] text", "Text.\n" + diff(" zulu\n+x\n", 1, 1), 11}}},
             Case{"context before quote",
                  "zulu",
                  {{"a@x", "[PATCH] text", "Text.\n" + diff(" zulu\n+x\n", 1, 1)},
                   {"b@x", "Re: [PATCH] text", "> zulu\n\nText.", 11}}},
             Case{"patch before reply",
                  "zulu",
                  {{"a@x", "[PATCH] text", "Zulu.\n" + diff(" x\n+y\n", 1, 1)},
                   {"b@x", "Re: [PATCH] text", "> Quoted.\n\nZulu.", 11}}},
             Case{"word as typed before its stem",
                  "walking",
                  {{"a@x", "[PATCH] text", "Walking."}, {"b@x", "[PATCH] text", "Walks.", 11}}},
             Case{"more of the question before less",
                  "zulu tango kilo",
                  {{"a@x", "[PATCH] text", "Zulu and tango."}, {"b@x", "[PATCH] text", "Zulu and zulu.", 11}}},
             Case{"identifier before its parts",
                  "kilo_zulu_run zulu",
                  {{"a@x", "[PATCH] text", "Take kilo_zulu_run now."},
                   {"b@x", "[PATCH] text", "Take kilo zulu run now.", 11}}},
             Case{"phrase before near, near before scattered",
                  "zulu tango",
                  {{"a@x", "[PATCH] text", "One zulu tango more here."},
                   {"b@x", "[PATCH] text", "One zulu more tango here.", 11},
                   {"c@x", "[PATCH] text", "Zulu one more here tango.", 12}}},
             Case{"rare word before frequent one",
                  "zulu some",
                  {{"a@x", "[PATCH] text", "Zulu."}, {"b@x", "[PATCH] some", "Some and some.", 11}}},
             Case{"short patch before long one",
                  "zulu",
                  {{"a@x", "[PATCH] text", "Zulu.\n" + diff(" x\n+y\n", 1, 1)},
                   {"b@x", "[PATCH] text", "Zulu.\n" + diff(" x\n+a b c d e f g h i j k l m n\n", 1, 1), 11}}},
             Case{"person before robot",
                  "zulu",
                  {{"a@x", "Zulu", "Text."}, {"b@x", "Zulu", "Text.", 11, "syzbot <s@robots.example>"}}},
             Case{"robot's report before what a robot says of patches applied",
                  "zulu",
                  {{"a@x", "Zulu", "Text.", 10, "kernel test robot <lkp@robots.example>"},
                   {"b@x", "Zulu", "Text.", 11, "patch bot <p@robots.example>"}}},
             Case{"robot that is asked for by a bare word is no less",
                  "zulu syzbot",
                  {{"b@x", "Zulu syzbot", "Text.", 11, "syzbot <s@robots.example>"}, {"a@x", "Zulu syzbot", "Text."}}},
             Case{"robot that is asked for by sender is no less",
                  "zulu from:robot",
                  {{"b@x", "Zulu", "Text.", 10, "test robot <t@robots.example>"}, {"a@x", "Text", "Zulu.", 11}}},
             Case{"patch before its copy for stable trees",
                  "zulu",
                  {{"a@x", "[PATCH] zulu", "Text."}, {"b@x", "[PATCH AUTOSEL 5.4] zulu", "Text.", 11}}},
             Case{"patch before word that it is in a stable tree",
                  "zulu",
                  {{"a@x", "[PATCH] zulu", "Text."},
                   {"b@x", "Patch \"zulu\" has been added to the 5.4-stable tree", "Text.", 11}}},
             Case{"copy for stable trees that is asked for by its tag is no less",
                  "zulu tag:autosel",
                  {{"b@x", "[PATCH AUTOSEL 5.4] zulu", "Text.", 11}, {"a@x", "[PATCH] zulu", "Text."}}},
             Case{"question before announcement",
                  "zulu",
                  {{"a@x", "zulu", "Text."}, {"b@x", "[ANNOUNCE] zulu", "Text.", 11}}},
             Case{"patch before cover letter that says the same",
                  "zulu",
                  {{"a@x", "[PATCH 1/1] zulu", "Text."}, {"b@x", "[PATCH 0/1] zulu", "Text.", 11}}},
             Case{"recent before old, though the old is shorter",
                  "zulu",
                  {{"a@x", "[PATCH] zulu", "Some more text."},
                   {"b@x", "[PATCH] zulu", "Text.", 10, "Ada <ada@example.org>", "2001"}}},
             Case{"patch that touches a path before what only mentions it",
                  "a/zulu.c",
                  {{"a@x", "[PATCH] text", "Text.\n" + touching("a/zulu.c")},
                   {"b@x", "a/zulu.c", "The file a/zulu.c. And a/zulu.c, with a/zulu.c.", 11}}},
             Case{"patch that touches a name in any folder before what only mentions it",
                  "zulu.c tango",
                  {{"a@x", "[PATCH] text", "Tango.\n" + touching("a/zulu.c")},
                   {"b@x", "zulu.c", "Tango in zulu.c. And zulu.c, with zulu.c.", 11}}},
             Case{"newest version on a tie",
                  "zulu",
                  {{"a@x", "[PATCH v2] zulu", "Text.", 12}, {"b@x", "[PATCH v1] zulu", "Text.", 11}}},
         }) {
        for (const std::size_t shards : {1, 3}) {
            CAPTURE(c.name);
            CAPTURE(shards);
            const auto answer = ask(c.mails, c.query, shards);
            REQUIRE(answer.page.hits.size() >= c.mails.size());
            for (std::size_t i = 0; i < c.mails.size(); ++i) CHECK(answer.page.hits[i].record.id == c.mails[i].id);
        }
    }
}

TEST_CASE("what the parts gave adds up to the score") {
    const std::vector<Mail> mails = {
        {"a@x", "[PATCH] zulu tango", "Zulu tango, and kilo-bravo.\n" + diff(" zulu\n+tango\n", 1, 1)},
        {"b@x", "Re: [PATCH] zulu tango", "> Zulu tango.\n\nTango zulu."},
        {"a@x", "[PATCH] other", "Tango with kilo."},
    };
    for (const char* query :
         {"zulu", "zulu tango", "+zulu tango", "\"zulu tango\"", "tan*", "kilo-bravo", "zulu XOR kilo",
          "(zulu AND kilo) OR tango", "zulu -is:reply", "hunk:(zulu tango)", "subject:zulu is:patch", "zulu OR some"}) {
        for (const std::size_t shards : {1, 3}) {
            CAPTURE(query);
            CAPTURE(shards);
            const auto answer = ask(mails, query, shards, true);
            CHECK_FALSE(answer.page.hits.empty());
            for (const reader::Hit& hit : answer.page.hits) {
                double sum = 0;
                for (const std::string& why : hit.why)
                    if (const auto at = why.find(" gives "); at != why.npos) sum += std::stod(why.substr(at + 7));
                CHECK(std::abs(sum - hit.score) < 0.01);
            }
        }
    }
}

namespace {

/// Five parts in two versions that say nearly the same, a single patch that says it less, and a reply.
std::vector<Mail> series() {
    std::vector<Mail> out;
    for (const char* version : {"1", "2"})
        for (int part = 1; part <= 5; ++part)
            out.push_back({"v" + std::string(version) + "p" + std::to_string(part) + "@x",
                           "[PATCH v" + std::string(version) + " " + std::to_string(part) + "/5] zulu tango",
                           "Tango " + std::string(static_cast<std::size_t>(part), 'x') + '.', 10 + part});
    out.push_back({"single@x", "[PATCH] zulu tango", "Some other text, and some more of it, until it is long.", 3});
    out.push_back({"reply@x", "Re: [PATCH] zulu tango", "More.", 4});
    return out;
}

/// Ids of answers to a query, of an index with what its messages are to one another.
struct Asked {
    Asked(std::size_t shards, bool related) {
        auto all = fillers();
        for (const Mail& mail : series()) all.push_back(raw(mail));
        build_index(folder / "i", all, shards);
        if (!related) return;
        Relating relations(folder / "i");
        std::vector<std::string> group;
        for (const Mail& mail : series()) {
            if (mail.id[0] != 'v') continue;
            group.push_back(mail.id);
            if (mail.id.starts_with("v2")) relations.state(mail.id, store::RelationState::latest);
        }
        relations.versions(group);
        relations.write();
    }
    std::vector<std::string> ids(const std::string& query, std::size_t offset = 0, std::size_t limit = 20,
                                 bool explain = false) {
        auto index = search::Index::open(folder / "i");
        REQUIRE(index);
        reader::Request request;
        request.query = query;
        request.offset = offset;
        request.limit = limit;
        request.explain = explain;
        const auto answer = index->search(request);
        REQUIRE(answer);
        std::vector<std::string> out;
        for (const reader::Hit& hit : answer->page.hits) out.push_back(hit.record.id);
        hits = answer->page.hits;
        return out;
    }
    const Folder folder;
    std::vector<reader::Hit> hits;
};

std::size_t place_of(const std::vector<std::string>& ids, const std::string& id) {
    return static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin());
}

}  // namespace

TEST_CASE("versions and parts of one series yield to others of nearly their score") {
    for (const std::size_t shards : {1, 3}) {
        CAPTURE(shards);
        Asked without(shards, false), with(shards, true);
        const auto by_score = without.ids("zulu tango"), yielding = with.ids("zulu tango");
        CHECK(by_score.size() == 12);
        CHECK(place_of(by_score, "single@x") >= 10);
        REQUIRE(yielding.size() == 12);
        CHECK(yielding[0].starts_with("v2"));
        CHECK(yielding[1] == "single@x");
        CHECK(place_of(yielding, "reply@x") < 4);
        // None is left out, and the newer version comes first.
        for (const std::string& id : by_score) CHECK(std::ranges::count(yielding, id) == 1);
        CHECK(place_of(yielding, "v2p1@x") < place_of(yielding, "v1p1@x"));
    }
}

TEST_CASE("pages of answers that yield are pieces of one list, in however many shards") {
    Asked one(1, true), three(3, true);
    const auto whole = one.ids("zulu tango", 0, 0);
    CHECK(three.ids("zulu tango", 0, 0) == whole);
    for (std::size_t offset = 0; offset <= whole.size(); ++offset) {
        const auto page = three.ids("zulu tango", offset, 3);
        CHECK(std::ranges::equal(page,
                                 std::span(whole).subspan(offset, std::min<std::size_t>(3, whole.size() - offset))));
    }
}

TEST_CASE("what the parts gave and what was yielded adds up to the score") {
    Asked asked(3, true);
    asked.ids("zulu tango", 0, 20, true);
    for (const reader::Hit& hit : asked.hits) {
        double sum = 0;
        for (const std::string& why : hit.why)
            for (const char* verb : {" gives ", " give "})
                if (const auto at = why.find(verb); at != why.npos)
                    sum += std::stod(why.substr(at + std::strlen(verb)));
        CHECK(std::abs(sum - hit.score) < 0.01);
    }
}

TEST_CASE("nothing yields in an answer to a question for versions and parts") {
    Asked without(1, false), with(1, true);
    for (const char* query : {"zulu tango part:1..", "zulu tango v:1..2", "zulu tango total:5"}) {
        CAPTURE(query);
        CHECK(with.ids(query) == without.ids(query));
    }
}

TEST_CASE("without a file of relations the answer is there, in the order of scores") {
    Asked without(1, false), with(1, true);
    std::filesystem::remove(with.folder / "i" / "relations-000001");
    CHECK(with.ids("zulu tango") == without.ids("zulu tango"));
}
