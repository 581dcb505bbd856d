// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "../folder.hpp"
#include "build.hpp"
#include "naive.hpp"
#include "patchseek/schema/schema.hpp"
#include "relate.hpp"
#include "search/search.hpp"

using namespace patchseek;

namespace {

using Ids = std::vector<std::string>;

constexpr std::size_t kMails = 60;
constexpr int kQueries = 450;

struct Asked : naive::Query {
    bool any = false;
};

Ids ids_of(search::Index& index, const reader::Request& request) {
    const auto answer = index.search(request);
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    Ids out;
    for (const reader::Hit& hit : answer->page.hits) out.push_back(hit.record.id);
    return out;
}

reader::Request all_of(const Asked& query) {
    reader::Request request;
    request.query = query.text;
    request.any = query.any;
    request.limit = 0;
    request.advice = false;
    return request;
}

std::size_t count_of(search::Index& index, reader::Request request) {
    request.count = true;
    const auto answer = index.search(request);
    REQUIRE(answer);
    CHECK(answer->page.exact);
    return answer->page.matches;
}

/// Newest first, undated last, ties by id.
Ids expected(const std::vector<world::Mail>& mails, const Asked& query) {
    std::vector<const world::Mail*> found;
    for (const world::Mail& mail : mails)
        if (query.matches(mail)) found.push_back(&mail);
    std::ranges::sort(found, [](const world::Mail* a, const world::Mail* b) {
        if (a->date != b->date) return a->date.value_or(INT64_MIN) > b->date.value_or(INT64_MIN);
        return a->id < b->id;
    });
    Ids out;
    for (const world::Mail* mail : found) out.push_back(mail->id);
    return out;
}

Ids sorted(Ids ids) {
    std::ranges::sort(ids);
    return ids;
}

Ids slice(const Ids& ids, std::size_t offset, std::size_t limit) {
    const auto begin = std::min(offset, ids.size());
    return {ids.begin() + static_cast<std::ptrdiff_t>(begin),
            ids.begin() + static_cast<std::ptrdiff_t>(std::min(begin + limit, ids.size()))};
}

/// Gives the mails of an index the groups, replies and states that they were made with.
void relate(const std::filesystem::path& index, const std::vector<world::Mail>& mails) {
    using store::Relation;
    Relating relations(index);
    const auto group = [&](const world::Mail& mail, std::size_t world::Mail::*number) -> std::uint32_t {
        if (mail.*number == 0) return 0;
        return relations.row(std::ranges::find(mails, mail.*number, number)->id);
    };
    static constexpr const char* kStates[] = {"latest", "complete", "unanswered", "unreviewed"};
    for (const world::Mail& mail : mails) {
        Relation& one = relations[mail.id];
        one.thread = group(mail, &world::Mail::thread);
        one.series = group(mail, &world::Mail::series);
        one.change = group(mail, &world::Mail::change);
        one.replies = static_cast<std::uint16_t>(mail.replies);
        for (std::size_t state = 0; state < std::size(kStates); ++state)
            if (mail.states.count(kStates[state]) > 0)
                relations.state(mail.id, static_cast<store::RelationState>(state));
    }
    relations.write();
}

/// One collection of mails in one, two and five shards.
struct Fixture {
    Folder folder;
    std::vector<world::Mail> mails;
    std::vector<search::Index> indexes;

    explicit Fixture(std::uint32_t seed) {
        world::Dice dice(seed);
        mails = world::make(kMails, dice);
        std::vector<std::string> raw;
        for (const world::Mail& mail : mails) raw.push_back(mail.raw);
        for (const std::size_t shards : {1, 2, 5}) {
            const auto path = folder / std::to_string(shards);
            build_index(path, raw, shards);
            relate(path, mails);
            auto index = search::Index::open(path);
            REQUIRE(index);
            indexes.push_back(std::move(*index));
        }
    }
};

void check_newest_first(search::Index& index, const Asked& query, const Ids& wanted, world::Dice& dice) {
    auto request = all_of(query);
    request.order = reader::Order::value;
    request.slot = schema::kSlotDate;
    request.descending = true;
    for (const bool slow : {false, true}) {
        request.explain = slow;
        CHECK(ids_of(index, request) == wanted);
        auto page = request;
        page.offset = dice.below(wanted.size() + 2);
        page.limit = 1 + dice.below(5);
        CHECK(ids_of(index, page) == slice(wanted, page.offset, page.limit));
    }
}

void check_relevance(search::Index& index, const Asked& query, const Ids& order, const Ids& wanted, world::Dice& dice) {
    auto request = all_of(query);
    const auto own = ids_of(index, request);
    CHECK((query.unsteady ? sorted(own) == sorted(order) : own == order));
    request.explain = true;
    CHECK(ids_of(index, request) == own);
    if (!query.ranks) CHECK(order == wanted);
    request.explain = dice.chance(50);
    request.offset = dice.below(own.size() + 2);
    request.limit = 1 + dice.below(5);
    CHECK(ids_of(index, request) == slice(own, request.offset, request.limit));
}

}  // namespace

TEST_CASE("answers are what reading every mail gives, in any number of shards") {
    for (const std::uint32_t seed : {1u, 2u, 3u}) {
        Fixture fixture(seed);
        world::Dice dice(seed * 1000);
        std::size_t found = 0;
        for (int i = 0; i < kQueries / 3; ++i) {
            const bool any = dice.chance(25);
            const Asked query{naive::Maker(dice, fixture.mails, any).make(i % 4), any};
            CAPTURE(query.text);
            CAPTURE(any);
            const auto wanted = expected(fixture.mails, query);
            found += !wanted.empty();
            const auto order = ids_of(fixture.indexes[0], all_of(query));
            REQUIRE(sorted(order) == sorted(wanted));
            for (search::Index& index : fixture.indexes) {
                CHECK(count_of(index, all_of(query)) == wanted.size());
                check_newest_first(index, query, wanted, dice);
                check_relevance(index, query, order, wanted, dice);
            }
        }
        // Queries that find nothing prove little.
        CHECK(found > kQueries / 6);
    }
}
