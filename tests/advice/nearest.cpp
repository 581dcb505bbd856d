// SPDX-License-Identifier: GPL-2.0-or-later
#include "advice/nearest.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../folder.hpp"
#include "patchseek/store/vocabulary.hpp"
#include "reader/lexicon.hpp"

using namespace patchseek;

namespace {

std::string nearest(const reader::Lexicon& lexicon, const std::string& word) {
    const auto best = advice::nearest(lexicon, {"A", "S"}, word, [](std::string_view) { return true; });
    return best ? best->word + ' ' + std::to_string(best->distance) + ' ' + std::to_string(best->frequency) : "";
}

}  // namespace

TEST_CASE("the nearest word is one that some message has, of equals the most frequent, then the first") {
    const Folder folder;
    Xapian::WritableDatabase db((folder / "shard").native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
    for (const auto& terms : {std::vector<std::string>{"Akvm_init", "Sprobed", "Sprober"},
                              {"Akvm_init", "Akvm_exit", "Sprobe"},
                              {"Akvm_exit", "Sprober", "Sprobed"}}) {
        Xapian::Document doc;
        for (const auto& term : terms) doc.add_term(term);
        db.add_document(doc);
    }
    db.commit();
    auto writer = store::VocabularyWriter::create(folder / "shard");
    REQUIRE(writer);
    // Of removed messages: kvm_inix, probez.
    for (const store::VocabularyWord& word : {store::VocabularyWord{"kvm_exit", 1U << 6U},
                                              {"kvm_init", 1U << 6U},
                                              {"kvm_inix", 1U << 6U},
                                              {"probe", 1},
                                              {"probed", 1},
                                              {"prober", 1},
                                              {"probez", 1}})
        REQUIRE(writer->add(word));
    REQUIRE(writer->finish(3));
    const Xapian::Database plain((folder / "shard").native(), Xapian::DB_BACKEND_GLASS);
    const reader::Lexicon listed(reader::Statistics(plain), [&] {
        auto list = store::Vocabulary::open(folder / "shard", 3);
        REQUIRE(list);
        reader::WordLists out;
        out.vocabularies.push_back(std::move(list->value()));
        return out;
    });
    for (const reader::Lexicon& lexicon : {reader::Lexicon(plain), listed}) {
        CHECK(nearest(lexicon, "kvm_iniy") == "kvm_init 1 2");
        CHECK(nearest(lexicon, "probex") == "probed 1 2");
        CHECK(nearest(lexicon, "probe") == "probed 1 2");
        CHECK(nearest(lexicon, "kvm_ixit") == "kvm_exit 1 2");
        CHECK(nearest(lexicon, "zzzzzzzz").empty());
        CHECK(nearest(lexicon, "pr").empty());
    }
}
