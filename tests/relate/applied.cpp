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

}  // namespace

TEST_CASE("which patches a reply says were taken") {
    for (const Case& c : {
             Case{"to a patch", reply("1", {named("")}), "r>1", "1", "2 c other"},
             Case{"to a cover", reply("c", {named("")}), "r>1 r>2 r>c", "1 2 c", "other"},
             Case{"to a patch, of the series", reply("2", {named("")}, true), "r>1 r>2 r>c", "1 2 c", "other"},
             Case{"by its own sender", reply("1", {named("")}, false, "ann"), "", "", "1 2 c other"},
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
    const std::vector<Facts::Number> joined = {1, 2};
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
    CHECK(facts.trees().at(facts[0].tree) == fact.tree);
    CHECK(facts[0].whole);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(facts.add(bytes.substr(0, size)));
    CHECK(facts.size() == 1);
}
