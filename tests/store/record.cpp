// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/record.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

Record full() {
    Record r;
    r.id = "20201026.1-a@b.example";
    r.subject = "[PATCH v3 2/7] mm: foo \xFF\xFE bar";
    r.from = "Jörg <j@x.example>";
    r.author = "Ann <a@x.example>";
    r.date = 1603705868;
    r.lists = {"kvm.vger.kernel.org", "b"};
    r.kind = MessageKind::patch;
    r.version = 3;
    r.part = 0;
    r.total = std::numeric_limits<std::uint32_t>::max();
    r.tags = {"kvm-unit-tests", ""};
    r.files = {{"a.c", "", patch::Op::modify, false, false, false, 3, 0},
               {"new\xC3\x28.c", "old.c", patch::Op::rename, true, true, true, {}, {}},
               {"c", "", patch::Op::mode, false, true, false, {}, 1}};
    r.trailers = {{"Reviewed-by", "A <a@b>"}, {"", ""}};
    r.size = 1ull << 40;
    r.archives = {"00", std::string("/tmp/a\0b", 8)};
    r.digest = "00ff";
    return r;
}

}  // namespace

TEST_CASE("a record comes back as it was") {
    std::vector<Record> records = {Record{}, full()};
    for (const std::int64_t date : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                    std::int64_t{127}, std::int64_t{1} << 32, std::numeric_limits<std::int64_t>::max()})
        records.emplace_back().date = date;
    for (int kind = 0; kind <= 4; ++kind) records.emplace_back().kind = static_cast<MessageKind>(kind);
    for (int op = 0; op <= 5; ++op)
        records.emplace_back().files = {{"p", "", static_cast<patch::Op>(op), {}, {}, {}, {}, {}}};
    records.emplace_back().subject = std::string(70000, 'x');
    records.emplace_back().tags = std::vector<std::string>(70000, "t");
    for (const Record& record : records) {
        const auto back = decode(encode(record));
        REQUIRE(back);
        CHECK((*back == record));
    }
}

TEST_CASE("what is not known costs nothing") { CHECK(encode(Record{}).size() == 1 + 4); }

TEST_CASE("a damaged record is an error, never a crash or a guess") {
    using namespace std::string_literals;
    struct Case {
        std::string name;
        std::string bytes;
    };
    for (const Case& c : {
             Case{"nothing", ""},
             Case{"not a map", "\x01"},
             Case{"an array", "\x90"},
             Case{"bytes behind", "\x80\x80"},
             Case{"cut off", "\x81\xA1i"},
             Case{"unknown key", "\x81\xA1?\xA1x"},
             Case{"long key", "\x81\xA2id\xA1x"},
             Case{"null", "\x81\xA1i\xC0"},
             Case{"number for a string", "\x81\xA1i\x01"},
             Case{"string for a number", "\x81\xA1z\xA1x"},
             Case{"float for a number", "\x81\xA1z\xCA\x3F\x80\x00\x00"s},
             Case{"negative size", "\x81\xA1z\xFF"},
             Case{"kind out of range", "\x81\xA1k\x05"},
             Case{"version out of range", "\x81\xA1v\xCF\x00\x00\x00\x01\x00\x00\x00\x00"s},
             Case{"date out of range",
                  "\x81\xA1"
                  "d\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"},
             Case{"op out of range", "\x81\xA1p\x91\x81\xA1k\x06"},
             Case{"flags out of range",
                  "\x81\xA1p\x91\x81\xA1"
                  "f\x10"},
             Case{"string among files", "\x81\xA1p\x91\xA1x"},
             Case{"file among tags", "\x81\xA1t\x91\x80"},
             Case{"map for a string", "\x81\xA1s\x80"},
             Case{"array for a string", "\x81\xA1s\x90"},
             Case{"map for an array of files", "\x81\xA1p\x80"},
             Case{"map in a file", "\x81\xA1p\x91\x81\xA1p\x80"},
             Case{"array in a file", "\x81\xA1p\x91\x81\xA1p\x90"},
             Case{"array that promises 4 G items", "\x81\xA1t\xDD\xFF\xFF\xFF\xFF"},
             Case{"string that promises 4 GB", "\x81\xA1i\xDB\xFF\xFF\xFF\xFF"},
             Case{"arrays as deep as the stack", "\x81\xA1t" + std::string(5000000, '\x91')},
             Case{"maps as deep as the stack", std::string(5000000, '\x81')},
         }) {
        CAPTURE(c.name);
        // As it stands, and with the checksum that a hostile hand would give it.
        CHECK_FALSE(decode(c.bytes));
        std::string sealed = c.bytes;
        BinaryWriter(sealed).little(checksum(c.bytes));
        const auto record = decode(sealed);
        REQUIRE_FALSE(record);
        CHECK(record.error().kind == ErrorKind::data);
    }
}

TEST_CASE("no cut and no flipped bit is taken for whole") {
    const std::string bytes = encode(full());
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decode(bytes.substr(0, size)));
    int refused = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        refused += !decode(flipped);
    }
    CHECK(refused == static_cast<int>(bytes.size() * 8));
}

TEST_CASE("kinds have the names of the contract") {
    CHECK(std::string(name(MessageKind::none)) == "");
    CHECK(std::string(name(MessageKind::patch)) == "patch");
    CHECK(std::string(name(MessageKind::cover)) == "cover");
    CHECK(std::string(name(MessageKind::pull)) == "pull");
    CHECK(std::string(name(MessageKind::reply)) == "reply");
}
