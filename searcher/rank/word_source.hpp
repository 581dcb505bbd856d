// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ranking.hpp"

namespace patchseek::rank {

class MessageStatistics;
class Scorer;

/// Posting source of the messages that have at least one of a word's terms; its weight is what the word gives to the
/// message. It merges the terms' postings as the matcher moves, so that it skips what other parts of a query exclude.
/// It passes over messages to which the word gives less than the matcher wants, as soon as the counts of its terms
/// tell: most messages with a common word are never weighed, and terms that give nothing (those of quotes, which are
/// among the longest) are not read at all once a page is full.
class WordSource : public Xapian::PostingSource {
public:
    WordSource(Scorer& scorer, std::size_t part, RankedWord word);

    PostingSource* clone() const override { return new WordSource(scorer_, part_, word_); }
    void init(const Xapian::Database& shard) override;
    Xapian::doccount get_termfreq_min() const override { return least_; }
    Xapian::doccount get_termfreq_est() const override { return about_; }
    Xapian::doccount get_termfreq_max() const override { return most_; }
    void next(double least) override { advance_to(here_ + 1, least); }
    void skip_to(Xapian::docid id, double least) override;
    bool check(Xapian::docid id, double least) override;
    bool at_end() const override { return ended_; }
    Xapian::docid get_docid() const override { return here_; }
    double get_weight() const override;
    std::string get_description() const override;

private:
    /// Postings of several terms, merged: of a stretch of messages, what all terms count in each. 0 is no message.
    class Merged {
    public:
        void clear();
        void add(const Xapian::Database& shard, const RankedTerm& term);
        bool has_terms() const { return !lists_.empty(); }
        /// The first message from `id` on; those before the one stood on are gone.
        Xapian::docid skip_to(Xapian::docid id);
        Xapian::docid id() const { return id_; }
        /// What the terms count in the message stood on, by LengthNormalization.
        const std::array<double, 3>& counts() const { return counts_[id_ - first_]; }

    private:
        // Caches hold so many.
        static constexpr std::size_t kMost = 2048;
        // Where the matcher jumps, few are wanted beside one another.
        static constexpr std::size_t kLeast = 4;
        static constexpr std::size_t kBits = 64;
        static constexpr Xapian::docid kEnd = UINT32_MAX;
        struct List {
            Xapian::docid id;  // *at; kEnd: none is left
            Xapian::PostingIterator at, end;
            const RankedTerm* term;
        };
        Xapian::docid next_there(Xapian::docid id) const;
        void fill(Xapian::docid from, std::size_t size);
        void read(List& list);

        std::vector<List> lists_;
        Xapian::docid id_ = 0, first_ = 0;           ///< the one stood on; that of the stretch
        std::vector<std::array<double, 3>> counts_;  ///< of each number of the stretch, whether there is such a message
        std::array<std::uint64_t, kMost / kBits> there_{};  ///< a bit for each
    };

    Xapian::docid nearest(Xapian::docid id, double least);
    void advance_to(Xapian::docid id, double least);
    std::array<double, 3> counts() const;
    double given(const std::array<double, 3>& counts, const std::array<double, 3>& per_occurrence) const;
    bool may_give(double least) const;

    Scorer& scorer_;
    std::size_t part_;
    RankedWord word_;
    double most_of_word_;  // most_of() it
    std::string shard_;
    std::shared_ptr<MessageStatistics> message_;
    Merged giving_, finding_;  ///< terms with a weight, and without; these lag behind while they are not wanted
    Xapian::docid here_ = 0;
    bool ended_ = false;
    Xapian::doccount least_ = 0, about_ = 0, most_ = 0;
};

}  // namespace patchseek::rank
