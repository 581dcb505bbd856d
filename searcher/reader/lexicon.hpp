// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ahead.hpp"
#include "patchseek/store/vocabulary.hpp"
#include "positions.hpp"
#include "statistics.hpp"

namespace patchseek::reader {

/// The vocabularies of the shards that have one, and the other shards.
struct WordLists {
    std::vector<store::Vocabulary> vocabularies;
    Xapian::Database rest;
};

/// The words of an index, for what has to look through many of them: stars, globs, literals, the nearest spelling.
/// It reads the vocabularies of the shards that have one and the terms of the others. Linear in the words there are.
/// A copy is cheap. Throws what Xapian throws and what opening the lists throws.
class Lexicon {
public:
    /// Of a database of which no vocabulary is known, and nothing is dead.
    explicit Lexicon(const Xapian::Database& db, ShardPositions positions = {})
        : Lexicon(
              Statistics(db),
              [db] {
                  return WordLists{{}, db};
              },
              std::move(positions)) {}
    /// `open` is called when words are asked for: to prove a list takes longer than most queries.
    /// `ahead`, which must outlive it, reads ahead.
    Lexicon(Statistics statistics, std::function<WordLists()> open, ShardPositions positions = {},
            Ahead* ahead = nullptr)
        : statistics_(std::move(statistics)),
          lists_(std::make_shared<Lists>(Lists{std::move(open), {}})),
          positions_(std::make_shared<ShardPositions>(std::move(positions))),
          ahead_(ahead) {}

    /// With what is dead.
    const Xapian::Database& db() const { return statistics_.all(); }
    /// Without.
    const Statistics& statistics() const { return statistics_; }
    /// Where they stand; shared by all copies. Null: for queries that are shown and not run.
    const std::shared_ptr<ShardPositions>& positions() const { return positions_; }
    /// These terms, and those that begin so, will be asked for.
    void read_ahead(const std::vector<std::string>& terms, const std::vector<std::string>& heads = {}) const {
        if (ahead_) ahead_->terms(terms, heads);
    }
    Lexicon without_positions() const {
        auto out = *this;
        out.positions_ = nullptr;
        return out;
    }

    /// Called with a word and the index in `prefixes` of one under which it is a term, until it says false. A word of
    /// several shards comes several times, and so may one that no message has any more.
    using Visit = std::function<bool(std::string_view word, std::size_t prefix)>;
    /// Each word that has `piece` in it, at its beginning or end if `at` says so; and each that was cut, being too long
    /// for a term, since what is left of it tells little.
    void with(std::string_view piece, store::Vocabulary::At at, const std::vector<std::string>& prefixes,
              const Visit& visit) const;
    /// Each word that so many changes make of `text`, as edit_distance() counts them.
    void near(std::string_view text, std::size_t limit, const std::vector<std::string>& prefixes,
              const Visit& visit) const;

private:
    template <class Words, class Wanted>
    void look(const std::vector<std::string>& prefixes, const Words& words, const Wanted& wanted,
              const Visit& visit) const;

    struct Lists {
        std::function<WordLists()> open;
        std::optional<WordLists> opened;
    };
    const WordLists& lists() const;

    Statistics statistics_;
    std::shared_ptr<Lists> lists_;
    std::shared_ptr<ShardPositions> positions_;
    Ahead* ahead_ = nullptr;
};

}  // namespace patchseek::reader
