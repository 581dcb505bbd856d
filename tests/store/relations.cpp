// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/relations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "../folder.hpp"
#include "patchseek/base/file.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

RelationTables sample() {
    RelationTables tables;
    tables.parts = {{"0f8fad5b-d9cb-469f-a165-70867728950e", 0, 2, 2},
                    {"7c9e6679-7425-40de-944b-e07fc1f90ae7", 2, 1, 1}};
    tables.rows = {{}, {1, 1, 1, 3, 5}, {1, 0, 0, 0, 0}, {3, 3, 1, 65535, 15}};
    tables.credits = {{2, 1}, {2, 3}};
    tables.paths = {{1, 0, "drivers/net/a.c"}, {3, 7, "b c\n"}};
    tables.repositories = {"commits/00000000000000ff-000007", std::string(64, 'x')};
    tables.taken = {{1, 2, CommitPrefix::of("0123456789aBc"), 1}, {3, 2, {}, 0}};
    tables.trees = {"", "brook/brook.git (master)"};
    tables.joins = {{1, 0, 7, 1, 99}, {1, 1, 4294967295, 3, 50}};
    return tables;
}

}  // namespace

TEST_CASE("relations come back as they were") {
    const Folder folder;
    const auto before = sample();
    put(folder / "relations", encode(before));
    const auto after = Relations::open(folder / "relations");
    REQUIRE(after);
    CHECK((after->parts() == before.parts));
    CHECK(std::ranges::equal(after->rows(), before.rows));
    CHECK(std::ranges::equal(after->credits(), before.credits));
    CHECK((after->repositories() == before.repositories));
    CHECK(std::ranges::equal(after->joins(), before.joins));
    CHECK(std::ranges::equal(after->taken(), before.taken));
    CHECK((after->trees() == before.trees));
    CHECK(after->taken()[0].commit.hex() == "0123456789abc");
    CHECK(after->taken()[1].commit.hex().empty());
    CHECK(CommitPrefix::of("012345").digits == 0);
    CHECK(CommitPrefix::of("012345g").digits == 0);
    CHECK(CommitPrefix::of(std::string(41, '1')).digits == 0);
    const auto paths = after->paths();
    REQUIRE(paths.size() == 2);
    CHECK(paths[1].row == 3);
    CHECK(paths[1].file == 7);
    CHECK(paths[1].path == "b c\n");
    CHECK(after->rows()[3].has(RelationState::unreviewed));
    CHECK(after->rows()[1].has(RelationState::latest));
    CHECK_FALSE(after->rows()[1].has(RelationState::complete));
}

TEST_CASE("an index without messages has relations too") {
    const Folder folder;
    put(folder / "relations", encode(RelationTables{}));
    const auto relations = Relations::open(folder / "relations");
    REQUIRE(relations);
    CHECK(relations->rows().empty());
}

TEST_CASE("a file that is not whole, or not ours, is refused") {
    const Folder folder;
    const auto whole = encode(sample());
    const auto kind = [&](const std::string& bytes) {
        put(folder / "relations", bytes);
        const auto relations = Relations::open(folder / "relations");
        return relations ? std::optional<ErrorKind>() : relations.error().kind;
    };
    CHECK(kind(whole) == std::nullopt);
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(kind(whole.substr(0, size)) == ErrorKind::data);
    CHECK(kind(whole + "x") == ErrorKind::data);
    for (std::size_t at = 0; at < 12; ++at) {
        auto other = whole;
        other[at] ^= 1;
        CHECK(kind(other) == ErrorKind::data);
    }
    auto outside = whole;
    outside[32 + 4] = 100;  // the first part's last document
    CHECK(kind(outside) == ErrorKind::data);
    std::filesystem::remove(folder / "relations");
    CHECK(Relations::open(folder / "relations").error().kind == ErrorKind::no_input);
}
