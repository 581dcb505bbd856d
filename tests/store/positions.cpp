// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/positions.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "core/store/checked_file.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/store/position_writer.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

/// What a file should hold: of each term its documents, of each its positions.
using Held = std::map<std::string, std::map<std::uint32_t, std::vector<std::uint32_t>>>;

Held some(std::uint32_t documents, std::uint32_t seed) {
    std::mt19937 engine(seed);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    Held out;
    for (std::uint32_t id = 1; id <= documents; ++id) {
        if (random() % 16 == 0) continue;  // has no word
        for (std::uint32_t i = 0, count = random() % 40; i < count; ++i) {
            // Few terms that most have, many that few have; some that are equal for long.
            const auto number = random() % 2 == 0 ? random() % 4 : random() % 300;
            auto& at = out[(random() % 3 == 0 ? std::string(60, 'x') : "w") + std::to_string(number)][id];
            if (at.empty() || at.back() < 1'000'000) at.push_back((at.empty() ? 0 : at.back()) + 1 + random() % 400);
        }
    }
    return out;
}

void write(const fs::path& shard, const Held& held, std::uint32_t last, std::size_t memory = SIZE_MAX) {
    fs::create_directories(shard);
    store::PositionWriter writer(shard, memory);
    for (std::uint32_t id = 1; id <= last; ++id) {
        store::DocumentPositions of;
        for (const auto& [term, documents] : held)
            if (const auto it = documents.find(id); it != documents.end()) of.add(term, it->second);
        REQUIRE(writer.add(id, of));
    }
    REQUIRE(writer.finish(last));
}

Held read(const fs::path& shard) {
    Held out;
    const auto file = store::Positions::open(shard);
    REQUIRE(file);
    REQUIRE(file->all([&](std::string_view term, store::PositionList& list) -> Result<Done> {
        auto& documents = out[std::string(term)];
        for (std::uint32_t id = 1; *list.seek(id); id = list.document() + 1) {
            const auto at = *list.positions();
            documents[list.document()].assign(at.begin(), at.end());
        }
        CHECK(documents.size() == list.documents());
        return Done{};
    }));
    return out;
}

Result<std::map<std::uint32_t, std::vector<std::uint32_t>>> positions_of(const store::Positions& file,
                                                                         const std::string& term) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> out;
    auto list = file.find(term);
    if (!list) return list.error();
    for (std::uint32_t id = 1;; id = list->document() + 1) {
        const auto more = list->seek(id);
        if (!more) return more.error();
        if (!*more) return out;
        const auto at = list->positions();
        if (!at) return at.error();
        out[list->document()].assign(at->begin(), at->end());
    }
}

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("positions come back as they were written, whatever waits on disk meanwhile") {
    for (const std::uint32_t documents : {0u, 1u, 127u, 128u, 129u, 1500u}) {
        const Folder folder;
        const auto held = some(documents, documents);
        write(folder / "a", held, documents);
        CHECK(read(folder / "a") == held);
        write(folder / "b", held, documents, 100'000);
        CHECK(bytes_of(folder / "a" / "positions") == bytes_of(folder / "b" / "positions"));
        CHECK(std::distance(fs::directory_iterator(folder / "b"), fs::directory_iterator()) == 1);
    }
}

TEST_CASE("a packed file has the documents of its shards one shard after another") {
    const Folder folder;
    Held all;
    std::vector<fs::path> shards;
    std::uint32_t before = 0;
    for (const std::uint32_t documents : {300u, 0u, 1u, 777u}) {
        const auto held = some(documents, documents + 1);
        shards.push_back(folder / std::to_string(documents));
        write(shards.back(), held, documents);
        for (const auto& [term, of] : held)
            for (const auto& [id, at] : of) all[term][before + id] = at;
        before += documents;
    }
    write(folder / "all", all, before);
    fs::create_directories(folder / "packed");
    REQUIRE(store::pack_positions(shards, folder / "packed"));
    CHECK(read(folder / "packed") == all);
    CHECK(bytes_of(folder / "packed" / "positions") == bytes_of(folder / "all" / "positions"));
}

TEST_CASE("a list is sought in any strides, and never goes back") {
    const Folder folder;
    const auto held = some(700, 7);
    write(folder / "a", held, 700);
    const auto file = store::Positions::open(folder / "a");
    REQUIRE(file);
    CHECK(file->last() == 700);
    for (const std::uint32_t stride : {1u, 50u, 129u, 2000u})
        for (const auto& [term, documents] : held) {
            auto list = file->find(term);
            REQUIRE(list);
            CHECK(list->documents() == documents.size());
            for (std::uint32_t id = 0; id < 2000; id += stride) {
                const auto it = documents.lower_bound(id);
                const bool there = it != documents.end();
                REQUIRE(*list->seek(id) == there);
                if (!there) break;
                REQUIRE(list->document() == it->first);
                if (it->first % 2 == 0) continue;  // of every other one they are passed over
                const auto at = *list->positions();
                REQUIRE(std::vector<std::uint32_t>(at.begin(), at.end()) == it->second);
                REQUIRE(*list->seek(1));
                REQUIRE(list->document() == it->first);
            }
        }
    for (const char* term : {"", "a", "w", "w00", "xxx", "zzz"}) {
        auto list = file->find(term);
        REQUIRE(list);
        CHECK(list->documents() == 0);
        CHECK_FALSE(*list->seek(1));
    }
}

TEST_CASE("a file that is cut or changed anywhere is an error, and never another answer") {
    const Folder folder;
    const auto held = some(40, 9);
    write(folder / "a", held, 40);
    const auto whole = bytes_of(folder / "a" / "positions");
    const auto ends_well = [&](const std::string& bytes) {
        put(folder / "a" / "positions", bytes);
        const auto file = store::Positions::open(folder / "a");
        if (!file) return file.error().kind == ErrorKind::data;
        bool told = false;
        for (const auto& [term, documents] : held) {
            const auto found = positions_of(*file, term);
            if (!found) told = found.error().kind == ErrorKind::data;
            if (found && *found != documents) return false;
        }
        return told;
    };
    std::mt19937 random(1);
    for (int i = 0; i < 60; ++i) {
        auto changed = whole;
        changed[random() % changed.size()] ^= static_cast<char>(1U << random() % 8);
        CHECK(ends_well(changed));
    }
    for (int i = 0; i < 20; ++i) CHECK(ends_well(whole.substr(0, random() % whole.size())));
    CHECK(ends_well(whole + "x"));
}

// As nobody writes it but who means harm: its checksums are right.
TEST_CASE("a page that names itself leads nowhere") {
    const Folder folder;
    for (const std::uint64_t levels : {1u, 2u, 8u, 9u, 1'000'000'000u}) {
        std::string page, head;
        BinaryWriter names(page);
        for (int i = 0; i < 300; ++i) {  // each the page itself, of which this is the place and about the size
            names.varint(0);
            names.text("a");
            names.varint(0);
            names.varint(1200);
        }
        auto file = store::CheckedFileWriter::create(folder / "positions");
        REQUIRE(file);
        REQUIRE(file->append(page));
        BinaryWriter out(head);
        for (const std::uint64_t number : {std::uint64_t{1}, levels, std::uint64_t{0}, std::uint64_t{1200}})
            out.varint(number);
        REQUIRE(file->finish(head));
        const auto positions = store::Positions::open(folder.path);
        if (!positions) {
            CHECK(positions.error().kind == ErrorKind::data);
            continue;
        }
        const auto found = positions->find("a");
        if (!found) CHECK(found.error().kind == ErrorKind::data);
        const auto all = positions->all([](std::string_view, store::PositionList&) { return Done{}; });
        REQUIRE_FALSE(all);
        CHECK(all.error().kind == ErrorKind::data);
    }
}
