// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kinds.hpp"
#include "ranking.hpp"
#include "reader/lexicon.hpp"

namespace patchseek::rank {

/// What is the same for all words of a message: read once, while the matcher asks each word
/// of a shard for the same message. Quickest when messages come in ascending order.
class MessageStatistics {
public:
    MessageStatistics(Xapian::Database shard, double mean_length, std::shared_ptr<const Kinds> kinds);
    /// Goes to a message, of which kind() speaks.
    void at(Xapian::docid id);
    /// By LengthNormalization, what an occurrence counts in any message, as against one of mean length.
    const std::array<double, 3>& per_occurrence(Xapian::docid id);
    /// At most this, for any message of the shard.
    const std::array<double, 3>& most_per_occurrence() const { return most_per_occurrence_; }
    /// What the kinds of the message leave of a score.
    double kind() const { return kind_; }

private:
    /// The messages of a kind: those that have all of its terms.
    class Kind {
    public:
        Kind(const Xapian::Database& shard, const RankedKind& kind);
        /// Whether a message is of it. Asked in ascending order, it reads no more postings than it must; when a branch
        /// of a query is asked ahead of the others, it reads them all, once.
        bool has(Xapian::docid id);
        double weight() const { return kind_->weight; }

    private:
        struct Postings {
            Xapian::PostingIterator at, end;
        };
        void read_all();

        Xapian::Database shard_;
        const RankedKind* kind_;
        std::vector<Postings> postings_;
        std::vector<bool> all_;               // by document, once they were read
        Xapian::docid asked_ = 0, next_ = 0;  // none from the one on and before the other is of the kind
    };
    std::array<double, 3> per_occurrence_at(double length) const;

    Xapian::Database shard_;
    std::shared_ptr<const Kinds> wanted_;
    double mean_length_;
    Xapian::docid id_ = 0, length_id_ = 0;  // that kind_ and per_occurrence_ are of
    std::array<double, 3> per_occurrence_{1, 1, 1}, most_per_occurrence_;
    double kind_ = 1;
    std::vector<Kind> kinds_;
};

/// For an Enquire whose query weighs by its sources alone, all terms in it being scaled by 0.
/// With BoolWeight Xapian 1.4 asks no source for its weight.
inline Xapian::CoordWeight source_weight() { return {}; }

/// Scores of one query, by the formula of weights.hpp. They are made of the numbers of all
/// shards together and rounded down to multiples of 2^-24, so that sums are exact whatever
/// their order: the same message scores the same to the last bit however the index is split.
///
/// Must outlive the queries it makes. Serves one thread.
class Scorer : public Ranking {
public:
    /// `kinds`: what counts less, in an answer to this query.
    Scorer(const reader::Lexicon& lexicon, Kinds kinds)
        : mean_length_(lexicon.statistics().mean_length()),
          kinds_(std::make_shared<const Kinds>(std::move(kinds))),
          positions_(lexicon.positions()) {}
    Xapian::Query word(RankedWord word) override;
    Xapian::Query pair(RankedPair pair) override;
    Xapian::Query touched(const std::string& path, double score) override;

    /// For sources: what they share of a shard as long as one of them holds it.
    std::shared_ptr<MessageStatistics> statistics_of(const Xapian::Database& shard);
    reader::ShardPositions& positions() { return *positions_; }
    /// For sources: the score as it counts, rounded; kept if the message is watched.
    double give(std::size_t part, const std::string& shard, Xapian::docid id, double score);

    /// What gives something: names of words and pairs, with their terms.
    struct Part {
        std::string name;
        std::vector<std::string> terms;
    };
    const std::vector<Part>& parts() const { return parts_; }
    /// How many postings the words have that give something.
    std::size_t postings() const { return static_cast<std::size_t>(postings_); }
    /// By part, what it gave to a message; kept from now on, for this message alone.
    void watch(const std::string& shard, Xapian::docid id);
    const std::map<std::size_t, double>& given() const { return given_; }

private:
    double mean_length_;
    std::shared_ptr<const Kinds> kinds_;
    std::shared_ptr<reader::ShardPositions> positions_;
    std::vector<Part> parts_;
    double postings_ = 0;
    std::string watched_shard_;
    Xapian::docid watched_ = 0;
    std::map<std::size_t, double> given_;
    std::map<std::string, std::weak_ptr<MessageStatistics>> messages_;
};

}  // namespace patchseek::rank
