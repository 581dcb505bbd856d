// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/text_group.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include <random>
#include <string>
#include <vector>

#include "patchseek/base/binary.hpp"

using namespace patchseek;
using namespace patchseek::store;
using namespace std::string_literals;

namespace {

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string out(size, 0);
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

std::string group_of(const std::vector<TextView>& texts) {
    TextGroupWriter writer;
    std::string out;
    for (const TextView& text : texts) REQUIRE(writer.add(text));
    REQUIRE(writer.seal(out));
    CHECK(writer.size() == 0);
    return out;
}

/// Reads from memory, and counts what is fetched.
struct Source {
    const std::string& bytes;
    std::size_t fetched = 0;
    Result<std::string> operator()(std::uint64_t offset, std::size_t size) {
        const auto out = offset < bytes.size() ? bytes.substr(offset, size) : std::string();
        fetched += out.size();
        return out;
    }
};

// A group with frames of these contents.
std::string group_with(std::string_view bodies, std::uint64_t texts, std::string_view rests) {
    std::string head, frames;
    BinaryWriter writer(head);
    writer.varint(1);
    writer.varint(texts);
    for (const auto content : {bodies, rests}) {
        std::string frame(ZSTD_compressBound(content.size()), 0);
        frame.resize(ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), 3));
        writer.varint(content.size());
        writer.varint(frame.size());
        frames += frame;
    }
    return head + frames;
}

ErrorKind kind_of(const std::string& group, std::size_t number = 0) {
    TextGroupReader reader;
    reader.turn_to(0);
    const auto text = reader.whole(number, Source{group});
    REQUIRE_FALSE(text);
    return text.error().kind;
}

}  // namespace

TEST_CASE("a body that stands in raw is stored once") {
    const auto body = noise(1000);
    CHECK(group_of({{"", body, "x" + body}}).size() < 1100);
}

TEST_CASE("what raw repeats of the body in other lines costs little") {
    std::string body, raw;
    const auto words = noise(100'000);
    for (std::size_t i = 0; i < words.size(); i += 50) {
        std::string line;
        for (const char c : words.substr(i, 50)) line += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
        body += line + '\n';
        raw += line + "\r\n";
    }
    CHECK(group_of({{"", body, raw}}).size() < group_of({{"", body, body}}).size() * 5 / 4);
}

TEST_CASE("a body in raw is looked for in linear time") {
    // The naive search compares half a megabyte at each of half a million places.
    const auto body = std::string(1 << 19, 'a') + "b", raw = std::string(1 << 20, 'a');
    CHECK(group_of({{"", body, raw}}).size() < 1000);
}

TEST_CASE("a body of a group is read without the others, and the next one is there already") {
    std::vector<std::string> bodies;
    for (int i = 0; i < 40; ++i) bodies.push_back(noise(5000 + static_cast<std::size_t>(i)));
    std::vector<TextView> texts;
    for (const std::string& body : bodies) texts.push_back({"To: a\n", body, body});
    const auto group = group_of(texts);
    Source source{group};
    TextGroupReader reader;
    reader.turn_to(0);
    CHECK(reader.bodies(20, std::ref(source))->body == bodies[20]);
    CHECK(source.fetched < 40'000);
    const auto before = source.fetched;
    const auto one = reader.bodies(19, std::ref(source)), other = reader.bodies(21, std::ref(source));
    CHECK((one && other));
    CHECK(source.fetched < before + 40'000);
    CHECK(reader.whole(39, std::ref(source))->raw == bodies[39]);
    const auto all = source.fetched;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(reader.bodies(i, std::ref(source))->body == bodies[i]);
        CHECK(reader.whole(i, std::ref(source))->raw == bodies[i]);
    }
    CHECK(source.fetched == all);
    CHECK_FALSE(reader.bodies(40, std::ref(source)));
    CHECK_FALSE(reader.whole(40, std::ref(source)));
}

TEST_CASE("a group ends in time") {
    TextGroupWriter writer;
    const auto large = noise(1 << 20);
    CHECK(writer.fits({"", large, large}));
    REQUIRE(writer.add({"", "", ""}));
    CHECK_FALSE(writer.fits({"", large, ""}));
    CHECK_FALSE(writer.fits({"", "", large}));
    for (int i = 1; i < 256; ++i) {
        REQUIRE(writer.fits({"", "", ""}));
        REQUIRE(writer.add({"", "", ""}));
    }
    CHECK_FALSE(writer.fits({"", "", ""}));
    CHECK_FALSE(writer.full());
    std::string out;
    REQUIRE(writer.seal(out));
    REQUIRE(writer.add({"", large, ""}));
    CHECK(writer.full());
}

TEST_CASE("a group of nothing is nothing") {
    std::string out;
    CHECK(TextGroupWriter().seal(out));
    CHECK(out.empty());
}

TEST_CASE("whole frames with other content are damage") {
    const auto bodies = "\0\1\1\1hb"s, rests = "\1\1\1r"s;
    const auto group = group_with(bodies, 1, rests);
    TextGroupReader reader;
    reader.turn_to(0);
    CHECK((reader.whole(0, Source{group})->copy() == Text{"h", "b", "br"}));
    for (const std::string& other : {""s, "\0"s, "\0\1\1"s, "\1\1\1\1hb"s, "\0\2\1\1hb"s, "\0\1\1\1hbx"s, "\0\1\1\2hb"s,
                                     "\0\1\2\1hb"s, "\0\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\1hb"s})
        CHECK(kind_of(group_with(other, 1, rests)) == ErrorKind::data);
    for (const std::string& other : {""s, "\1"s, "\2\1\1r"s, "\1\1\1rx"s, "\1\1\2r"s, "\1\3\1r"s, "\0"s,
                                     "\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\1r"s})
        CHECK(kind_of(group_with(bodies, 1, other)) == ErrorKind::data);
    CHECK(kind_of(group_with(bodies, 2, rests)) == ErrorKind::data);
    CHECK(kind_of(group_with(bodies, 1, rests), 1) == ErrorKind::data);
}

TEST_CASE("a bomb is damage") { CHECK(kind_of(group_with(std::string(257 << 20, 'x'), 1, "")) == ErrorKind::data); }

TEST_CASE("heads that are none") {
    for (const std::string& bytes : {""s, "\0"s, "\0\0\0"s, "\1"s, "\1\1\1"s, "\1\0\1\1\1\1"s, "\1\1\1\x7F\x7F\1"s,
                                     "\1\x81\x02\1\1\1\1"s, "\1\1\xFF\xFF\xFF\xFF\1\1\1\1"s})
        CHECK_FALSE(TextGroupHead::decode(bytes));
    CHECK(TextGroupHead::decode("\1\1\1\1\1\1"));
}
