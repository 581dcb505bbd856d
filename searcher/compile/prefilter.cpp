#include "prefilter.hpp"

#include <algorithm>
#include <span>

namespace patchseek::compile {
namespace {

using Xapian::Query;

/// Pieces of words shorter than this stand in too many of them.
constexpr std::size_t kShortestPiece = 3;
/// Terms that one piece may stand for; with more, reading the mails is no slower.
constexpr std::size_t kMostTerms = 4'000;
/// So few mails are read sooner than all terms are.
constexpr Xapian::doccount kFewEnough = 400;
/// A word that is too long keeps at least so much of its beginning, before its '~'
/// (Analyzer, which cuts between characters).
constexpr std::size_t kKeptOfLongWord = 36;

/// One piece of a word that must be there, and the terms it may stand for.
struct Clue {
    query::WordPiece piece;
    std::vector<std::string> terms{};
    Xapian::doccount most = 0;  ///< documents at most, the same one counted for each term
    bool known = false;         ///< `terms` are all there are
    bool hopeless = false;      ///< too many, or too short to look for
};
using Way = std::vector<Clue>;   ///< of a text that must stand there: all of its words
using Group = std::vector<Way>;  ///< one of these texts must

/// Whether `word`, one that has the piece or was too long for a term, may have it.
bool may_have(std::string_view word, const query::WordPiece& piece) {
    // What is left of a long word tells only how it begins.
    if (word.size() <= kKeptOfLongWord || word.find('~') == word.npos) return true;
    return !piece.begins || word.starts_with(std::string_view(piece.text).substr(0, kKeptOfLongWord));
}

class Narrower {
public:
    Narrower(const std::vector<std::string>& prefixes, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer)
        : prefixes_(prefixes), lexicon_(lexicon), db_(lexicon.db()), analyzer_(analyzer) {}

    std::optional<Query> run(const query::Pattern& pattern);

private:
    void add(Clue& clue, std::string term) const;
    void look_up(Clue& clue) const;
    void look_through(Clue& clue) const;
    void settle(Clue& clue) const;

    const std::vector<std::string>& prefixes_;
    const reader::Lexicon& lexicon_;
    const Xapian::Database& db_;
    tokens::Analyzer& analyzer_;
};

void Narrower::add(Clue& clue, std::string term) const {
    if (clue.hopeless) return;
    if (clue.terms.size() == kMostTerms) {
        clue.hopeless = true;
        clue.terms.clear();
        return;
    }
    clue.terms.push_back(std::move(term));
}

void Narrower::settle(Clue& clue) const {
    clue.known = !clue.hopeless;
    std::ranges::sort(clue.terms);
    clue.terms.erase(std::unique(clue.terms.begin(), clue.terms.end()), clue.terms.end());
    for (const std::string& term : clue.terms) clue.most += db_.get_termfreq(term);
}

/// Whole words and beginnings lie together in the list of terms.
void Narrower::look_up(Clue& clue) const {
    const query::WordPiece& piece = clue.piece;
    if (piece.begins && piece.ends) {
        for (const std::string& prefix : prefixes_)
            for (const std::string& word : analyzer_.words(piece.text)) add(clue, prefix + word);
        return settle(clue);
    }
    if (piece.text.size() < kShortestPiece) clue.hopeless = true;
    if (clue.hopeless || !piece.begins) return;
    for (const std::string& prefix : prefixes_) {
        const std::string head = prefix + piece.text.substr(0, kKeptOfLongWord);
        for (auto it = db_.allterms_begin(head); !clue.hopeless && it != db_.allterms_end(head); ++it) {
            const std::string term = *it;
            const auto word = std::string_view(term).substr(prefix.size());
            if (word.starts_with(piece.text) || (word.find('~') != word.npos && may_have(word, piece))) add(clue, term);
        }
    }
    settle(clue);
}

void Narrower::look_through(Clue& clue) const {
    lexicon_.with(clue.piece.text, {clue.piece.begins, clue.piece.ends}, prefixes_,
                  [&](std::string_view word, std::size_t prefix) {
                      if (may_have(word, clue.piece)) add(clue, prefixes_[prefix] + std::string(word));
                      return !clue.hopeless;
                  });
    settle(clue);
}

/// Documents that have all words of the way, at most.
Xapian::doccount most_of(const Way& way, Xapian::doccount all) {
    Xapian::doccount most = all;
    for (const Clue& clue : way)
        if (clue.known) most = std::min(most, clue.most);
    return most;
}

Xapian::doccount most_of(const Group& group, Xapian::doccount all) {
    std::uint64_t most = 0;
    for (const Way& way : group) most += most_of(way, all);
    return static_cast<Xapian::doccount>(std::min<std::uint64_t>(most, all));
}

/// What a way asks for; nothing if that is nothing.
std::optional<Query> query_of(const Way& way) {
    std::optional<Query> out;
    for (const Clue& clue : way) {
        if (!clue.known) continue;
        const Query one(Query::OP_OR, clue.terms.begin(), clue.terms.end());
        out = out ? *out & one : one;
    }
    return out;
}

std::optional<Query> query_of(const Group& group) {
    std::vector<Query> ways;
    for (const Way& way : group) {
        const auto one = query_of(way);
        if (!one) return std::nullopt;
        ways.push_back(*one);
    }
    return Query(Query::OP_OR, ways.begin(), ways.end());
}

std::optional<Query> Narrower::run(const query::Pattern& pattern) {
    std::vector<Group> groups;
    for (const auto& needed : pattern.needs()) {
        Group& group = groups.emplace_back();
        for (const std::string& text : needed) {
            Way& way = group.emplace_back();
            for (query::WordPiece& piece : query::word_pieces(text)) look_up(way.emplace_back(Clue{std::move(piece)}));
        }
    }
    const auto all = db_.get_doccount();
    auto most = all;
    for (const Group& group : groups) most = std::min(most, most_of(group, all));
    if (most > kFewEnough)
        for (Group& group : groups)
            for (Way& way : group)
                for (Clue& clue : way)
                    if (!clue.known && !clue.hopeless) look_through(clue);
    std::optional<Query> out;
    for (const Group& group : groups) {
        const auto one = query_of(group);
        if (one) out = out ? *out & *one : *one;
    }
    return out;
}

}  // namespace

std::optional<Query> prefilter(const query::Pattern& pattern, const std::vector<std::string>& prefixes,
                               const reader::Lexicon& lexicon, tokens::Analyzer& analyzer) {
    return Narrower(prefixes, lexicon, analyzer).run(pattern);
}

}  // namespace patchseek::compile
