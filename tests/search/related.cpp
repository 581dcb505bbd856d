// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "../folder.hpp"
#include "build.hpp"
#include "patchseek/store/manifest.hpp"
#include "relate.hpp"
#include "relations/related.hpp"
#include "search/search.hpp"

namespace fs = std::filesystem;
using namespace patchseek;
using store::RelationState;

namespace {

std::string mail(const std::string& id, const std::string& subject, const std::string& body) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + id +
           ">\nDate: Mon, 26 Oct 2020 09:51:08 +0000\nSubject: " + subject + "\n\n" + body + "\n";
}

/// Two versions of a series, a reply to the first, and a mail that has to do with none.
std::vector<std::string> mails() {
    return {
        mail("c1@x", "[PATCH 0/2] cover", "about alpha"),
        mail("p1@x", "[PATCH 1/2] one", "bravo"),
        mail("p2@x", "[PATCH 2/2] two", "charlie"),
        mail("r1@x", "Re: [PATCH 1/2] one", "delta"),
        mail("c2@x", "[PATCH v2 0/2] cover", "about echo"),
        mail("q1@x", "[PATCH v2 1/2] one", "bravo"),
        mail("lone@x", "a question", "foxtrot"),
    };
}

struct Answered {
    std::string ids;  ///< sorted, a blank between
    std::vector<std::string> notes, hints;
};

Answered ask(const fs::path& path, const std::string& query) {
    auto index = search::Index::open(path);
    REQUIRE(index);
    reader::Request request;
    request.query = query;
    const auto answer = index->search(request);
    if (!answer) return {answer.error().message, {}, {}};
    std::vector<std::string> ids;
    for (const auto& hit : answer->page.hits) ids.push_back(hit.record.id);
    std::ranges::sort(ids);
    Answered out{"", answer->notes, answer->hints};
    for (const auto& id : ids) out.ids += (out.ids.empty() ? "" : " ") + id.substr(0, id.find('@'));
    // Counting goes another way.
    request.count = true;
    CHECK(index->search(request)->page.matches == ids.size());
    // So does ranking.
    request.count = false;
    request.explain = true;
    CHECK(index->search(request)->page.hits.size() == ids.size());
    return out;
}

Relating related(const fs::path& index) {
    Relating out(index);
    out.thread({"c1@x", "p1@x", "p2@x", "r1@x"});
    out.thread({"c2@x", "q1@x"});
    out.series({"c1@x", "p1@x", "p2@x"});
    out.series({"c2@x", "q1@x"});
    out.versions({"c1@x", "p1@x", "p2@x", "c2@x", "q1@x"});
    for (const char* id : {"c1@x", "p1@x", "p2@x"}) out.state(id, RelationState::complete);
    for (const char* id : {"c2@x", "q1@x"}) out.state(id, RelationState::latest);
    for (const char* id : {"c1@x", "p2@x", "c2@x", "q1@x"}) out.state(id, RelationState::unanswered);
    for (const char* id : {"p2@x", "q1@x"}) out.state(id, RelationState::unreviewed);
    out["p1@x"].replies = 3;
    out["lone@x"].replies = 1;
    return out;
}

}  // namespace

TEST_CASE("threads, series, versions and states are found, however many shards there are") {
    for (const std::size_t shards : {1u, 3u}) {
        const Folder folder;
        build_index(folder / "i", mails(), shards);
        related(folder / "i").write();
        struct Case {
            const char *query, *ids;
        };
        for (const Case& c : {
                 Case{"thread:r1@x", "c1 p1 p2 r1"},
                 Case{"thread:<p1@x>", "c1 p1 p2 r1"},
                 Case{"thread:lone@x", "lone"},
                 Case{"series:p2@x", "c1 p1 p2"},
                 Case{"series:q1@x", "c2 q1"},
                 Case{"series:r1@x", ""},
                 Case{"versions:q1@x", "c1 c2 p1 p2 q1"},
                 Case{"thread:P1@x", ""},
                 Case{"thread:(lone@x OR q1@x)", "c2 lone q1"},
                 Case{"thread:{delta}", "c1 p1 p2 r1"},
                 Case{"thread:{bravo}", "c1 c2 p1 p2 q1 r1"},
                 Case{"thread:{bravo} -series:{bravo}", "r1"},
                 Case{"series:{thread:{delta} bravo}", "c1 p1 p2"},
                 Case{"versions:{echo}", "c1 c2 p1 p2 q1"},
                 Case{"NOT thread:{delta}", "c2 lone q1"},
                 Case{"thread:{foxtrot OR delta} NOT is:reply", "c1 lone p1 p2"},
                 Case{"thread:{nosuchword}", ""},
                 Case{"thread:{*}", "c1 c2 lone p1 p2 q1 r1"},
                 Case{"thread:{NOT *}", ""},
                 Case{"thread:*", "c1 c2 lone p1 p2 q1 r1"},
                 Case{"series:*", "c1 c2 p1 p2 q1"},
                 Case{"-series:*", "lone r1"},
                 Case{"versions:*", "c1 c2 p1 p2 q1"},
                 Case{"is:latest", "c2 q1"},
                 Case{"is:Latest is:cover", "c2"},
                 Case{"is:complete", "c1 p1 p2"},
                 Case{"is:unanswered", "c1 c2 p2 q1"},
                 Case{"is:unreviewed -is:latest", "p2"},
                 Case{"is:(latest OR complete)", "c1 c2 p1 p2 q1"},
                 Case{"is:latest XOR is:cover", "c1 q1"},
                 Case{"replies:3", "p1"},
                 Case{"replies:1..", "lone p1"},
                 Case{"replies:..1", "c1 c2 lone p2 q1 r1"},
                 Case{"replies:0", "c1 c2 p2 q1 r1"},
                 Case{"replies:*", "lone p1"},
                 Case{"replies:65536..", ""},
                 Case{"bravo is:latest", "q1"},
                 Case{"lit:\"rav\" thread:{lit:\"elt\"}", "p1"},
             }) {
            CAPTURE(shards);
            CAPTURE(c.query);
            const auto answer = ask(folder / "i", c.query);
            CHECK(answer.ids == c.ids);
            CHECK(answer.notes.empty());
        }
    }
}

TEST_CASE("what is not known of threads yet is said, and found in none") {
    const Folder folder;
    build_index(folder / "i", mails(), 1);
    CHECK(ask(folder / "i", "thread:*").ids.empty());
    CHECK(ask(folder / "i", "thread:*").notes ==
          std::vector<std::string>{"the index does not know of threads and series yet; run the indexer again"});
    CHECK(ask(folder / "i", "NOT thread:*").ids == "c1 c2 lone p1 p2 q1 r1");
    CHECK(ask(folder / "i", "bravo").notes.empty());
    auto few = related(folder / "i");
    // As if the last two documents had come later.
    few.tables.parts.front().last -= 2;
    few.tables.parts.front().messages -= 2;
    few.write();
    const auto answer = ask(folder / "i", "thread:{*}");
    CHECK(std::ranges::count(answer.ids, ' ') == 4);
    CHECK(answer.notes ==
          std::vector<std::string>{
              "threads and series do not know the newest 2 messages yet; they will when the indexer's run ends"});
    auto other = related(folder / "i");
    other.tables.parts.front().shard = std::string(36, '0');
    other.write();
    CHECK(ask(folder / "i", "thread:{*}").ids.empty());
    CHECK(ask(folder / "i", "replies:0").notes ==
          std::vector<std::string>{
              "threads and series do not know the newest 7 messages yet; they will when the indexer's run ends"});
}

TEST_CASE("a file of relations that is gone is told, by what needs it") {
    const Folder folder;
    build_index(folder / "i", mails(), 1);
    related(folder / "i").write();
    fs::remove(folder / "i" / "relations-000001");
    CHECK(ask(folder / "i", "bravo").ids == "p1 q1");
    auto index = search::Index::open(folder / "i");
    reader::Request request;
    request.query = "is:latest";
    const auto answer = index->search(request);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::data);
}

TEST_CASE("no rows that a damaged file names lead out of it") {
    const Folder folder;
    build_index(folder / "i", mails(), 2);
    for (const std::uint32_t wrong : {0u, 5u, 100u, 0xFFFFFFFFu}) {
        auto bad = related(folder / "i");
        for (auto& row : bad.tables.rows) row.thread = row.series = row.change = wrong;
        bad.tables.credits = {{wrong, 1}, {1, wrong}, {wrong, wrong}};
        bad.tables.paths = {{wrong, 0, "a"}, {1, wrong, "b"}};
        bad.write();
        auto index = search::Index::open(folder / "i");
        REQUIRE(index);
        for (const char* query :
             {"thread:p1@x", "series:{*}", "versions:*", "is:latest", "reviewed:*", "file:a", "*"}) {
            reader::Request request;
            request.query = query;
            request.lookup = reader::Lookup::relations;
            CHECK(index->search(request));
        }
    }
}

TEST_CASE("an id that is in no series is advised on") {
    const Folder folder;
    build_index(folder / "i", mails(), 1);
    related(folder / "i").write();
    CHECK(ask(folder / "i", "thread:nobody@nowhere.example").hints ==
          std::vector<std::string>{"no message has the id 'nobody@nowhere.example'"});
    CHECK(ask(folder / "i", "thread:lome@x").hints ==
          std::vector<std::string>{"no message has the id 'lome@x'", "'thread:lone@x' finds 1"});
    CHECK(ask(folder / "i", "thread:{foxtort}").hints == std::vector<std::string>{"'thread:{foxtrot}' finds 1"});
    CHECK(ask(folder / "i", "series:lone@x").hints == std::vector<std::string>{"the message is in no series"});
    CHECK(ask(folder / "i", "series:{foxtrot}").hints ==
          std::vector<std::string>{"what stands in the braces finds 1, none of which is in a series"});
}

TEST_CASE("out of time, a group counts as `on_timeout` says") {
    const Folder folder;
    build_index(folder / "i", mails(), 1);
    related(folder / "i").write();
    auto database = reader::Database::open(folder / "i");
    REQUIRE(database);
    reader::Deadline deadline;
    deadline.start(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    relations::RelatedRows rows(*database, deadline);
    query::Plan plan;
    plan.kind = query::Plan::Kind::related;
    const Xapian::Query inner("Ldelta"), all(std::string{});
    CHECK(rows.matching(plan, inner, query::OnTimeout::excluded).empty());
    CHECK(rows.matching(plan, inner, query::OnTimeout::included).get_description() == all.get_description());
    CHECK_THROWS_AS(rows.matching(plan, inner, query::OnTimeout::error), reader::Failure);
}

TEST_CASE("answers say where messages belong") {
    const Folder folder;
    build_index(folder / "i", mails(), 2);
    related(folder / "i").write();
    auto index = search::Index::open(folder / "i");
    reader::Request request;
    request.query = "id:p1@x";
    request.lookup = reader::Lookup::relations;
    const auto answer = index->search(request);
    REQUIRE(answer);
    REQUIRE(answer->page.hits.size() == 1);
    const auto& groups = answer->page.hits.front().relations;
    CHECK(groups.series == "c1@x");
    CHECK(groups.thread == "c1@x");
    CHECK(groups.replies == 3);
    CHECK(groups.states == std::vector<std::string>{"complete"});
    const auto shown = index->show("lone@x");
    REQUIRE(shown->size() == 1);
    CHECK(shown->front().relations.series.empty());
    CHECK(shown->front().relations.thread == "lone@x");
    request.lookup = reader::Lookup::none;
    CHECK(index->search(request)->page.hits.front().relations.thread.empty());
}
