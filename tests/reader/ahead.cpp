// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader/ahead.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <filesystem>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "patchseek/base/file.hpp"

using namespace patchseek;
namespace fs = std::filesystem;

namespace {

constexpr unsigned kSlot = 9;

// Trees of two levels and more: a term in each document, some in many, one in all.
fs::path make_shard(const fs::path& folder) {
    Xapian::WritableDatabase db(folder.native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
    for (int i = 0; i < 3000; ++i) {
        Xapian::Document document;
        const auto number = std::to_string(i);
        for (const std::string& term : {"own" + number, "ten" + std::to_string(i % 10), std::string("all")})
            document.add_term(term);
        document.add_value(kSlot, number + std::string(30, 'v'));
        document.set_data(number + std::string(300, static_cast<char>('a' + i % 26)));
        db.add_document(document);
    }
    db.commit();
    return folder;
}

}  // namespace

TEST_CASE("what Xapian reads of some terms and documents has been read ahead") {
    const Folder folder;
    const auto shard = make_shard(folder / "0");
    const Xapian::Database db(shard.native());
    reader::Ahead ahead({shard, folder / "none"});
    ahead.serve_xapian();
    ahead.terms(std::vector<std::string>{"own2999", "own17", "ten3", "none"}, std::vector<std::string>{"own12"});
    ahead.documents(std::vector<reader::Ahead::Document>{{0, 1}, {0, 1500}, {0, 3000}, {0, 4'000'000'000}, {7, 1}},
                    std::vector<unsigned>{kSlot});
    // From now on the files give nothing.
    for (const char* file : {"postlist.glass", "docdata.glass"}) put(shard / file, "");
    for (const char* term : {"own2999", "own17", "own1234"})
        CHECK(std::distance(db.postlist_begin(term), db.postlist_end(term)) == 1);
    CHECK(std::distance(db.postlist_begin("ten3"), db.postlist_end("ten3")) == 300);
    for (const Xapian::docid id : {1U, 1500U, 3000U}) {
        CHECK(db.get_document(id).get_data().starts_with(std::to_string(id - 1)));
        CHECK(db.get_document(id).get_value(kSlot).starts_with(std::to_string(id - 1)));
    }
}

TEST_CASE("tables of any bytes lead reading ahead nowhere") {
    const Folder folder;
    const auto shard = make_shard(folder / "0");
    std::mt19937 random(17);
    std::vector<std::string> files = {"iamglass", "postlist.glass", "docdata.glass"};
    std::vector<std::string> whole;
    for (const std::string& file : files) whole.push_back(*read_file(shard / file));
    for (int round = 0; round < 60; ++round) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            auto bytes = whole[i];
            if (round % 4 == 3) bytes.resize(random() % bytes.size());
            for (std::size_t k = 0; k < (i == 0 ? random() % 3 : bytes.size() / 40); ++k)
                if (!bytes.empty()) bytes[random() % bytes.size()] = static_cast<char>(random());
            put(shard / files[i], bytes);
        }
        reader::Ahead ahead({shard});
        ahead.terms(std::vector<std::string>{"own1", "all", "", std::string(300, 'x')}, std::vector<std::string>{"o"});
        ahead.documents(std::vector<reader::Ahead::Document>{{0, 1}, {0, 2999}}, std::vector<unsigned>{kSlot, 12});
        reader::read_ahead(shard / "docdata.glass");
        reader::read_ahead(shard / "nothing");
    }
    CHECK(true);
}
