// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "build.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/manifest.hpp"
#include "reader/database.hpp"

using namespace patchseek;

namespace {

std::string mail(const std::string& id) {
    return "From: Nia <nia@brook.example>\nDate: Mon, 6 Nov 2023 10:00:00 +0000\nMessage-ID: <" + id +
           "@brook.example>\nSubject: mill: turn\n\nThe mill turns " + id + " times.\n";
}

/// How opening an index ends for each byte of a file that is not as it was.
struct Endings {
    std::size_t opened = 0, damaged = 0, taken_for_empty = 0;
};

Endings endings(const std::filesystem::path& index, const std::filesystem::path& file) {
    Endings out;
    const auto whole = read_file(file);
    REQUIRE(whole);
    for (std::size_t at = 0; at < whole->size(); ++at) {
        if ((*whole)[at] == '\0') continue;
        auto bytes = *whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        put(file, bytes);
        const auto database = reader::Database::open(index);
        if (database) {
            ++out.opened;
            continue;
        }
        ++out.damaged;
        CAPTURE(at);
        CAPTURE(database.error().message);
        CHECK(database.error().kind == ErrorKind::data);
        CHECK(database.error().message.find("--rebuild makes it anew") != std::string::npos);
        out.taken_for_empty += database.error().message.find("is not what was written") != std::string::npos;
    }
    put(file, *whole);
    return out;
}

}  // namespace

TEST_CASE("a table that damage makes look empty is damage, and no want of descriptors") {
    const Folder folder;
    build_index(folder.path, {mail("one"), mail("two"), mail("three")}, 1);
    auto manifest = store::read_manifest(folder.path);
    REQUIRE(manifest);
    const auto files = store::take_inventory(folder.path, *manifest, {});
    REQUIRE(files);
    manifest->files = *files;
    REQUIRE(store::write_manifest(folder.path, *manifest));
    const auto shard = folder / "gen-000001/0";
    const auto data = endings(folder.path, shard / "docdata.glass");
    CHECK(data.taken_for_empty > 0);
    CHECK(data.opened > 0);
    CHECK(reader::Database::open(folder.path));
}

TEST_CASE("a block whose directory has half an item is damage, and not read for ever") {
    struct Case {
        const char* name;
        unsigned level, end;
        bool sound;
    };
    constexpr std::size_t kBlock = 8192;
    for (const Case& c :
         {Case{"no item", 0, 11, true}, Case{"an item", 0, 13, true}, Case{"half an item", 0, 12, false},
          Case{"a branch", 3, 8190, false}, Case{"full of items", 0, 8191, true},
          Case{"before the directory, which Xapian sees", 0, 10, true},
          Case{"after the block, which Xapian sees", 0, 9000, true}, Case{"a list of free blocks", 254, 12, true}}) {
        CAPTURE(std::string(c.name));
        std::vector<std::byte> block(kBlock, std::byte{7});
        block[4] = std::byte(c.level);
        block[9] = std::byte(c.end >> 8);
        block[10] = std::byte(c.end & 255);
        const auto before = block;
        CHECK(store::guard_block(block.data(), block.size()) == c.sound);
        CHECK((block == before) == c.sound);
    }
    std::byte few[11] = {};
    CHECK(store::guard_block(few, 0));
    CHECK(store::guard_block(few, 10));
}
