// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <xapian.h>

#include <string>

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

/// Whether a message that has `word` is among those that the prefilter leaves for a literal.
bool is_kept(const std::string& word, const std::string& literal) {
    tokens::Analyzer analyzer;
    Xapian::WritableDatabase db("", Xapian::DB_BACKEND_INMEMORY);
    Xapian::Document document;
    for (const std::string& term : analyzer.words(word)) document.add_term("A" + term);
    db.add_document(document);
    const auto pattern = query::Pattern::literal(literal, false);
    REQUIRE(pattern);
    const auto left = compile::prefilter(*pattern, {"A"}, reader::Lexicon(db), analyzer);
    if (!left) return true;
    Xapian::Enquire enquire(db);
    enquire.set_query(*left);
    return !enquire.get_mset(0, 1).empty();
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
