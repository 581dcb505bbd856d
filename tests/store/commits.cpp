// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/commits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "../folder.hpp"
#include "patchseek/base/file.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

CommitId id(unsigned char first, unsigned char second = 0) {
    CommitId out{};
    out[0] = first;
    out[1] = second;
    return out;
}

CommitTables sample() {
    CommitTables tables;
    tables.commits.resize(3);
    auto& [a, b, c] = *reinterpret_cast<Commit(*)[3]>(tables.commits.data());
    a.id = id(0x12, 0x34);
    a.author = "Ann Lee", a.author_address = "ann@x.example", a.committer = "Bo", a.committer_address = "bo@x.example";
    a.authored = -5, a.committed = 1600000000;
    a.subject = "lamp: light it";
    a.tag = 1;
    a.messages = {"20200101.1-ann@x.example", ""};
    a.trailers = {{"Reviewed-by", "Cy <cy@x.example>"}, {"Acked-by", "Cy <cy@x.example>"}};
    a.diff = CommitDiff{77, {"lamp.c", "Makefile"}, {1, 0xffffffff}};
    b.id = id(0x12, 0x35);
    b.author = "Ann Lee";
    b.committed = 1600000001;
    b.parents = {0, Commit::kElsewhere};
    b.references = {{CommitReference::fixes, "1234000"}, {CommitReference::reverts, "12340000000000000000000000"}};
    b.tag = 2;
    b.diff_failed = true;
    c.id = id(0xff);
    c.parents = {1};
    c.references = {{CommitReference::picks, "1234000"}};
    c.diff = CommitDiff{};
    tables.tags = {{"v1", 0, {}}, {"v2", 1, {{0, 1}}}};
    tables.heads = {{"HEAD", id(0xff)}};
    tables.likenesses = {{1, 2, 80}, {5, 0, 0}};
    return tables;
}

Commits opened(const Folder& folder, const CommitTables& tables) {
    put(folder / "commits", encode(tables));
    auto commits = Commits::open(folder / "commits");
    REQUIRE(commits);
    return std::move(*commits);
}

}  // namespace

TEST_CASE("commits come back as they were") {
    const Folder folder;
    const auto before = sample();
    const auto after = opened(folder, before);
    REQUIRE(after.size() == 3);
    for (std::uint32_t i = 0; i < 3; ++i) {
        CAPTURE(i);
        const auto commit = after.commit(i);
        REQUIRE(commit);
        CHECK((*commit == before.commits[i]));
        CHECK((after.id(i) == before.commits[i].id));
        CHECK(after.committed(i) == before.commits[i].committed);
        CHECK(after.tag(i) == before.commits[i].tag);
    }
    CHECK((after.tags() == before.tags));
    CHECK((after.heads() == before.heads));
    CHECK(std::ranges::equal(after.likenesses(), before.likenesses));
    CHECK(after.is_sound());
}

TEST_CASE("a repository without commits has a file too") {
    const Folder folder;
    const auto commits = opened(folder, {});
    CHECK(commits.size() == 0);
    CHECK(commits.starting_with("") == std::pair(0u, 0u));
}

TEST_CASE("commits are found by any beginning of their ids") {
    const Folder folder;
    const auto commits = opened(folder, sample());
    struct Row {
        const char* hex;
        std::uint32_t begin, end;
    };
    for (const Row& row : {Row{"", 0, 3},
                           {"1", 0, 2},
                           {"12", 0, 2},
                           {"123", 0, 2},
                           {"1234", 0, 1},
                           {"1235", 1, 2},
                           {"F", 2, 3},
                           {"ff00000", 2, 3},
                           {"fe", 2, 2},
                           {"00", 0, 0},
                           {"12g", 0, 0},
                           {"1234000000000000000000000000000000000000", 0, 1},
                           {"12340000000000000000000000000000000000000", 0, 0}}) {
        CAPTURE(row.hex);
        CHECK((commits.starting_with(row.hex) == std::pair(row.begin, row.end)));
    }
    CHECK(commits.find(id(0x12, 0x35)) == 1);
    CHECK(commits.find(id(0x13)) == std::nullopt);
}

TEST_CASE("who names a commit is found, however short he wrote it") {
    const Folder folder;
    const auto commits = opened(folder, sample());
    const std::vector<CommitMention> wanted = {
        {1, CommitReference::fixes}, {1, CommitReference::reverts}, {2, CommitReference::picks}};
    CHECK((commits.naming(id(0x12, 0x34)) == wanted));
    CHECK(commits.naming(id(0x12, 0x35)).empty());
}

TEST_CASE("a tag holds what its commit reaches") {
    const Folder folder;
    const auto commits = opened(folder, sample());
    CHECK(commits.find_tag("v2") == 1);
    CHECK(commits.find_tag("v3") == std::nullopt);
    CHECK(commits.is_in(0, 0));
    CHECK(commits.is_in(0, 1));
    CHECK_FALSE(commits.is_in(1, 0));
    CHECK_FALSE(commits.is_in(2, 1));
}

TEST_CASE("a file of commits that is not whole, or not ours, is refused") {
    const Folder folder;
    const auto whole = encode(sample());
    const auto kind = [&](const std::string& bytes) {
        put(folder / "commits", bytes);
        const auto commits = Commits::open(folder / "commits");
        return commits ? std::optional<ErrorKind>() : commits.error().kind;
    };
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(kind(whole.substr(0, size)) == ErrorKind::data);
    CHECK(kind(whole + "x") == ErrorKind::data);
    std::filesystem::remove(folder / "commits");
    CHECK(Commits::open(folder / "commits").error().kind == ErrorKind::no_input);
}

TEST_CASE("no changed byte of a file of commits goes unseen, or does harm") {
    const Folder folder;
    const auto whole = encode(sample());
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const int bit : {1, 128}) {
            auto other = whole;
            other[at] = static_cast<char>(other[at] ^ bit);
            put(folder / "commits", other);
            const auto commits = Commits::open(folder / "commits");
            if (!commits) continue;
            CAPTURE(at);
            CHECK_FALSE(commits->is_sound());
            for (std::uint32_t i = 0; i < commits->size(); ++i) (void)commits->commit(i);
            (void)commits->naming(id(0x12, 0x34));
        }
}
