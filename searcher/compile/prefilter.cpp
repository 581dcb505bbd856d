// SPDX-License-Identifier: GPL-2.0-or-later
#include "prefilter.hpp"

#include <algorithm>
#include <span>

namespace patchseek::compile {
namespace {

using Xapian::Query;

/// Shorter pieces stand in too many words.
constexpr std::size_t kShortestPiece = 3;
/// Words that begin alike lie together, so that too many are soon noticed.
constexpr std::size_t kShortestBeginning = 2;
/// Most terms that one piece may stand for; with more, reading the mails is no slower.
constexpr std::size_t kMostTerms = 4'000;
/// Of so many terms, those in at most so many messages are read once; Xapian would open the list of each again for each
/// run of a query. Words too long for a term are hundreds, and any of them may have the piece.
constexpr std::size_t kWorthReading = 32;
constexpr Xapian::doccount kRare = 256;
/// With so few candidates, the mails are read sooner than all terms are.
constexpr Xapian::doccount kFewEnough = 400;

/// A piece of a word that a matching text must have, and the terms of words that have it.
struct PieceTerms {
    query::WordPiece piece;
    std::vector<std::string> terms{};
    std::vector<std::string> rare{};  ///< more terms
    Xapian::doccount most = 0;  ///< an upper bound of the documents: one with several of the terms counts for each
    bool complete = false;      ///< the terms are all there are
    bool unusable = false;      ///< too many terms, or the piece is too short to look for
};
using Text = std::vector<PieceTerms>;    ///< a text that a match needs: all of its words
using Alternatives = std::vector<Text>;  ///< one of these texts must stand in a match

/// Whether `word`, one that has the piece or was too long for a term, may have it.
bool may_have(std::string_view word, const query::WordPiece& piece) {
    // What is left of a long word tells only how it begins.
    if (!tokens::is_cut_word(word)) return true;
    return !piece.begins || word.starts_with(std::string_view(piece.text).substr(0, tokens::Analyzer::kLeastKept));
}

class Prefilter {
public:
    Prefilter(const std::vector<std::string>& prefixes, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
              Expansion& expansion, query::OnTimeout on_timeout)
        : prefixes_(prefixes),
          lexicon_(lexicon),
          db_(lexicon.db()),
          analyzer_(analyzer),
          expansion_(expansion),
          on_timeout_(on_timeout) {}

    std::optional<Query> run(const query::Pattern& pattern);

private:
    void add(PieceTerms& found, std::string term) const;
    void find_by_beginning(PieceTerms& found) const;
    void find_inside_words(PieceTerms& found) const;
    void finish(PieceTerms& found) const;
    Query query_of(const PieceTerms& word) const;
    std::optional<Query> query_of(const Text& text) const;
    std::optional<Query> query_of(const Alternatives& texts) const;

    const std::vector<std::string>& prefixes_;
    const reader::Lexicon& lexicon_;
    const Xapian::Database& db_;
    tokens::Analyzer& analyzer_;
    Expansion& expansion_;
    query::OnTimeout on_timeout_;
};

void Prefilter::add(PieceTerms& found, std::string term) const {
    if (found.unusable) return;
    if (found.terms.size() == kMostTerms) {
        found.unusable = true;
        found.terms.clear();
        return;
    }
    found.terms.push_back(std::move(term));
}

void Prefilter::finish(PieceTerms& found) const {
    found.complete = !found.unusable;
    std::ranges::sort(found.terms);
    found.terms.erase(std::unique(found.terms.begin(), found.terms.end()), found.terms.end());
    lexicon_.read_ahead(found.terms);
    const bool many = found.terms.size() > kWorthReading;
    std::vector<std::string> common;
    for (std::string& term : found.terms) {
        const auto n = db_.get_termfreq(term);
        found.most += n;
        (many && n <= kRare ? found.rare : common).push_back(std::move(term));
    }
    found.terms = std::move(common);
}

/// Whole words and beginnings lie together in the list of terms.
void Prefilter::find_by_beginning(PieceTerms& found) const {
    const query::WordPiece& piece = found.piece;
    if (piece.begins && piece.ends) {
        for (const std::string& prefix : prefixes_)
            for (const std::string& word : analyzer_.words(piece.text)) add(found, prefix + word);
        return finish(found);
    }
    if (piece.text.size() < (piece.begins ? kShortestBeginning : kShortestPiece)) found.unusable = true;
    if (found.unusable || !piece.begins) return;
    std::vector<std::string> heads;
    for (const std::string& prefix : prefixes_)
        heads.push_back(prefix + piece.text.substr(0, tokens::Analyzer::kLeastKept));
    lexicon_.read_ahead({}, heads);
    for (const std::string& prefix : prefixes_) {
        const std::string head = prefix + piece.text.substr(0, tokens::Analyzer::kLeastKept);
        for (auto it = db_.allterms_begin(head); !found.unusable && it != db_.allterms_end(head); ++it) {
            const std::string term = *it;
            const auto word = std::string_view(term).substr(prefix.size());
            if (word.starts_with(piece.text) || (tokens::is_cut_word(word) && may_have(word, piece))) add(found, term);
        }
    }
    finish(found);
}

void Prefilter::find_inside_words(PieceTerms& found) const {
    lexicon_.with(found.piece.text, {found.piece.begins, found.piece.ends}, prefixes_,
                  [&](std::string_view word, std::size_t prefix) {
                      if (may_have(word, found.piece)) add(found, prefixes_[prefix] + std::string(word));
                      return !found.unusable;
                  });
    finish(found);
}

/// An upper bound of the documents that have all words of the text.
Xapian::doccount most_of(const Text& text, Xapian::doccount all) {
    Xapian::doccount most = all;
    for (const PieceTerms& word : text)
        if (word.complete) most = std::min(most, word.most);
    return most;
}

Xapian::doccount most_of(const Alternatives& texts, Xapian::doccount all) {
    std::uint64_t most = 0;
    for (const Text& text : texts) most += most_of(text, all);
    return static_cast<Xapian::doccount>(std::min<std::uint64_t>(most, all));
}

Query Prefilter::query_of(const PieceTerms& word) const {
    const Query common(Query::OP_OR, word.terms.begin(), word.terms.end());
    return word.rare.empty() ? common : common | expansion_.any_of_rare(word.rare, on_timeout_);
}

/// The documents that have all words of the text; nothing if no word of it is of use.
std::optional<Query> Prefilter::query_of(const Text& text) const {
    std::optional<Query> out;
    for (const PieceTerms& word : text) {
        if (!word.complete) continue;
        const Query one = query_of(word);
        out = out ? *out & one : one;
    }
    return out;
}

std::optional<Query> Prefilter::query_of(const Alternatives& texts) const {
    std::vector<Query> parts;
    for (const Text& text : texts) {
        const auto one = query_of(text);
        if (!one) return std::nullopt;
        parts.push_back(*one);
    }
    return Query(Query::OP_OR, parts.begin(), parts.end());
}

std::optional<Query> Prefilter::run(const query::Pattern& pattern) {
    std::vector<Alternatives> needs;
    for (const auto& texts : pattern.needs()) {
        Alternatives& alternatives = needs.emplace_back();
        for (const std::string& needed : texts) {
            Text& text = alternatives.emplace_back();
            for (query::WordPiece& piece : query::word_pieces(needed))
                find_by_beginning(text.emplace_back(PieceTerms{std::move(piece)}));
        }
    }
    const auto all = db_.get_doccount();
    auto most = all;
    for (const Alternatives& texts : needs) most = std::min(most, most_of(texts, all));
    if (most > kFewEnough)
        for (Alternatives& texts : needs)
            for (Text& text : texts)
                for (PieceTerms& word : text)
                    if (!word.complete && !word.unusable) find_inside_words(word);
    std::optional<Query> out;
    for (const Alternatives& texts : needs) {
        const auto one = query_of(texts);
        if (one) out = out ? *out & *one : *one;
    }
    return out;
}

}  // namespace

std::optional<Query> prefilter(const query::Pattern& pattern, const std::vector<std::string>& prefixes,
                               const reader::Lexicon& lexicon, tokens::Analyzer& analyzer, Expansion& expansion,
                               query::OnTimeout on_timeout) {
    return Prefilter(prefixes, lexicon, analyzer, expansion, on_timeout).run(pattern);
}

}  // namespace patchseek::compile
