// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "ranking.hpp"
#include "reader/positions.hpp"

namespace patchseek::rank {

class MessageStatistics;
class Scorer;

/// Posting source of the messages that have two words in their subject or in their log; its weight is what they give by
/// standing side by side or nearly so, 0 if they do not: for the right side of AND_MAYBE. Positions are read only of
/// messages that the matcher weighs. It leaves check() to skip_to(): OR of Xapian 1.4 does not stand its false answers.
class PairSource : public Xapian::PostingSource {
public:
    PairSource(Scorer& scorer, std::size_t part, RankedPair pair)
        : scorer_(scorer), part_(part), pair_(std::move(pair)) {}

    PostingSource* clone() const override { return new PairSource(scorer_, part_, pair_); }
    void init(const Xapian::Database& shard) override;
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return most_ / 4; }
    Xapian::doccount get_termfreq_max() const override { return most_; }
    void next(double least) override { advance_to(here_ + 1, least); }
    void skip_to(Xapian::docid id, double least) override;
    bool at_end() const override { return ended_; }
    Xapian::docid get_docid() const override { return here_; }
    double get_weight() const override;
    std::string get_description() const override { return "near " + pair_.name; }

private:
    /// Both words in one area.
    struct AreaWords {
        reader::CommonDocuments words;
        Xapian::docid next = 0;  ///< the first of them from the message stood on; 0: none
    };
    void advance_to(Xapian::docid id, double least);
    double closeness() const;

    Scorer& scorer_;
    std::size_t part_;
    RankedPair pair_;
    std::string shard_;
    std::shared_ptr<MessageStatistics> message_;
    mutable std::vector<AreaWords> areas_;  // positions are read when a weight is asked for
    Xapian::doccount most_ = 0;
    Xapian::docid here_ = 0;
    bool ended_ = false;
};

}  // namespace patchseek::rank
