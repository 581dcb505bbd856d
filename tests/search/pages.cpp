// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "build.hpp"
#include "document/document.hpp"
#include "patchseek/schema/schema.hpp"
#include "search/search.hpp"

using namespace patchseek;

namespace {

/// Sanitizers slow each search by five; that the parts agree is proven without them, by all rounds.
#ifdef PATCHSEEK_SANITIZED
constexpr int kRounds = 15;
const std::vector<std::size_t> kShards = {3}, kOffsets = {0};
#else
constexpr int kRounds = 100;
const std::vector<std::size_t> kShards = {1, 3}, kOffsets = {0, 130};
#endif

std::string many_words() {
    std::string out;
    for (std::size_t i = 0; i <= document::DocumentBuilder::kMaxTerms; ++i)
        out += "w" + std::to_string(i) + (i % 10 == 0 ? '\n' : ' ');
    return out + '\n';
}

/// 500 messages with the same words. They stand side by side as in `ring.c` in every second, as in `ring->c` in every
/// seventh and as in `c++` in every hundredth; as in `ring/hand.c`, whose signs tell of all, in every ninth; as in
/// `ring-hand`, of which no signs are known, in every eighth. One has more words than are known of it, and behind them
/// `ring-hand` and `ring->c`.
std::vector<std::string> mails() {
    std::vector<std::string> out;
    for (int i = 0; i < 500; ++i) {
        std::string body;
        for (int n = 0; n <= i * 37 % 11; ++n) body += "The ring has a c in it.\n";
        body += i % 2 == 0 ? "See ring.c there.\n" : "See c or the ring there.\n";
        if (i % 7 == 0) body += "It is ring->c that counts.\n";
        if (i % 100 == 3) body += i == 3 ? "Written in C\uFF0B\uFF0B.\n" : "Written in C++.\n";
        if (i % 3 == 0) body += "A lone buffer.\n";
        body += i % 9 == 0 ? "By ring/hand.c here.\n" : i % 11 == 0 ? "By left/hand.c here.\n" : "By hand.c.\n";
        if (i % 8 == 0) body += "A ring-hand, or the hand of a ring.\n";
        if (i == 407) body += "A lone buffer.\n" + many_words() + "Behind them a ring-hand and ring->c.\n";
        out.push_back("From: Ada <ada@heron.example>\nMessage-ID: <" + std::to_string(i) +
                      "@heron.example>\nDate: " + std::to_string(1 + i * 13 % 28) +
                      " Oct 2020 09:51:08 +0000\nSubject: " + (i % 5 == 0 ? "The ring" : "More of it") + "\n\n" + body);
    }
    return out;
}

using Shown = std::vector<std::pair<std::string, double>>;

Shown shown(search::Index& index, const reader::Request& request) {
    const auto answer = index.search(request);
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    Shown out;
    for (const reader::Hit& hit : answer->page.hits) out.emplace_back(hit.record.id, hit.score);
    if (answer->page.exact && !out.empty()) CHECK(answer->page.matches >= request.offset + out.size());
    return out;
}

/// One of 300 words, the first ones by far the most often.
std::string word(std::mt19937& chance) {
    std::size_t number = 0;
    while (number < 299 && chance() % 30 != 0) ++number;
    return "word" + std::to_string(number);
}

/// Messages of random words; what some say, others quote.
std::vector<std::string> random_mails(std::mt19937& chance, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
        std::string text = "From: Ada <ada@heron.example>\nMessage-ID: <" + std::to_string(i) +
                           "@heron.example>\nDate: " + std::to_string(1 + i % 28) +
                           " Oct 2020 09:51:08 +0000\nSubject: " + word(chance) + ' ' + word(chance) + "\n\n";
        for (auto lines = chance() % 4; lines > 0; --lines) {
            text += chance() % 3 == 0 ? "> " : "";
            for (auto words = 1 + chance() % 4; words > 0; --words)
                text += word(chance) + (chance() % 3 == 0 ? '/' : ' ');
            text += '\n';
        }
        out.push_back(std::move(text));
    }
    return out;
}

}  // namespace

TEST_CASE("the best of many words are those that reading all of them gives") {
    std::mt19937 chance(7);  // always the same
    Folder folder;
    build_index(folder / "index", random_mails(chance, 3000), 4);
    auto index = search::Index::open(folder / "index");
    REQUIRE(index);
    for (int i = 0; i < kRounds; ++i) {
        reader::Request request;
        request.advice = false;
        for (auto words = 2 + chance() % 8; words > 0; --words)
            request.query += word(chance) + (chance() % 4 == 0 ? '/' + word(chance) : "") + ' ';
        request.any = i % 3 != 0;
        CAPTURE(request.query);
        CAPTURE(request.any);
        request.limit = 0;
        request.processes = 1;
        const Shown all = shown(*index, request);
        for (const std::size_t limit : {1, 7, 43}) {
            request.limit = limit;
            request.processes = limit == 7 && i % 5 == 0 ? 3 : 1;
            CHECK(shown(*index, request) ==
                  Shown(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()))));
        }
    }
}

TEST_CASE("a page whose matches are proven late is a part of the answer in which all were proven at once") {
    Folder folder;
    for (const std::size_t shards : kShards) {
        build_index(folder / std::to_string(shards), mails(), shards);
        auto index = search::Index::open(folder / std::to_string(shards));
        REQUIRE(index);
        for (const std::string query : {"ring.c",
                                        "ring->c",
                                        "C++",
                                        "\"ring has\"",
                                        "\"c in\" ring->c",
                                        "\"ring there\"",
                                        "ring.c OR buffer",
                                        "C++ OR buffer",
                                        "ring->c OR C++",
                                        "ring -ring.c",
                                        "ring NOT (buffer ring->c)",
                                        "buffer ring.c -C++",
                                        "ring.c XOR buffer",
                                        "lit:\"->c\"",
                                        "re:/r[a-z]+\\.c/ buffer",
                                        "ring NEAR/3 c",
                                        "-re:/C\\+\\+/ ring.c",
                                        "ring +ring.c",
                                        "ring->d",
                                        "ring/hand.c",
                                        "left/hand.c",
                                        "right/hand.c",
                                        "ring/hand.c OR left/hand.c",
                                        "ring/hand.c ring->c",
                                        "hand.c -ring/hand.c",
                                        "ring-hand",
                                        "ring-hand OR buffer",
                                        "ring->c OR buffer",
                                        "buffer ring-hand ring->c",
                                        "ring NOT ring-hand",
                                        "ring-hand XOR buffer",
                                        "ring/hand.c XOR left/hand.c"}) {
            for (const bool any : {false, true}) {
                for (const bool newest : {false, true}) {
                    CAPTURE(query);
                    CAPTURE(any);
                    CAPTURE(newest);
                    reader::Request request;
                    request.query = query;
                    request.any = any;
                    request.advice = false;
                    if (newest) {
                        request.order = reader::Order::value;
                        request.slot = schema::kSlotDate;
                        request.descending = true;
                    }
                    request.limit = 0;
                    const Shown all = shown(*index, request);
                    for (const std::size_t limit : {1, 20, 400}) {
                        for (const std::size_t offset : kOffsets) {
                            request.limit = limit;
                            request.processes = offset == 0 && limit == 20 ? shards : 1;
                            request.offset = offset;
                            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(std::min(offset, all.size()));
                            const auto end =
                                all.begin() + static_cast<std::ptrdiff_t>(std::min(offset + limit, all.size()));
                            CHECK(shown(*index, request) == Shown(begin, end));
                        }
                    }
                    request.offset = 0;
                }
            }
        }
    }
}
