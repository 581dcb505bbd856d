#include "patchseek/store/text_store.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <zstd.h>

#include <csignal>
#include <random>
#include <vector>

#include "../folder.hpp"

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

// Text file 7 of an index.
std::vector<TextLocation> write(const std::filesystem::path& index, const std::vector<Text>& texts) {
    std::filesystem::create_directories(index / "texts");
    auto writer = TextWriter::open(index, 7);
    REQUIRE(writer);
    std::vector<TextLocation> places;
    for (const Text& text : texts) {
        const auto place = writer->append(text);
        REQUIRE(place);
        places.push_back(*place);
    }
    REQUIRE(writer->sync());
    return places;
}

// A frame whose content is not what pack_text() makes.
TextLocation put_frame(const std::filesystem::path& index, std::string_view content) {
    std::string frame(ZSTD_compressBound(content.size()), 0);
    frame.resize(ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), 3));
    put(text_file(index, 7), frame);
    return {7, 0, static_cast<std::uint32_t>(frame.size())};
}

ErrorKind kind_of(const std::filesystem::path& index, const TextLocation& place) {
    const auto text = TextReader(index).read(place);
    REQUIRE_FALSE(text);
    CHECK(text.error().message == "'" + (index / "texts/000007").native() + "' is damaged at byte " +
                                      std::to_string(place.offset) + "; index the archives again into a new folder");
    return text.error().kind;
}

}  // namespace

TEST_CASE("texts come back as they were, in any order") {
    const Folder folder;
    const auto texts = samples();
    const auto places = write(folder.path, texts);
    TextReader reader(folder.path);
    for (std::size_t i = texts.size(); i-- > 0;) {
        CAPTURE(i);
        const auto text = reader.read(places[i]);
        REQUIRE(text);
        CHECK((*text == texts[i]));
    }
    CHECK(std::filesystem::file_size(folder / "texts/000007") == places.back().offset + places.back().size);
}

TEST_CASE("a body that stands in raw is stored once") {
    std::string packed;
    pack_text({"", noise(1000), "x" + noise(1000)}, packed);
    CHECK(packed.size() < 1020);
}

TEST_CASE("a body in raw is looked for in linear time") {
    // The naive search compares half a megabyte at each of half a million places.
    std::string packed;
    pack_text({"", std::string(1 << 19, 'a') + "b", std::string(1 << 20, 'a')}, packed);
    CHECK(unpack_text(packed)->body.size() == (1 << 19) + 1);
}

TEST_CASE("a text file is appended to, behind whatever a killed writer left") {
    const Folder folder;
    const auto first = write(folder.path, {samples()[1]});
    put(folder / "texts/000007", *read_file(folder / "texts/000007") + "half a frame");
    const auto second = write(folder.path, {samples()[2]});
    CHECK(second[0].offset == first[0].size + std::string_view("half a frame").size());
    TextReader reader(folder.path);
    CHECK((*reader.read(first[0]) == samples()[1]));
    CHECK((*reader.read(second[0]) == samples()[2]));
}

TEST_CASE("a frame can be carried to another file as it is") {
    const Folder folder;
    const auto place = write(folder.path, {samples()[0], samples()[2]})[1];
    auto writer = TextWriter::open(folder.path, 1000000);
    REQUIRE(writer);
    const auto moved = writer->append_frame(*TextReader(folder.path).read_frame(place));
    REQUIRE(moved);
    REQUIRE(writer->sync());
    CHECK((*moved == TextLocation{1000000, 0, place.size}));
    CHECK((*TextReader(folder.path).read(*moved) == samples()[2]));
}

TEST_CASE("more files than are kept open") {
    const Folder folder;
    std::filesystem::create_directories(folder / "texts");
    std::vector<TextLocation> places;
    for (std::uint32_t number = 0; number < 100; ++number) {
        auto writer = TextWriter::open(folder.path, number);
        REQUIRE(writer);
        places.push_back(*writer->append({"", std::to_string(number), ""}));
        REQUIRE(writer->sync());
    }
    TextReader reader(folder.path);
    for (int turn = 0; turn < 2; ++turn)
        for (std::uint32_t number = 0; number < 100; ++number)
            CHECK(reader.read(places[number])->body == std::to_string(number));
}

TEST_CASE("what is not there is told by kind") {
    const Folder folder;
    CHECK(TextWriter::open(folder / "none", 1).error().kind == ErrorKind::cannot_create);
    CHECK(TextReader(folder.path).read({3, 0, 1}).error().kind == ErrorKind::no_input);
}

TEST_CASE("damage is an error of kind data") {
    const Folder folder;
    const auto& index = folder.path;
    const auto places = write(index, {samples()[1], samples()[2]});
    const auto file = text_file(index, 7);
    const std::string whole = *read_file(file);

    SUBCASE("places that are not in the file") {
        const std::uint32_t size = places[1].size;
        for (const TextLocation& place :
             {TextLocation{7, whole.size(), 1}, TextLocation{7, places[1].offset, size + 1},
              TextLocation{7, ~0ull, size}, TextLocation{7, 0, ~0u}, TextLocation{7, 0, 0}, TextLocation{7, 1, size},
              TextLocation{7, 0, places[0].size - 1}, TextLocation{7, 0, places[0].size + places[1].size}})
            CHECK(kind_of(index, place) == ErrorKind::data);
    }
    SUBCASE("any flipped bit") {
        for (std::size_t bit = 0; bit < places[0].size * 8; ++bit) {
            // The frame header's reserved bit and unused bits may change; the content may not.
            std::string bytes = whole;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
            put(file, bytes);
            const auto text = TextReader(index).read(places[0]);
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
            CHECK(kind_of(index, put_frame(index, content)) == ErrorKind::data);
    }
    SUBCASE("a bomb") { CHECK(kind_of(index, put_frame(index, std::string(257 << 20, 'x'))) == ErrorKind::data); }
}

TEST_CASE("a lost write is told, and stays told") {
    const Folder folder;
    std::filesystem::create_directories(folder / "texts");
    auto writer = TextWriter::open(folder.path, 7);
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
    CHECK_FALSE(writer->sync());
}

TEST_CASE("a place is sixteen bytes that sort like the store") {
    for (const TextLocation& place : {TextLocation{}, TextLocation{3, 1, 2}, TextLocation{~0u, ~0ull, ~0u}})
        CHECK((*TextLocation::decode(place.encode()) == place));
    CHECK(TextLocation{0x01020304, 0x05060708090A0B0C, 0x0D0E0F10}.encode() ==
          "\1\2\3\4\5\6\7\x8\x9\xA\xB\xC\xD\xE\xF\x10");
    CHECK(TextLocation{0, 255, 9}.encode() < TextLocation{0, 256, 1}.encode());
    CHECK(TextLocation{0, 256, 9}.encode() < TextLocation{1, 0, 1}.encode());
    for (const char* bad : {"", "123456789012345", "12345678901234567"})
        CHECK(TextLocation::decode(bad).error().kind == ErrorKind::data);
}
