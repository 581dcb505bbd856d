// SPDX-License-Identifier: GPL-2.0-or-later
#include "relate/joins.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "relate/relate.hpp"

using namespace patchseek;
using namespace patchseek::relate;

namespace {

constexpr std::int64_t kDay = 86400, kCommit = 1000 * kDay;

/// A mail: `a patch of Ann with title t, d days before the commit`.
struct Mail {
    const char* id;
    const char* title = "t";
    const char* patch = "";
    std::int64_t days_before = 1;
    const char* author = "ann";
    store::MessageKind kind = store::MessageKind::patch;
    bool reply = false;
    std::vector<const char*> paths = {"lamp.c"};
};

Hash hash(const std::string& text) { return text.empty() ? 0 : hash_of(text); }

Fact fact_of(const Mail& mail) {
    Fact fact;
    fact.ids = {hash(mail.id)};
    fact.content = hash(std::string("content of ") + mail.id);
    fact.sender = hash(mail.author);
    fact.title = hash(mail.title);
    fact.patch = hash(mail.patch);
    fact.date = kCommit - mail.days_before * kDay;
    fact.kind = mail.kind;
    fact.reply = mail.reply;
    fact.diff = true;
    for (const char* path : mail.paths) fact.paths.push_back(hash(path));
    std::ranges::sort(fact.paths);
    return fact;
}

CommitKeys commit(const char* title, const char* patch, std::vector<const char*> links = {}) {
    CommitKeys keys;
    keys.title = hash(title);
    keys.author = hash("ann");
    keys.committed = kCommit;
    for (const char* id : links) keys.messages.push_back(hash(id));
    keys.has_diff = true;
    keys.patch = hash(patch);
    keys.paths = {hash("lamp.c")};
    return keys;
}

/// "id way sure" of each commit, "-" for none; percent of a pair by the mail's id. The mails come in both orders.
std::string joined(std::vector<Mail> mails, const std::vector<CommitKeys>& commits,
                   const std::map<std::string, std::uint32_t>& like = {}) {
    std::string before;
    for (int turn = 0; turn < 2; ++turn) {
        Facts facts;
        for (const Mail& mail : mails) REQUIRE(facts.add(encode(fact_of(mail))));
        const auto related = relate::relate(facts);
        const CommitJoiner joiner(facts, related.relations);
        std::vector<std::string> out(commits.size(), "-");
        for (const CommitJoin& join : joiner.joins(commits, [&](const Pairing& pair) {
                 const auto it = like.find(mails[pair.message].id);
                 return it == like.end() ? 0 : it->second;
             }))
            out[join.pair.commit] =
                std::string(mails[join.pair.message].id) + ' ' + name(join.way) + ' ' + std::to_string(join.sure);
        std::string all;
        for (const std::string& one : out) all += (all.empty() ? "" : ", ") + one;
        if (turn > 0) CHECK(all == before);
        before = all;
        std::ranges::reverse(mails);
    }
    return before;
}

}  // namespace

TEST_CASE("a commit is of the mail that its trailer names, if that is the patch") {
    const auto one = commit("t", "p", {"v1"});
    CHECK(joined({{"v1", "t", "q", 9}, {"v2", "t", "p"}}, {one}) == "v1 link 100");
    // A report, and an older work of the same author.
    CHECK(joined({{"v1", "it is broken", "", 9, "bo", store::MessageKind::none}}, {one}) == "-");
    CHECK(joined({{"v1", "other", "q", 9, "ann", store::MessageKind::patch, false, {"x.c"}}, {"v2", "t", "p"}},
                 {one}) == "v2 patch id 99");
    // It was renamed as it was applied.
    CHECK(joined({{"v1", "other", "p"}}, {one}) == "v1 link 100");
    CHECK(joined({{"v1", "other", "q"}}, {one}) == "v1 link 85");
    CHECK(joined({{"v1", "other", "q", 1, "bo"}}, {one}) == "-");
}

TEST_CASE("of several mails with one diff it is the newest before the commit") {
    const auto one = commit("t", "p");
    CHECK(joined({{"v1", "t", "p", 9}, {"v2", "t", "p", 2}, {"v3", "t", "p", -1}}, {one}) == "v2 patch id 99");
    CHECK(joined({{"v3", "t", "p", -3}, {"v2", "t", "p", -1}}, {one}) == "v2 patch id 99");
    CHECK(joined({{"v1", "t", "p", 9}, {"v2", "t", "q", 2}}, {one}) == "v1 patch id 99");
    // Who found it in a reply.
    CHECK(joined({{"re", "u", "p", 2, "bo", store::MessageKind::patch, true}, {"v1", "v", "q", 3}}, {one}) ==
          "re patch id 85");
}

TEST_CASE("author and title tell where the diff was altered") {
    const auto one = commit("t", "p");
    CHECK(joined({{"v1", "t", "q"}}, {one}) == "v1 subject 95");
    CHECK(joined({{"v1", "t", "q", 9}, {"v2", "t", "r", 2}, {"v3", "t", "s", -2}}, {one}) == "v2 subject 85");
    CHECK(joined({{"v1", "t", "q", 1, "bo"}}, {one}) == "-");
    CHECK(joined({{"v1", "t", "q", 500}}, {one}) == "-");
    CHECK(joined({{"v1", "t", "q", -80}}, {one}) == "-");
}

TEST_CASE("without its diff a commit has what is cheap") {
    auto one = commit("t", "");
    one.has_diff = false;
    one.paths.clear();
    CHECK(joined({{"v1", "t", "q", 9}, {"v2", "t", "r", 2}}, {one}) == "v2 subject 75");
    one.messages = {hash("v1")};
    CHECK(joined({{"v1", "other", "q", 9}}, {one}) == "v1 link 75");
}

TEST_CASE("what is left goes to the nearest diff, each mail once") {
    const auto one = commit("new name", "p");
    CHECK(joined({{"a", "x", "q", 3}, {"b", "y", "r", 2}}, {one}, {{"a", 60}, {"b", 80}}) == "b nearest 80");
    CHECK(joined({{"a", "x", "q", 3}}, {one}, {{"a", 49}}) == "-");
    CHECK(joined({{"a", "x", "q", 3, "ann", store::MessageKind::patch, false, {"x.c"}}}, {one}, {{"a", 90}}) == "-");
    CHECK(joined({{"a", "x", "q", 3}}, {one, commit("another", "s")}, {{"a", 90}}) == "-, a nearest 90");
    // Another commit came from it.
    CHECK(joined({{"a", "x", "q", 3}}, {one, commit("x", "z")}, {{"a", 90}}) == "-, a subject 95");
}

TEST_CASE("a merge is of the cover that it names, and of nothing else") {
    auto one = commit("merge the lamps", "", {"cover"});
    one.merge = true;
    one.has_diff = false;
    CHECK(joined({{"cover", "lamps", "", 2, "ann", store::MessageKind::cover}}, {one}) == "cover link 100");
    one.messages.clear();
    CHECK(joined({{"v1", "merge the lamps", "q"}}, {one}) == "-");
}

TEST_CASE("diffs are wanted where the cheap keys leave a doubt, and nowhere else") {
    Facts facts;
    for (const Mail& mail : {Mail{"one", "once", "p"}, Mail{"two", "twice", "q", 3}, Mail{"three", "twice", "r", 2}})
        REQUIRE(facts.add(encode(fact_of(mail))));
    const auto related = relate::relate(facts);
    const CommitJoiner joiner(facts, related.relations);
    auto stranger = commit("unheard of", "");
    stranger.author = hash("cy");
    auto late = commit("unheard of", "");
    late.committed += 1000 * kDay;
    CHECK((joiner.diffs_wanted({commit("once", ""), commit("twice", ""), commit("unheard of", ""), stranger, late,
                                commit("twice", "", {"two"}), commit("once", "", {"two"})}) ==
           std::vector<std::uint32_t>{1, 2, 6}));
}

TEST_CASE("likeness is of the lines that either has") {
    const auto sketch = [](const std::string& text) { return sketch_of(text, patch::classify(text)); };
    const auto diff = [](int from, int to) {
        std::string out = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1," + std::to_string(to - from) + " @@\n";
        for (int i = from; i < to; ++i) out += "+line number " + std::to_string(i) + "\n";
        return out;
    };
    CHECK(likeness(sketch(diff(0, 20)), sketch(diff(0, 20))) == 100);
    CHECK(likeness(sketch(diff(0, 20)), sketch(diff(10, 30))) == 33);
    CHECK(likeness(sketch(diff(0, 20)), sketch(diff(20, 40))) == 0);
    CHECK(likeness(sketch("no diff\n"), sketch(diff(0, 20))) == 0);
    CHECK(sketch(diff(0, 2000)).size() == kSketch);
    const auto large = likeness(sketch(diff(0, 2000)), sketch(diff(500, 2500)));  // 60 percent
    CHECK(large > 40);
    CHECK(large < 80);
}
