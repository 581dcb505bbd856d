// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader/lexicon.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "storage/shard_writer.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

Xapian::Database shard(const fs::path& folder, const std::vector<std::string>& terms) {
    Xapian::WritableDatabase db(folder.native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
    Xapian::Document doc;
    for (const auto& term : terms) doc.add_term(term);
    db.add_document(doc);
    db.commit();
    return Xapian::Database(folder.native(), Xapian::DB_BACKEND_GLASS);
}

std::set<std::string> terms(const std::vector<std::string>& prefixes,
                            const std::function<void(const reader::Lexicon::Visit&)>& look) {
    std::set<std::string> out;
    look([&](std::string_view word, std::size_t prefix) {
        out.insert(prefixes.at(prefix) + std::string(word));
        return true;
    });
    std::size_t first = 0;
    look([&](std::string_view, std::size_t) { return ++first > 1; });
    CHECK(first == std::min<std::size_t>(out.size(), 1));
    return out;
}

}  // namespace

TEST_CASE("a lexicon says the same with vocabularies as without") {
    const Folder folder;
    const auto one = shard(folder.path / "1", {"Sfoo", "Afoo", "Afoobar", "XREST:", "XREST:foo", "XTreviewed-by:foo",
                                               "Averylongwordofwhichonlythebeginningiskeptt~0123456789abcdef"});
    const auto two = shard(folder.path / "2", {"Sfoo", "Rbarfoo", "ZSfoo", "XTreviewed-by:barfoo", "Qfoo"});
    Xapian::Database all;
    all.add_database(one);
    all.add_database(two);
    for (const char* name : {"1", "2"}) REQUIRE(storage::write_vocabulary(folder.path / name));
    const auto with_lists = [&](const std::vector<const char*>& names, const Xapian::Database& rest) {
        return reader::Lexicon(reader::Statistics(all), [&, names, rest] {
            reader::WordLists out{{}, rest};
            for (const char* name : names) {
                auto list = store::Vocabulary::open(folder.path / name, 1);
                REQUIRE(list);
                out.vocabularies.push_back(std::move(list->value()));
            }
            return out;
        });
    };
    const std::vector<reader::Lexicon> others = {with_lists({"1", "2"}, {}), with_lists({"1"}, two),
                                                 with_lists({"2"}, one)};
    const std::vector<std::vector<std::string>> sets = {
        {"S"}, {"A", "R"}, {"XTreviewed-by:"}, {"R", "XREST:", "XTreviewed-by:", "S", "A"}, {"Q"}, {"N"}, {}};
    const reader::Lexicon plain(all);
    for (const auto& prefixes : sets) {
        const auto same = [&](const auto& look) {
            const auto wanted = terms(prefixes, [&](const auto& visit) { look(plain, visit); });
            for (const auto& other : others)
                CHECK(terms(prefixes, [&](const auto& visit) { look(other, visit); }) == wanted);
            return wanted.size();
        };
        const auto near = [&](std::string_view text, std::size_t limit) {
            return same(
                [&](const reader::Lexicon& one_of, const auto& visit) { one_of.near(text, limit, prefixes, visit); });
        };
        const auto count = near("", tokens::Analyzer::kMaxWord);
        for (const char* text : {"foo", "foobra", "ba"}) near(text, 1);
        CHECK((count > 0) == (!prefixes.empty() && prefixes.front() != "N"));
        for (const char* piece : {"foo", "bar", "oob", "o", "x"})
            for (const auto at : {store::Vocabulary::At{}, {true, false}, {false, true}, {true, true}})
                same(
                    [&](const reader::Lexicon& one_of, const auto& visit) { one_of.with(piece, at, prefixes, visit); });
    }
}
