// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/text_store.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

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
        const auto place = writer->append({text.headers, text.body, text.raw});
        REQUIRE(place);
        places.push_back(*place);
    }
    REQUIRE(writer->sync());
    return places;
}

ErrorKind kind_of(const std::filesystem::path& index, const TextLocation& place) {
    const auto text = TextReader(index).read(place);
    REQUIRE_FALSE(text);
    CHECK(text.error().message == "'" + (index / "texts/000007").native() + "' is damaged at byte " +
                                      std::to_string(place.offset) + ", text " + std::to_string(place.number) +
                                      "; patchseek-index --rebuild makes it anew");
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
}

TEST_CASE("headers and body come back alone, before and after the whole text") {
    const Folder folder;
    const auto texts = samples();
    const auto places = write(folder.path, texts);
    TextReader reader(folder.path);
    for (const bool whole : {false, true, false})
        for (std::size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(i);
            if (whole) CHECK((*reader.read(places[i]) == texts[i]));
            const auto text = reader.view_body(places[i]);
            REQUIRE(text);
            CHECK((text->copy() == Text{texts[i].headers, texts[i].body, ""}));
        }
}

TEST_CASE("neighbours share a group, up to a sync") {
    const Folder folder;
    std::filesystem::create_directories(folder / "texts");
    auto writer = TextWriter::open(folder.path, 7);
    REQUIRE(writer);
    std::vector<TextLocation> places;
    for (int i = 0; i < 6; ++i) {
        const std::string raw(i == 2 ? 600000 : 100, static_cast<char>('a' + i));
        places.push_back(*writer->append({"", "", raw}));
        if (i == 4) REQUIRE(writer->sync());
    }
    REQUIRE(writer->sync());
    std::vector<std::uint32_t> numbers;
    for (const TextLocation& place : places) numbers.push_back(place.number);
    // The large one is alone.
    CHECK(numbers == std::vector<std::uint32_t>{0, 1, 0, 0, 1, 0});
    CHECK(places[0].offset == places[1].offset);
    CHECK(places[1].offset < places[2].offset);
    CHECK(places[2].offset < places[3].offset);
    CHECK(places[3].offset == places[4].offset);
    CHECK(places[4].offset < places[5].offset);
    TextReader reader(folder.path);
    for (std::size_t i = 6; i-- > 0;) CHECK(reader.read(places[i])->raw.front() == static_cast<char>('a' + i));
}

TEST_CASE("a text file is appended to, behind whatever a killed writer left") {
    const Folder folder;
    const auto first = write(folder.path, {samples()[1]});
    const auto first_end = std::filesystem::file_size(folder / "texts/000007");
    put(folder / "texts/000007", *read_file(folder / "texts/000007") + "half a frame");
    const auto second = write(folder.path, {samples()[2]});
    CHECK(second[0].offset == first_end + std::string_view("half a frame").size());
    TextReader reader(folder.path);
    CHECK((*reader.read(first[0]) == samples()[1]));
    CHECK((*reader.read(second[0]) == samples()[2]));
}

TEST_CASE("a text too large to be stored is told, and harms nothing") {
    const Folder folder;
    std::filesystem::create_directories(folder / "texts");
    auto writer = TextWriter::open(folder.path, 7);
    REQUIRE(writer);
    const std::string large(kMostTextBytes, 'x');
    const auto first = writer->append({"", "a", ""});
    CHECK(writer->append({"", large, ""}).error().kind == ErrorKind::data);
    CHECK(writer->append({"", "", large}).error().kind == ErrorKind::data);
    const auto second = writer->append({"", "b", ""});
    REQUIRE(writer->sync());
    TextReader reader(folder.path);
    CHECK(reader.read(*first)->body == "a");
    CHECK(reader.read(*second)->body == "b");
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
    const auto all = samples();
    const std::vector<Text> texts = {all[1], all[2]};
    const auto places = write(index, texts);
    const auto file = text_file(index, 7);
    const std::string whole = *read_file(file);

    SUBCASE("places that are not in the file") {
        for (const TextLocation& place :
             {TextLocation{7, whole.size(), 0}, TextLocation{7, ~0ull, 0}, TextLocation{7, ~0ull - 1, 1},
              TextLocation{7, 0, 2}, TextLocation{7, 0, ~0u}, TextLocation{7, 1, 0}})
            CHECK(kind_of(index, place) == ErrorKind::data);
    }
    SUBCASE("any flipped bit, for each text, alone and as a whole") {
        for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
            // A frame header's reserved bit and unused bits may change; the content may not.
            std::string bytes = whole;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
            put(file, bytes);
            TextReader reader(index);
            for (const bool body : {false, true})
                for (std::size_t i = 0; i < places.size(); ++i) {
                    const auto text = body ? reader.view_body(places[i]) : reader.view(places[i]);
                    const Text wanted{texts[i].headers, texts[i].body, body ? "" : texts[i].raw};
                    if (text)
                        CHECK((text->copy() == wanted));
                    else
                        CHECK(text.error().kind == ErrorKind::data);
                }
        }
    }
    SUBCASE("a file that ends anywhere") {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            put(file, whole.substr(0, size));
            CHECK(kind_of(index, places[1]) == ErrorKind::data);
        }
    }
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
    const std::string large = noise(3 << 20);
    const auto place = writer->append({"", large, ""});
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
