// SPDX-License-Identifier: GPL-2.0-or-later
#include "glass/database_writer.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "../folder.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

using Postings = std::vector<std::tuple<Xapian::docid, Xapian::termcount>>;

/// All that Xapian reads in a database.
struct Content {
    Xapian::doccount documents = 0;
    Xapian::docid last = 0;
    double length = 0;
    Xapian::termcount least = 0, most = 0, most_of_a_term = 0;
    std::map<std::string, std::tuple<Xapian::doccount, Xapian::termcount, Postings>> terms;
    std::map<Xapian::docid, std::tuple<Xapian::termcount, std::string>> data;
    std::map<Xapian::valueno, std::tuple<Xapian::doccount, std::string, std::string>> bounds;
    std::map<Xapian::valueno, std::map<Xapian::docid, std::string>> values;
    std::map<std::string, std::string> metadata;
    bool operator==(const Content&) const = default;
};

Postings postings_of(const Xapian::Database& db, const std::string& term) {
    Postings out;
    for (auto it = db.postlist_begin(term); it != db.postlist_end(term); ++it) out.emplace_back(*it, it.get_wdf());
    return out;
}

Content content_of(const Xapian::Database& db) {
    Content out{db.get_doccount(), db.get_lastdocid(), db.get_avlength() * db.get_doccount(),
                db.get_doclength_lower_bound(), db.get_doclength_upper_bound()};
    for (auto it = db.allterms_begin(); it != db.allterms_end(); ++it) {
        out.terms[*it] = {it.get_termfreq(), db.get_collection_freq(*it), postings_of(db, *it)};
        out.most_of_a_term = std::max(out.most_of_a_term, db.get_wdf_upper_bound(*it));
    }
    for (auto it = db.postlist_begin(""); it != db.postlist_end(""); ++it)
        out.data[*it] = {db.get_doclength(*it), db.get_document(*it).get_data()};
    for (Xapian::valueno slot = 0; slot < 70'000; slot = slot < 40 ? slot + 1 : slot * 9) {
        out.bounds[slot] = {db.get_value_freq(slot), db.get_value_lower_bound(slot), db.get_value_upper_bound(slot)};
        for (auto it = db.valuestream_begin(slot); it != db.valuestream_end(slot); ++it)
            out.values[slot][it.get_docid()] = *it;
    }
    for (auto it = db.metadata_keys_begin(); it != db.metadata_keys_end(); ++it)
        out.metadata[*it] = db.get_metadata(*it);
    return out;
}

// By Xapian's own hand.
Content by_xapian(const fs::path& folder, const std::vector<glass::Document>& documents) {
    Xapian::WritableDatabase db(folder.native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_TERMLIST);
    for (const glass::Document& document : documents) {
        Xapian::Document doc;
        document.terms.each(
            [&](std::string_view term, std::uint32_t count) { doc.add_term(std::string(term), count); });
        for (const auto& [slot, value] : document.values) doc.add_value(slot, value);
        doc.set_data(document.data);
        db.add_document(doc);
    }
    db.set_metadata("schema", "7");
    db.commit();
    return content_of(db);
}

void write(const fs::path& folder, const std::vector<glass::Document>& documents) {
    auto writer = glass::DatabaseWriter::create(folder);
    REQUIRE(writer);
    std::uint32_t number = 0;
    for (const glass::Document& document : documents) CHECK(*writer->add(document) == ++number);
    CHECK(writer->last() == number);
    REQUIRE(writer->finish({{"schema", "7"}}));
}

void compare(const std::vector<glass::Document>& documents) {
    const Folder folder;
    write(folder.path / "ours", documents);
    std::ostringstream said;
    const auto errors = Xapian::Database::check((folder.path / "ours").native(), Xapian::DBCHECK_SHOW_STATS, &said);
    CHECK_MESSAGE(errors == 0, said.str());
    Xapian::Database ours((folder.path / "ours").native());
    const auto wanted = by_xapian(folder.path / "theirs", documents);
    CHECK((content_of(ours) == wanted));
    // Packing reads all that a database has, from its first block to its last.
    ours.compact((folder.path / "packed").native(), Xapian::Compactor::FULL);
    CHECK((content_of(Xapian::Database((folder.path / "packed").native())) == wanted));
}

std::string word(std::mt19937& random, std::size_t size) {
    std::string out;
    while (out.size() < size) out += static_cast<char>('a' + random() % 3);
    return out;
}

}  // namespace

TEST_CASE("Xapian reads what it would have written itself") {
    SUBCASE("no document") { compare({}); }
    SUBCASE("documents of nothing") { compare(std::vector<glass::Document>(3)); }
    SUBCASE("one term") {
        glass::Document one;
        one.terms.add("a", 0);
        compare({one});
    }
    SUBCASE("terms of any bytes, of which each begins another one") {
        glass::Document one;
        for (const std::string& term : std::vector<std::string>{
                 "a", std::string("a\0", 2), std::string("a\0b", 3), "ab", "a\xFF", std::string("\0", 1),
                 std::string("\0\0\0", 3), "\xFF", std::string(245, 'x'), std::string(245, 'x').replace(244, 1, "y")})
            one.terms.add(term, 3);
        compare({one, {}, one});
    }
    SUBCASE("numbers of any size") {
        glass::Document one, other;
        one.terms.add("a", 1'000'000'000);
        one.terms.add("b", 127);
        one.terms.add("c", 128);
        other.terms.add("a", 1);
        other.values = {{0, "x"}, {1, std::string(5000, 'v')}, {255, "y"}, {256, ""}, {65'610, std::string("\0z", 2)}};
        other.data = std::string(100'000, 'd');
        compare({one, other, one});
    }
    SUBCASE("by chance, of many blocks and levels") {
        std::mt19937 random(7);
        for (const std::size_t longest : {3, 12, 240}) {
            const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
            std::vector<glass::Document> documents(300);
            for (glass::Document& document : documents) {
                std::map<std::string, std::uint32_t> terms{{"all", 1}};
                for (auto i = below(300); i > 0; --i) terms[word(random, 1 + random() % longest)] = below(300);
                for (const auto& [term, count] : terms) document.terms.add(term, count);
                for (auto i = below(5); i > 0; --i) document.values[below(40)] = word(random, below(300));
                document.data = word(random, below(3) * below(9000));
            }
            compare(documents);
        }
    }
    SUBCASE("lists of many pieces") {
        std::vector<glass::Document> documents(40'000);
        for (std::size_t i = 0; i < documents.size(); ++i) {
            documents[i].terms.add("all", static_cast<std::uint32_t>(i % 200));
            if (i % 7 == 0) documents[i].terms.add("some", 1);
            if (i % 3 != 0) documents[i].values[2] = std::to_string(i % 1000);
        }
        compare(documents);
    }
}

TEST_CASE("a number stands in a key as Xapian writes it") {
    // What Xapian's own writer makes of the numbers of documents (common/pack.h, pack_uint_preserving_sort).
    const std::vector<std::pair<std::uint32_t, std::string>> kRows = {
        {1, std::string("\0\x01", 2)},
        {0x7FFF, "\x7F\xFF"},
        {0x8000, std::string("\x80\x80\0", 3)},
        {0x3FFFFF, "\xBF\xFF\xFF"},
        {0x400000, std::string("\xC0\x40\0\0", 4)},
        {0x1FFFFFFF, "\xDF\xFF\xFF\xFF"},
        {0x20000000, std::string("\xE0\x20\0\0\0", 5)},
        {0xFFFFFFFF, "\xE0\xFF\xFF\xFF\xFF"},
    };
    std::string before;
    for (const auto& [number, wanted] : kRows) {
        std::string key;
        glass::append_sorted(key, number);
        CHECK(key == wanted);
        CHECK(before < key);
        before = key;
    }
}

TEST_CASE("what a table cannot hold is an error, and no database") {
    const Folder folder;
    auto writer = glass::DatabaseWriter::create(folder.path / "db");
    REQUIRE(writer);
    glass::Document document;
    document.terms.add(std::string(256, 'x'), 1);
    REQUIRE(writer->add(document));
    const auto done = writer->finish({{"schema", "7"}});
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::internal);
    CHECK_FALSE(fs::exists(folder.path / "db" / "iamglass"));
    glass::TableWriter table(folder.path / "table");
    CHECK_FALSE(table.put("", "x"));
    REQUIRE(table.put("b", "x"));
    for (const char* key : {"a", "b"}) {
        const auto wrong = table.put(key, "x");
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().kind == ErrorKind::internal);
    }
    CHECK(table.put("c", "x"));
    auto other = glass::DatabaseWriter::create(folder.path / "other");
    REQUIRE(other);
    glass::Document twice;
    for (const char* term : {"a", "b", "a"}) twice.terms.add(term, 1);
    CHECK_FALSE(other->add(twice));
}

TEST_CASE("a database is not written over another one, nor where no folder can be") {
    const Folder folder;
    write(folder.path / "db", {});
    auto again = glass::DatabaseWriter::create(folder.path / "db");
    REQUIRE(again);
    CHECK_FALSE(again->finish({{"schema", "8"}}));
    CHECK(Xapian::Database((folder.path / "db").native()).get_metadata("schema") == "7");
    const auto nowhere = glass::DatabaseWriter::create(folder.path / "no" / "db");
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().kind == ErrorKind::no_input);
}

TEST_CASE("terms are cut back to the first of them") {
    glass::Terms terms;
    for (const char* term : {"one", "two", "three"}) terms.add(term, 1);
    terms.cut(1);
    terms.add("four", 4);
    std::vector<std::pair<std::string, std::uint32_t>> seen;
    terms.each([&](std::string_view term, std::uint32_t count) { seen.emplace_back(term, count); });
    CHECK(seen == std::vector<std::pair<std::string, std::uint32_t>>{{"one", 1}, {"four", 4}});
    CHECK(terms.size() == 2);
}
