// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/vocabulary.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "../folder.hpp"

using namespace patchseek;
using namespace patchseek::store;

namespace {

using Words = std::vector<std::pair<std::string, schema::Areas>>;

const Words kWords = {{"_", 1},
                      {"a", kRestArea},
                      {"abc", 0x5},
                      {"abcabc", 0x8000},
                      {"averylongwordofwhichonlythebeginningiskep~0123456789abcdef", 2},
                      {"bc", 0xFFFF},
                      {"cab", 3},
                      {"caf\xC3\xA9", 4},
                      {"zzabczz", 8}};

void write(const std::filesystem::path& folder, const Words& words, std::uint32_t last = 7) {
    auto writer = VocabularyWriter::create(folder);
    REQUIRE(writer);
    for (const auto& [text, areas] : words) REQUIRE(writer->add({text, areas}));
    REQUIRE(writer->finish(last));
}

Vocabulary opened(const std::filesystem::path& folder, std::uint32_t last = 7) {
    auto out = Vocabulary::open(folder, last);
    REQUIRE(out);
    REQUIRE(*out);
    return std::move(**out);
}

// What `look` visits, and how many it visits when told to stop at the first.
template <class Look>
Words seen(const Look& look) {
    Words out;
    look([&](const VocabularyWord& word) {
        out.emplace_back(word.text, word.areas);
        return true;
    });
    std::size_t first = 0;
    look([&](const VocabularyWord&) { return ++first > 1; });
    CHECK(first == std::min<std::size_t>(out.size(), 1));
    return out;
}

bool is_cut(const std::string& word) { return word.find('~') != word.npos; }

bool has(const std::string& word, const std::string& piece, Vocabulary::At at) {
    if (is_cut(word)) return false;
    if (at.begins && at.ends) return word == piece;
    if (at.begins) return word.starts_with(piece);
    return at.ends ? word.ends_with(piece) : word.find(piece) != word.npos;
}

}  // namespace

TEST_CASE("the words of a vocabulary come back, each with its areas") {
    const Folder folder;
    write(folder.path, kWords);
    const auto vocabulary = opened(folder.path);
    CHECK(seen([&](const auto& visit) { vocabulary.words(visit); }) == kWords);
    CHECK(seen([&](const auto& visit) { vocabulary.cut_words(visit); }) == Words{kWords[4]});
    write(folder.path, {});
    CHECK(seen([&](const auto& visit) { opened(folder.path).words(visit); }).empty());
    CHECK(seen([&](const auto& visit) { opened(folder.path).with("a", {}, visit); }).empty());
}

TEST_CASE("a piece finds the words that have it, at its place") {
    const Folder folder;
    write(folder.path, kWords);
    const auto vocabulary = opened(folder.path);
    std::vector<std::string> pieces = {"q", "\xC3", "abcabcabc"};
    for (const auto& [text, areas] : kWords)
        for (std::size_t begin = 0; begin < text.size(); ++begin)
            for (std::size_t size = 1; begin + size <= text.size(); ++size) pieces.push_back(text.substr(begin, size));
    for (const std::string& piece : pieces)
        for (const auto at : {Vocabulary::At{}, {true, false}, {false, true}, {true, true}}) {
            Words wanted;
            for (const auto& word : kWords)
                if (has(word.first, piece, at)) wanted.push_back(word);
            CAPTURE(piece);
            CHECK(seen([&](const auto& visit) { vocabulary.with(piece, at, visit); }) == wanted);
        }
}

TEST_CASE("a vocabulary larger than the writer's buffer is whole") {
    const Folder folder;
    Words words;
    for (int i = 100000; i < 300000; ++i)
        words.emplace_back("w" + std::to_string(i), static_cast<schema::Areas>(i & 0xFFFF));
    write(folder.path, words);
    CHECK(seen([&](const auto& visit) { opened(folder.path).words(visit); }) == words);
}

TEST_CASE("a vocabulary of another state of its shard counts as none, a damaged one is an error") {
    const Folder folder;
    const auto none = Vocabulary::open(folder.path, 7);
    REQUIRE(none);
    CHECK_FALSE(*none);
    write(folder.path, kWords);
    const auto other = Vocabulary::open(folder.path, 8);
    REQUIRE(other);
    CHECK_FALSE(*other);
    const auto whole = *read_file(folder / "words");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        put(folder / "words", whole.substr(0, size));
        const auto cut = Vocabulary::open(folder.path, 7);
        REQUIRE_FALSE(cut);
        CHECK(cut.error().kind == ErrorKind::data);
    }
    put(folder / "words", "x" + whole.substr(1));
    CHECK_FALSE(Vocabulary::open(folder.path, 7));
}

TEST_CASE("looking through damaged lines comes to an end") {
    const Folder folder;
    write(folder.path, kWords);
    const auto whole = *read_file(folder / "words");
    const auto head = whole.find('\n') + 1;
    std::mt19937 chance(1);
    for (int round = 0; round < 300; ++round) {
        auto bytes = whole;
        for (int i = 0; i < 20; ++i) bytes[head + chance() % (bytes.size() - head - 1)] = "a\n\t~zA"[chance() % 6];
        put(folder / "words", bytes);
        const auto vocabulary = opened(folder.path);
        std::size_t count = 0;
        const auto visit = [&](const VocabularyWord&) { return ++count < 10000; };
        for (const char* piece : {"a", "A", "abc", "z\t"}) vocabulary.with(piece, {}, visit);
        vocabulary.with("a", {true, true}, visit);
        vocabulary.cut_words(visit);
        vocabulary.words(visit);
        CHECK(count < 10000);
    }
}
