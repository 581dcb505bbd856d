// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "build.hpp"
#include "patchseek/schema/schema.hpp"
#include "search/search.hpp"
#include "storage/amendments.hpp"
#include "world.hpp"

using namespace patchseek;

namespace {

constexpr std::size_t kMails = 120;

/// Takes the only origin of some mails, by their places in what build_index() was given, in rounds.
void forget(const std::filesystem::path& index, const std::vector<std::vector<std::size_t>>& rounds) {
    auto folder = storage::IndexFolder::open_existing(index);
    REQUIRE(folder);
    for (const auto& round : rounds) {
        storage::Amendments amendments(*folder);
        for (const std::size_t place : round) amendments.forget({kBuiltArchive, 1, place});
        const auto done = amendments.publish({});
        REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
        CHECK(*done);
        CHECK(amendments.removed() == round.size());
    }
}

/// What is found, with the score of each to the last bit.
std::vector<std::string> answers(search::Index& index, const std::string& query, bool any, bool newest,
                                 std::size_t limit = 0) {
    reader::Request request;
    request.query = query;
    request.any = any;
    request.advice = false;
    request.limit = limit;
    if (newest) {
        request.order = reader::Order::value;
        request.slot = schema::kSlotDate;
        request.descending = true;
    }
    const auto answer = index.search(request);
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    std::vector<std::string> out;
    if (limit == 0) out.push_back(std::to_string(answer->page.matches));  // of a page it may be a bound
    for (const reader::Hit& hit : answer->page.hits) {
        char score[40];
        std::snprintf(score, sizeof score, " %a", hit.score);
        out.push_back(hit.record.id + score);
    }
    return out;
}

}  // namespace

TEST_CASE("an index in which messages died answers as one that never had them") {
    world::Dice dice(7);
    const auto mails = world::make(kMails, dice);
    // Of one shard few die, which are written down; of another many, so that it is written anew.
    for (const std::size_t shards : {1, 3})
        for (const std::size_t dying : {std::size_t{4}, kMails / 4, kMails - 1}) {
            CAPTURE(shards);
            CAPTURE(dying);
            std::vector<std::string> all, left;
            std::vector<std::vector<std::size_t>> rounds(2);
            for (std::size_t i = 0; i < mails.size(); ++i) {
                all.push_back(mails[i].raw);
                const bool dies = i * 37 % kMails < dying;
                if (dies)
                    rounds[i % 2].push_back(i);
                else
                    left.push_back(mails[i].raw);
            }
            const Folder folder;
            build_index(folder / "grown", all, shards);
            forget(folder / "grown", rounds);
            build_index(folder / "fresh", left, shards);
            auto grown = search::Index::open(folder / "grown"), fresh = search::Index::open(folder / "fresh");
            REQUIRE(grown);
            REQUIRE(fresh);
            std::vector<std::string> queries = {"*", "subject:*", "file:*", "-file:*", "is:patch", "d:2020.."};
            for (const auto& words : {world::kWords, world::kCode})
                for (std::size_t i = 0; i + 1 < words.size(); i += 5) {
                    queries.push_back(words[i]);
                    queries.push_back(words[i] + ' ' + words[i + 1]);
                    queries.push_back(words[i] + " -" + words[i + 1]);
                    queries.push_back(words[i].substr(0, 3) + '*');
                }
            for (const std::string& query : queries)
                for (const bool any : {false, true})
                    for (const bool newest : {false, true}) {
                        CAPTURE(query);
                        CAPTURE(any);
                        CAPTURE(newest);
                        CHECK(answers(*grown, query, any, newest) == answers(*fresh, query, any, newest));
                    }
        }
}

TEST_CASE("whether a word is common is told by the messages that live") {
    // `gasket` is in 15 of 100 logs, which makes it a word that gives nothing beside a rarer one; in 10 of 95 it is
    // rare.
    std::vector<std::string> all, left;
    std::vector<std::size_t> dying;
    for (std::size_t i = 0; i < 100; ++i) {
        const std::string body =
            std::string(i < 15 ? "The gasket leaks.\n" : "It leaks.\n") + (i % 3 == 0 && i < 24 ? "A piston.\n" : "");
        all.push_back("From: Ada <ada@heron.example>\nMessage-ID: <" + std::to_string(i) +
                      "@heron.example>\nDate: 5 Oct 2020 09:51:08 +0000\nSubject: More of it\n\n" + body);
        if (i < 15 && i % 3 == 1)
            dying.push_back(i);
        else
            left.push_back(all.back());
    }
    const Folder folder;
    build_index(folder / "grown", all, 1);
    forget(folder / "grown", {dying});
    build_index(folder / "fresh", left, 1);
    auto grown = search::Index::open(folder / "grown"), fresh = search::Index::open(folder / "fresh");
    REQUIRE(grown);
    REQUIRE(fresh);
    for (const std::size_t limit : {1, 5, 0})
        CHECK(answers(*grown, "gasket piston", true, false, limit) ==
              answers(*fresh, "gasket piston", true, false, limit));
}
