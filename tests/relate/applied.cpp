// SPDX-License-Identifier: GPL-2.0-or-later
#include "relate/applied.hpp"

#include <doctest/doctest.h>

#include "archive.hpp"

using namespace patchseek::relate;
using patchseek::store::CommitPrefix;
using patchseek::store::RelationState;

namespace {

/// As a list names a patch: `[n/m] title`.
TakenPatch named(const std::string& title, std::uint32_t part = 0, std::uint32_t total = 0,
                 const std::string& commit = "") {
    return {hash_or_none(title), part, total, CommitPrefix::of(commit)};
}

std::vector<Mail> series() {
    return {{.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
            {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
            {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}},
            {.id = "other", .subject = "[PATCH] z", .at = 4}};
}

struct Case {
    const char* what;
    Mail reply;
    const char *taken, *applied, *pending;
};

Mail reply(const std::string& to, std::vector<TakenPatch> taken, bool whole = false, const std::string& from = "bob") {
    return {.id = "r",
            .subject = "Re: [PATCH] x",
            .from = from,
            .at = 9,
            .refs = {to},
            .taken = std::move(taken),
            .whole = whole};
}

Mail with_except(Mail mail) {
    mail.except = true;
    return mail;
}

}  // namespace

TEST_CASE("which patches a reply says were taken") {
    for (const Case& c : {
             Case{"to a patch", reply("1", {named("")}), "r>1", "1", "2 c other"},
             Case{"to a cover", reply("c", {named("")}), "r>1 r>2 r>c", "1 2 c", "other"},
             Case{"to a patch, of the series", reply("2", {named("")}, true), "r>1 r>2 r>c", "1 2 c", "other"},
             Case{"by its own sender, who answers it", reply("1", {named("")}, false, "ann"), "r>1", "1", "2 c other"},
             Case{"all but one", with_except(reply("c", {named("", 2)})), "r>1", "1", "2 c other"},
             Case{"all but what it answers", with_except(reply("2", {named("")})), "r>1", "1", "2 c other"},
             Case{"the rest, of a cover", with_except(reply("c", {named("")})), "r>1 r>2", "1 2 c", "other"},
             Case{"numbers", reply("c", {named("", 2)}), "r>2", "2", "1 c other"},
             Case{"a number that is not there", reply("c", {named("", 3)}), "", "", "1 2 c other"},
             Case{"a list", reply("c", {named("a", 1, 2, "abcdef0"), named("b", 2, 2)}), "r>1=abcdef0 r>2", "1 2 c",
                  "other"},
             Case{"a list by the sender", reply("c", {named("a", 1, 2, "abcdef0")}, false, "ann"), "r>1=abcdef0", "1",
                  "2 c other"},
             Case{"another title", reply("c", {named("B, reworded", 2, 2)}), "r>2", "2", "1 c other"},
             Case{"titles before numbers", reply("c", {named("b", 1, 2)}), "r>2", "2", "1 c other"},
             Case{"a single patch with another title", reply("other", {named("Z", 1, 1, "abcdef0")}), "r>other=abcdef0",
                  "other", "1 2 c"},
             Case{"one part with a title that nobody posted", reply("1", {named("A, reworded", 0, 0, "abcdef0")}),
                  "r>1=abcdef0", "1", "2 c other"},
             Case{"a cover with such a title", reply("c", {named("A, reworded", 0, 0, "abcdef0")}), "", "",
                  "1 2 c other"},
             Case{"by title alone", reply("gone", {named("z", 0, 0, "abcdef0"), named("y")}), "r>other=abcdef0",
                  "other", "1 2 c"},
             Case{"nothing that is answered", reply("gone", {named("")}), "", "", "1 2 c other"},
             Case{"a pull request", reply("c", {named("", 0, 0, "abcdef0")}), "r>1=abcdef0 r>2=abcdef0 r>c=abcdef0",
                  "1 2 c", "other"},
         }) {
        CAPTURE(c.what);
        auto mails = series();
        mails.push_back(c.reply);
        const Archive archive(mails);
        CHECK(archive.taken() == c.taken);
        CHECK(archive.with(RelationState::applied) == c.applied);
        CHECK(archive.with(RelationState::pending) == c.pending);
        std::ranges::reverse(mails);
        CHECK(Archive(mails).all().size() == archive.all().size());
        CHECK(Archive(mails).taken() == c.taken);
    }
}

TEST_CASE("a diff in the middle of a discussion is taken under a title of its own") {
    for (const char* patch : {"p", ""}) {
        auto mails = series();
        mails.push_back(
            {.id = "d", .subject = "Re: [PATCH 1/2] a", .from = "carl", .at = 6, .refs = {"c", "1"}, .patch = patch});
        mails.push_back(reply("d", {named("New", 0, 0, "abcdef0")}));
        CHECK(Archive(mails).taken() == (*patch ? "r>d=abcdef0" : ""));
        mails.back().taken = {named("New", 0, 0, "abcdef0"), named("Newer", 0, 0, "abcdef1")};
        CHECK(Archive(mails).taken() == "");
        mails.back().taken = {named("New")};
        CHECK(Archive(mails).taken() == "");
        mails.back().taken = {named("z", 0, 0, "abcdef0")};
        CHECK(Archive(mails).taken() == "r>other=abcdef0");
    }
}

TEST_CASE("the sender who answers somebody else tells of what that one said") {
    auto mails = series();
    mails.push_back({.id = "q", .subject = "Re: [PATCH] x", .from = "bob", .at = 8, .refs = {"1"}});
    mails.push_back(reply("1", {named("")}, false, "ann"));
    mails.back().refs = {"1", "q"};
    CHECK(Archive(mails).taken().empty());
    mails.back().from = "eve";
    CHECK(Archive(mails).taken() == "r>1");
}

TEST_CASE("whoever took a patch can drop it, and take it again") {
    auto mails = series();
    const auto say = [&](const std::string& id, std::int64_t at, bool dropped, const std::string& from) {
        mails.push_back(reply("1", {named("a")}, false, from));
        mails.back().id = id, mails.back().at = at, mails.back().dropped = dropped;
        return Archive(mails).taken();
    };
    CHECK(say("r1", 10, false, "bob") == "r1>1");
    CHECK(say("r2", 11, true, "eve") == "r1>1");
    CHECK(say("r3", 12, true, "bob").empty());
    CHECK(Archive(mails).with(RelationState::pending) == "1 2 c other");
    CHECK(say("r4", 13, false, "bob") == "r4>1");
}

TEST_CASE("what was taken in another posting since is not pending") {
    struct Way {
        const char* what;
        Mail other;  ///< the posting that is taken, at 9
        const char* pending;
    };
    for (const Way& way : {
             Way{"of the same title", {.id = "new", .subject = "[PATCH 3/7] a", .at = 8}, ""},
             Way{"by somebody else", {.id = "new", .subject = "[PATCH 3/7] a", .from = "eve", .at = 8}, "old"},
             Way{"of the same diff", {.id = "new", .subject = "[PATCH 3/7] A b", .at = 8, .patch = "p"}, ""},
             Way{"before it was posted", {.id = "new", .subject = "[PATCH 3/7] a", .at = 1}, "old"},
             Way{"an older version", {.id = "new", .subject = "[PATCH] a", .at = 1, .change = "x"}, "old"},
         }) {
        CAPTURE(way.what);
        Mail old = {.id = "old", .subject = "[PATCH] a", .at = 5, .patch = "p"};
        Mail said = reply("new", {named("")});
        if (way.other.at == 1) said.at = 4;
        if (!way.other.change.empty()) old.change = way.other.change, old.subject = "[PATCH v2] a";
        const Archive archive({old, way.other, said});
        CHECK(archive.with(RelationState::applied) == "new");
        CHECK(archive.with(RelationState::pending) == way.pending);
        CHECK(Archive({said, way.other, old}).all().size() == archive.all().size());
    }
}

TEST_CASE("of an older version that was taken when the newer one was there, the newer one is not pending") {
    const Archive archive({{.id = "c1", .subject = "[PATCH 0/2] all", .at = 1},
                           {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c1"}},
                           {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c1"}},
                           {.id = "c2", .subject = "[PATCH v2 0/2] all", .at = 11, .refs = {"c1"}},
                           {.id = "3", .subject = "[PATCH v2 1/2] a", .at = 12, .refs = {"c1", "c2"}},
                           {.id = "4", .subject = "[PATCH v2 2/2] B, reworded", .at = 13, .refs = {"c1", "c2"}},
                           {.id = "r",
                            .subject = "Re: all",
                            .from = "bob",
                            .at = 20,
                            .refs = {"c1"},
                            .taken = {named("")},
                            .whole = true}});
    CHECK(archive.with(RelationState::applied) == "1 2 c1");
    CHECK(archive.with(RelationState::pending).empty());
}

TEST_CASE("an older version is neither applied nor pending") {
    const Archive archive(
        {{.id = "1", .subject = "[PATCH] a", .at = 1},
         {.id = "2", .subject = "[PATCH v2] a", .at = 9, .refs = {"1"}},
         {.id = "r", .subject = "Re: [PATCH v2] a", .from = "bob", .at = 20, .refs = {"2"}, .taken = {named("")}}});
    CHECK(archive.with(RelationState::applied) == "2");
    CHECK(archive.with(RelationState::pending).empty());
}

TEST_CASE("commits settle what replies leave open") {
    Facts facts;
    for (const Mail& mail : series()) facts.add(encode(fact_of(mail)));
    auto related = relate(facts);
    const std::vector<Committed> joined = {{1, 1'600'000'009}, {2, 1'600'000'009}};
    settle(facts, related, joined);
    for (const Facts::Number number : {0, 1, 2}) CHECK(related.relations[number].has(RelationState::applied));
    CHECK(related.relations[3].has(RelationState::pending));
    settle(facts, related, {});
    CHECK_FALSE(related.relations[1].has(RelationState::applied));
    CHECK(related.relations[1].has(RelationState::pending));
}

TEST_CASE("what is said to be taken comes back as it was, and a damaged one adds nothing") {
    Fact fact = fact_of(reply("c", {named("a", 1, 2, "abcdef0123"), named("", 3)}, true));
    fact.tree = "brook/brook.git (master)";
    const auto bytes = encode(fact);
    Facts facts;
    REQUIRE(facts.add(bytes));
    CHECK(std::ranges::equal(facts.taken(0), fact.taken));
    CHECK(facts.trees().at(facts.tree(0)) == fact.tree);
    CHECK(facts[0].whole);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(facts.add(bytes.substr(0, size)));
    CHECK(facts.size() == 1);
}
