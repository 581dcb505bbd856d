// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <xapian.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compile/prefilter.hpp"

using namespace patchseek;

namespace {

/// `size` bytes of ASCII, no two pieces of them alike.
std::string letters(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; out.size() < size; ++i) out += std::to_string(i) + static_cast<char>('a' + i % 26);
    out.resize(size);
    return out;
}

/// Whether a message that has `word` is among those that the prefilter leaves for a literal; `others` are messages
/// besides.
bool is_kept(const std::string& word, const std::string& literal, const std::vector<std::string>& others = {}) {
    tokens::Analyzer analyzer;
    reader::Deadline deadline;
    Xapian::WritableDatabase db("", Xapian::DB_BACKEND_INMEMORY);
    const auto add = [&](const std::string& text) {
        Xapian::Document document;
        for (const std::string& term : analyzer.words(text)) document.add_term("A" + term);
        return db.add_document(document);
    };
    for (const std::string& text : others) add(text);
    const auto asked = add(word);
    const auto pattern = query::Pattern::literal(literal, false);
    REQUIRE(pattern);
    compile::Expansion expansion(db, nullptr, deadline);
    const auto left =
        compile::prefilter(*pattern, {"A"}, reader::Lexicon(db), analyzer, expansion, query::OnTimeout::excluded);
    if (!left) return true;
    Xapian::Enquire enquire(db);
    enquire.set_query(*left);
    const auto found = enquire.get_mset(0, db.get_doccount());
    return std::any_of(found.begin(), found.end(), [&](Xapian::docid id) { return id == asked; });
}

}  // namespace

TEST_CASE("a literal that begins with a long word is never ruled out by where the word was cut") {
    // Letters of one to four bytes, which are not cut in two, in every place.
    for (const char* letter : {"x", "ж", "क", "𐌰"})
        for (std::size_t before = 30; before < 70; ++before) {
            std::string word = letters(before);
            while (word.size() <= tokens::Analyzer::kMaxWord) word += letter;
            for (std::size_t size = 3; size <= before; ++size) {
                CAPTURE(word);
                CAPTURE(size);
                CHECK(is_kept(word, "(" + word.substr(0, size)));
            }
        }
}

TEST_CASE("what is left of a long word still rules out what it does not begin with") {
    CHECK_FALSE(is_kept(letters(100), "(other"));
    CHECK_FALSE(is_kept(letters(100), "(" + letters(30) + "other"));
}

TEST_CASE("a piece that stands in many words, most of them rare, finds the messages of each") {
    std::vector<std::string> others;
    for (std::size_t i = 0; i < 600; ++i) others.push_back("x" + std::to_string(i) + "piece lone piece" + letters(80));
    for (const char* word : {"piece", "x7piece", "x599piece", "otherpiece"}) {
        CAPTURE(word);
        CHECK(is_kept(word, "piece(", others));
    }
    CHECK(is_kept(letters(100), "piece(", others));
    CHECK_FALSE(is_kept("pieces", "piece(", others));
    CHECK_FALSE(is_kept("lone", "piece(", others));
}
