// SPDX-License-Identifier: GPL-2.0-or-later
#include "storage/shard_writer.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "document/indexed.hpp"
#include "patchseek/store/vocabulary.hpp"
#include "storage/xapian_guard.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

// Two shards whose words overlap, and terms that are no words of an area: stems, ids, the mark of encoded lines.
const std::vector<std::vector<std::string>> kTerms = {
    {"Sfix", "Lfix", "ZSfix", "Afoo", "Afoobar", "XREST:", "XREST:index", "Qfoo@bar", "XTreviewed-by:ada"},
    {"Sfoo", "Cfoobar", "Rbar", "XREST:foo", "XLIST:foo",
     "Averylongwordofwhichonlythebeginningiskeptt~0123456789abcdef"},
};

fs::path packed(const fs::path& top) {
    std::vector<fs::path> shards;
    for (const auto& terms : kTerms) {
        shards.push_back(top / std::to_string(shards.size()));
        storage::ShardWriter writer(shards.back());
        document::Indexed message;
        for (const auto& term : terms) message.doc.terms.add(term, 1);
        REQUIRE(writer.add(message));
        REQUIRE(writer.finish());
    }
    REQUIRE(storage::pack_shards(shards, top / "packed"));
    return top / "packed";
}

}  // namespace

TEST_CASE("a packed shard has the words of its terms") {
    const Folder folder;
    const auto shard = packed(folder.path);
    const auto vocabulary = store::Vocabulary::open(shard, 2);
    REQUIRE(vocabulary);
    REQUIRE(*vocabulary);
    std::map<std::string, std::string> words;
    (*vocabulary)->words([&](const store::VocabularyWord& word) {
        auto& areas = words[std::string(word.text)];
        for (std::size_t bit = 0; bit < store::kVocabularyAreas; ++bit)
            if ((word.areas >> bit & 1U) != 0) areas += store::vocabulary_prefix(bit);
        return true;
    });
    CHECK(words ==
          std::map<std::string, std::string>{{"fix", "SL"},
                                             {"foo", "SAXREST:"},
                                             {"foobar", "AC"},
                                             {"bar", "R"},
                                             {"index", "XREST:"},
                                             {"verylongwordofwhichonlythebeginningiskeptt~0123456789abcdef", "A"}});
    CHECK(*storage::vocabulary_is_whole(shard));
    CHECK(*storage::vocabulary_is_whole(folder.path / "0"));
}

TEST_CASE("a shard of many parts has all of them, in their order") {
    const Folder folder;
    const auto shard = folder.path / "0";
    storage::ShardWriter writer(shard, 0);
    constexpr Xapian::docid kDocuments = 25;
    std::size_t next = 0;
    for (Xapian::docid id = 1; id <= kDocuments; ++id) {
        document::Indexed message;
        message.doc.data = std::to_string(id);
        for (int i = 0; i < 20'000; ++i) message.doc.terms.add("term" + std::to_string(next++), 1);
        message.doc.terms.add("all", id);
        REQUIRE(writer.add(message));
    }
    const auto parts = [&] {
        return std::ranges::count_if(fs::directory_iterator(shard),
                                     [](const auto& entry) { return entry.is_directory(); });
    };
    CHECK(parts() > 1);
    CHECK(parts() <= 8);
    REQUIRE(writer.finish());
    CHECK(parts() == 0);
    const auto db = storage::open_shard(shard);
    CHECK(db.get_termfreq("term0") == 1);
    CHECK(db.get_termfreq("term" + std::to_string(next - 1)) == 1);
    Xapian::docid id = 0;
    for (auto it = db.postlist_begin("all"); it != db.postlist_end("all"); ++it) {
        CHECK(*it == ++id);
        CHECK(it.get_wdf() == id);
        CHECK(db.get_document(id).get_data() == std::to_string(id));
    }
    CHECK(id == kDocuments);
}

TEST_CASE("a vocabulary that lacks a word or an area of it is found out") {
    const Folder folder;
    const auto shard = packed(folder.path);
    std::vector<std::pair<std::string, schema::Areas>> words;
    (*store::Vocabulary::open(shard, 2))->words([&](const store::VocabularyWord& word) {
        words.emplace_back(word.text, word.areas);
        return true;
    });
    const auto write = [&](const auto& list) {
        auto writer = store::VocabularyWriter::create(shard);
        REQUIRE(writer);
        for (const auto& [text, areas] : list) REQUIRE(writer->add({text, areas}));
        REQUIRE(writer->finish(2));
        return *storage::vocabulary_is_whole(shard);
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto without = words;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK_FALSE(write(without));
        auto less = words;
        less[i].second &= less[i].second - 1;
        CHECK_FALSE(write(less));
    }
    auto more = words;
    more.insert(more.begin(), {"a", 1});
    more.push_back({"zzz", 1});
    CHECK(write(more));
    REQUIRE(storage::write_vocabulary(shard));
    CHECK(*storage::vocabulary_is_whole(shard));
}

TEST_CASE("a table that is empty though it was opened twice is damaged") {
    const Folder folder;
    const auto shard = folder.path / "0";
    storage::ShardWriter writer(shard);
    document::Indexed message;
    message.doc.data = "data";
    REQUIRE(writer.add(message));
    REQUIRE(writer.finish());
    const auto open = [&] {
        return storage::guarded("open", [&]() -> Result<Done> {
            storage::open_shard(shard);
            return Done{};
        });
    };
    REQUIRE(open());
    // The only block of the table says that it has no items (backends/glass/glass_table.h of Xapian).
    std::fstream(shard / "docdata.glass", std::ios::in | std::ios::out | std::ios::binary).seekp(9).write("\0\x0b", 2);
    const auto damaged = open();
    REQUIRE_FALSE(damaged);
    CHECK(damaged.error().kind == ErrorKind::data);
}

TEST_CASE("a document that is named and not there is damage") {
    const auto done = storage::guarded("read", []() -> Result<Done> { throw Xapian::DocNotFoundError("70"); });
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::data);
}

TEST_CASE("an error of the library alone says how to find out more") {
    const auto done = storage::guarded("read", []() -> Result<Done> { throw Xapian::InvalidArgumentError("slot"); });
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::internal);
    CHECK(done.error().message == "read: slot; --check tells whether the index is damaged");
}
