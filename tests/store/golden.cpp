// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes that the first programs of this schema wrote. They stand in indexes of users: every later program reads them,
// and writes the same. If a test here fails, the program is wrong, or the schema needs a new version.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <utility>

#include "../folder.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/commits.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/origins.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/relations.hpp"
#include "patchseek/store/text_store.hpp"
#include "patchseek/store/vocabulary.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

std::string bytes_of(const char* coded) {
    auto bytes = from_base64(coded);
    REQUIRE(bytes);
    return *bytes;
}

}  // namespace

TEST_CASE("golden bytes of a record") {
    Record record;
    record.id = "20201026.1-a@b.example";
    record.subject = "[PATCH v3 2/7] mm: foo \xFF bar";
    record.from = "Jörg <j@x.example>";
    record.author = "Ann <a@x.example>";
    record.date = -1603705868;
    record.lists = {"kvm.example", "b"};
    record.kind = MessageKind::patch;
    record.version = 3;
    record.part = 0;
    record.total = 4294967295;
    record.tags = {"kvm-unit-tests", ""};
    record.files = {{"a.c", "", patch::Op::modify, false, false, false, 3, 0},
                    {"new.c", "old.c", patch::Op::rename, true, true, true, {}, {}}};
    record.trailers = {{"Reviewed-by", "A <a@b.example>"}, {"", ""}};
    record.size = 1ull << 40;
    record.archives = {"00"};
    record.digest = "00ff";
    const char* const golden =
        "3gAQoWTSoGlj9KFms0rDtnJnIDxqQHguZXhhbXBsZT6haKQwMGZmoWm2MjAyMDEwMjYuMS1hQGIuZXhhbXBsZaFrAaFskqtrdm0uZXhh"
        "bXBsZaFioW3O/////6FuAKFwkoOhYQOhZAChcKNhLmOEoWYHoWsDoW+lb2xkLmOhcKVuZXcuY6FzvFtQQVRDSCB2MyAyLzddIG1tOiBm"
        "b28g/yBiYXKhdJKua3ZtLXVuaXQtdGVzdHOgoXWxQW5uIDxhQHguZXhhbXBsZT6hdgOhd5GiMDCheZKCoW6rUmV2aWV3ZWQtYnmhdq9B"
        "IDxhQGIuZXhhbXBsZT6AoXrPAAABAAAAAADpKGyP";
    CHECK(base64(encode(record)) == golden);
    const auto back = decode(bytes_of(golden));
    REQUIRE(back);
    CHECK((*back == record));
}

TEST_CASE("golden bytes of origins") {
    Origins origins;
    origins.add({"a", {1, 2, 3}, 4, {"list.example", ""}, "title", "from", false, {{1, 10, 100}, {~0ull, 300, 0}}});
    origins.add({"b", {~0u, ~0ull, 200}, 1ull << 40, {}, "", "", true, {{2, 20, 0x80}}});
    const char* const golden =
        "AgFhEAAAAAEAAAAAAAAAAgAAAAMEBXRpdGxlBGZyb20AAgxsaXN0LmV4YW1wbGUAAgEKZP///////////wGsAgABYhD/////////"
        "//////8AAADIgICAgIAgAAABAAECFIAB";
    CHECK(base64(origins.encode()) == golden);
    const auto back = Origins::decode(bytes_of(golden));
    REQUIRE(back);
    CHECK(*back == origins);
}

TEST_CASE("golden bytes of texts") {
    const Folder folder;
    std::filesystem::create_directories(folder / "texts");
    const Text texts[] = {{"Subject: a\n", "body\n", "Subject: a\r\n\r\nbody\n"},
                          {"Subject: a\n",
                           "dec\xC3\xB6"
                           "ded\n",
                           "Subject: a\n\ndec=C3=B6ded\n"}};
    const char* const golden =
        "AQIqMiwqKLUv/SQqLQEA+AACCwULCVN1YmplY3Q6IGEKYm9keQpkZWPDtmRlZAoBAMaYTUan66wotS/9JCztAACQAg8OABkNCg09QzM9"
        "QjZkZWQKAwBLBUApPnibWmCCADo=";
    put(folder / "texts/000008", bytes_of(golden));
    TextReader reader(folder.path);
    for (std::uint32_t i = 0; i < 2; ++i) {
        CHECK((*reader.read({8, 0, i}) == texts[i]));
        CHECK(reader.view_body({8, 0, i})->body == texts[i].body);
    }
}

TEST_CASE("golden bytes of relations") {
    if (std::endian::native != std::endian::little) return;  // they stand as in memory
    RelationTables tables;
    tables.parts = {{"0f8fad5b-d9cb-469f-a165-70867728950e", 0, 2, 2},
                    {"7c9e6679-7425-40de-944b-e07fc1f90ae7", 2, 1, 1}};
    tables.rows = {{}, {1, 1, 1, 3, 5}, {1, 0, 0, 0, 0}, {3, 3, 1, 65535, 15}};
    tables.credits = {{2, 1}, {2, 3}};
    tables.placements = {{1, 2, 0, 3, 2}};
    tables.taken = {{1, 2, CommitPrefix::of("0123456789abc"), 1}};
    tables.trees = {"", "brook/brook.git"};
    tables.paths = {{1, 0, "drivers/net/a.c"}, {3, 7, "b c\n"}};
    const char* const golden =
        "UFNFRUtSRUwEAwIBAgAAAAQAAAACAAAAAQAAAAIAAAATAAAAAAAAAAAAAAABAAAAAgAAAAAAAAACAAAAAgAAADBmOGZhZDViLWQ5Y2ItNDY5Zi"
        "1h"
        "MTY1LTcwODY3NzI4OTUwZQIAAAABAAAAAQAAADdjOWU2Njc5LTc0MjUtNDBkZS05NDRiLWUwN2ZjMWY5MGFlNwAAAAAAAAAAAAAAAAAAAAAAAA"
        "AA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABicm9vay9icm9vay5naXQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAABAAAAAQAAAAMABQABAAAAAAAAAAAAAAAAAAAAAwAAAAMAAAABAA"
        "AA"
        "//"
        "8PAAIAAAABAAAAAgAAAAMAAAABAAAAAgAAAAAAAAADAAAAAgAAAAEAAAACAAAAASNFZ4mrwAAAAAAAAAAAAAAAAAANAAEAAQAAAAAAAAAAAAAA"
        "DwAAAAMAAAAHAAAADwAAAAQAAABkcml2ZXJzL25ldC9hLmNiIGMK";
    CHECK(base64(encode(tables)) == golden);
    const Folder folder;
    put(folder / "relations", bytes_of(golden));
    const auto back = Relations::open(folder / "relations");
    REQUIRE(back);
    CHECK((back->parts() == tables.parts));
    CHECK(std::ranges::equal(back->placements(), tables.placements));
    CHECK(std::ranges::equal(back->rows(), tables.rows));
    CHECK(std::ranges::equal(back->credits(), tables.credits));
    CHECK(std::ranges::equal(back->taken(), tables.taken));
    CHECK(back->paths().back().path == "b c\n");
}

TEST_CASE("golden bytes of commits") {
    if (std::endian::native != std::endian::little) return;  // they stand as in memory
    CommitTables tables;
    tables.commits.resize(2);
    Commit &first = tables.commits[0], &second = tables.commits[1];
    first.id[0] = 0x12;
    first.author = first.committer = "Ann", first.author_address = "a@x.example";
    first.authored = -1, first.committed = 1600000000;
    first.subject = "lamp: light it";
    first.tag = 1;
    first.messages = {"1@x.example"};
    first.trailers = {{"Acked-by", "Bo"}};
    first.diff = CommitDiff{7, {"lamp.c"}, {1, 4294967295}};
    second.id[0] = 0x13;
    second.parents = {0, Commit::kElsewhere};
    second.references = {{CommitReference::fixes, "1200000"}, {CommitReference::picks, std::string_view("abcdef0")}};
    second.diff_failed = true;
    tables.tags = {{"v1", 0, {}}, {"v2", 1, {{0, 1}}}};
    tables.heads = {{"HEAD", second.id}};
    tables.likenesses = {{9, 1, 60}};
    const char* const golden =
        "UFNFRUtDTzEEAwIBAgAAAAIAAAABAAAAJwAAAAAAAAB/AAAAAAAAACQAAAAAAAAA//////////8AEF5fAAAAAAEAAAAAAAAAXQAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEgcAAAABAAAAAAAAAAAAAAAAAAAAAO/NqwcAAAABAAAAAgAAAAAAAAAJAAAAAAAAAAEA"
        "AAA8AAAAEgAAAAAAAAAAAAAAAAAAAAAAAAATAAAAAAAAAAAAAAAAAAAAAAAAAAICdjEAAAJ2MgEBAAEBBEhFQUQTAAAAAAAAAAAAAAAAAAAA"
        "AAAAAANBbm4LYUB4LmV4YW1wbGUACEFja2VkLWJ5AkJvBmxhbXAuYwAEABAObGFtcDogbGlnaHQgaXQAAQsxQHguZXhhbXBsZQABERoCBwAA"
        "AAAAAAABHQIBAAAA/////xAQEBAAAgD/////DwACAAcxMjAwMDAwAgdhYmNkZWYwAAGU/nwE52k9fZMtkIc9nSr3XNdy5oZWkefLpHT5p0v1"
        "rw==";
    CHECK(base64(encode(tables)) == golden);
    const Folder folder;
    put(folder / "commits", bytes_of(golden));
    const auto back = Commits::open(folder / "commits");
    REQUIRE(back);
    CHECK((*back->commit(0) == first));
    CHECK((*back->commit(1) == second));
}

TEST_CASE("golden bytes of a vocabulary") {
    const Folder folder;
    auto writer = VocabularyWriter::create(folder.path);
    REQUIRE(writer);
    REQUIRE(writer->add({"abc", 0x5}));
    REQUIRE(writer->add({"caf\xC3\xA9", kRestArea}));
    REQUIRE(writer->finish(7));
    CHECK(*read_file(folder / "words") == "patchseek words 1 0000000007 00000000000000000070\nabc\tFAAA\ncafé\tAAAI\n");
}

TEST_CASE("golden bytes of a manifest") {
    const Folder folder;
    const Manifest manifest{schema::kVersion,
                            17,
                            1603705868,
                            {{"gen-000001/0", true}, {"gen-000001/1", false, "gen-000002/dead-1"}},
                            {{"/mail/a", "00", "mbox", 7, true, "message", "archives/00-000017"},
                             {"/mail/\xFF", "ff", "maildir", 1, false}},
                            {0, 4294967295},
                            "relations-000017",
                            {},
                            "data-0123456789abcdef",
                            {{"gen-000001/0/iamglass", 131, 7}, {"texts/000000", 1ull << 40, 4294967295}}};
    std::filesystem::create_directory(folder / manifest.data);
    const std::string golden = R"({
  "schema": 11,
  "generation": 17,
  "updated": 1603705868,
  "shards": [
    {
      "folder": "gen-000001/0",
      "newest_first": true
    },
    {
      "folder": "gen-000001/1",
      "newest_first": false,
      "dead": "gen-000002/dead-1"
    }
  ],
  "archives": [
    {
      "path": "/mail/a",
      "key": "00",
      "kind": "mbox",
      "messages": 7,
      "settled": true,
      "forced": "message",
      "state": "archives/00-000017"
    },
    {
      "path": "/mail/�",
      "path_bytes": "L21haWwv/w==",
      "key": "ff",
      "kind": "maildir",
      "messages": 1,
      "settled": false
    }
  ],
  "texts": [
    0,
    4294967295
  ],
  "relations": "relations-000017",
  "data": "data-0123456789abcdef",
  "files": {
    "gen-000001/0/iamglass": [
      131,
      7
    ],
    "texts/000000": [
      1099511627776,
      4294967295
    ]
  },
  "checksum": 1343744449
}
)";
    REQUIRE(write_manifest(folder.path, manifest));
    CHECK(*read_file(folder / "manifest.json") == golden);
    put(folder / "manifest.json", golden);
    CHECK((*read_manifest(folder.path) == manifest));
}
