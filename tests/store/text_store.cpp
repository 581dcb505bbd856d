#include "patchseek/store/text_store.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <zstd.h>

#include <csignal>
#include <random>
#include <vector>

#include "folder.hpp"
#include "store/text_frame.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string out(size, 0);
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

std::vector<Text> samples() {
    return {Text{},
            Text{"Subject: a\nFrom: b\n", "body\n", "Subject: a\r\n\r\nbody\n"},
            Text{"S: a\n",
                 "dec\xC3\xB6"
                 "ded\n",
                 "S: a\n\ndec=C3=B6ded\n"},
            Text{"", "only a body", ""},
            Text{"", "", std::string("raw\0only", 8)},
            Text{"h", noise(5 << 20), noise(3 << 20)},
            Text{"h", std::string(5 << 20, 'x'), "a" + std::string(5 << 20, 'x') + "b"}};
}

std::vector<Place> write(const std::filesystem::path& file, const std::vector<Text>& texts) {
    auto writer = TextWriter::create(file);
    REQUIRE(writer);
    std::vector<Place> places;
    for (const Text& text : texts) {
        const auto place = writer->append(text);
        REQUIRE(place);
        places.push_back(*place);
    }
    REQUIRE(writer->finish());
    return places;
}

// A frame whose content is not what pack() makes.
Place put_frame(const std::filesystem::path& file, std::string_view content) {
    std::string frame(ZSTD_compressBound(content.size()), 0);
    frame.resize(ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), 3));
    put(file, frame);
    return {0, static_cast<std::uint32_t>(frame.size())};
}

ErrorKind kind_of(const std::filesystem::path& file, const Place& place) {
    auto reader = TextReader::open(file);
    REQUIRE(reader);
    const auto text = reader->read(place);
    REQUIRE_FALSE(text);
    CHECK(text.error().message == "'" + file.native() + "' is damaged at byte " + std::to_string(place.offset) +
                                      "; index the archives again into a new folder");
    return text.error().kind;
}

}  // namespace

TEST_CASE("texts come back as they were, in any order") {
    const Folder folder;
    const auto texts = samples();
    const auto places = write(folder / "text", texts);
    auto reader = TextReader::open(folder / "text");
    REQUIRE(reader);
    for (std::size_t i = texts.size(); i-- > 0;) {
        CAPTURE(i);
        const auto text = reader->read(places[i]);
        REQUIRE(text);
        CHECK((*text == texts[i]));
    }
    CHECK(std::filesystem::file_size(folder / "text") == places.back().offset + places.back().size);
}

TEST_CASE("a body that stands in raw is stored once") {
    std::string packed;
    pack({"", noise(1000), "x" + noise(1000)}, packed);
    CHECK(packed.size() < 1020);
}

TEST_CASE("a body in raw is looked for in linear time") {
    // The naive search compares half a megabyte at each of half a million places.
    std::string packed;
    pack({"", std::string(1 << 19, 'a') + "b", std::string(1 << 20, 'a')}, packed);
    CHECK(unpack(packed)->body.size() == (1 << 19) + 1);
}

TEST_CASE("a store is never written over") {
    const Folder folder;
    write(folder / "text", {});
    const auto again = TextWriter::create(folder / "text");
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::cannot_create);
    CHECK(TextWriter::create(folder / "none/text").error().kind == ErrorKind::cannot_create);
    CHECK(TextReader::open(folder / "none").error().kind == ErrorKind::no_input);
}

TEST_CASE("damage is an error of kind data") {
    const Folder folder;
    const auto file = folder / "text";
    const auto places = write(file, {samples()[1], samples()[2]});
    const std::string whole = *read_file(file);

    SUBCASE("places that are not in the file") {
        const std::uint32_t size = places[1].size;
        for (const Place& place :
             {Place{whole.size(), 1}, Place{places[1].offset, size + 1}, Place{~0ull, size}, Place{0, ~0u}, Place{0, 0},
              Place{1, size}, Place{0, places[0].size - 1}, Place{0, places[0].size + places[1].size}})
            CHECK(kind_of(file, place) == ErrorKind::data);
    }
    SUBCASE("any flipped bit") {
        for (std::size_t bit = 0; bit < places[0].size * 8; ++bit) {
            // The frame header's reserved bit and unused bits may change; the content may not.
            std::string bytes = whole;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
            put(file, bytes);
            auto reader = TextReader::open(file);
            const auto text = reader->read(places[0]);
            if (text)
                CHECK((*text == samples()[1]));
            else
                CHECK(text.error().kind == ErrorKind::data);
        }
    }
    SUBCASE("whole frames with other content") {
        using namespace std::string_literals;
        for (const std::string& content :
             {""s, "\2"s, "\0\0\0"s, "\0\1\0\0"s, "\0\0\0\0x"s, "\1\0\1\0\0"s, "\1\0\1\1\1x"s,
              "\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0"s, "\1\0\1\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7Fx"s})
            CHECK(kind_of(file, put_frame(file, content)) == ErrorKind::data);
    }
    SUBCASE("a bomb") { CHECK(kind_of(file, put_frame(file, std::string(257 << 20, 'x'))) == ErrorKind::data); }
}

TEST_CASE("a lost write is told, and stays told") {
    const Folder folder;
    auto writer = TextWriter::create(folder / "text");
    REQUIRE(writer);
    rlimit before = {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 100;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto place = writer->append({"", noise(3 << 20), ""});
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(place);
    CHECK(place.error().kind == ErrorKind::io);
    CHECK_FALSE(writer->append({}));
    CHECK_FALSE(writer->finish());
}

TEST_CASE("a place is twelve bytes that sort like the store") {
    for (const Place& place : {Place{}, Place{1, 2}, Place{~0ull, ~0u}, Place{0x0102030405060708, 0x090A0B0C}}) {
        CHECK(place.encode().size() == 12);
        CHECK(*Place::decode(place.encode()) == place);
    }
    CHECK(Place{0x0102030405060708, 0x090A0B0C}.encode() == "\1\2\3\4\5\6\7\x8\x9\xA\xB\xC");
    CHECK(Place{255, 9}.encode() < Place{256, 1}.encode());
    for (const char* bad : {"", "12345678901", "1234567890123"})
        CHECK(Place::decode(bad).error().kind == ErrorKind::data);
}
