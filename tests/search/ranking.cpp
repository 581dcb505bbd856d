#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "build.hpp"
#include "search/search.hpp"

using namespace patchseek;

namespace {

struct Mail {
    std::string id, subject, body;
    int day = 10;
};

std::string raw(const Mail& mail) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + mail.id + ">\nDate: " + std::to_string(mail.day) +
           " Oct 2020 09:51:08 +0000\nSubject: " + mail.subject + "\n\n" + mail.body + "\n";
}

std::string diff(const std::string& lines, int context, int added) {
    return "---\ndiff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1," + std::to_string(context) + " +1," +
           std::to_string(context + added) + " @@\n" + lines;
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
