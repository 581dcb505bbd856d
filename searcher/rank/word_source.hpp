#pragma once

#include <xapian.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "ranking.hpp"

namespace patchseek::rank {

class MessageStatistics;
class Scorer;

/// Posting source of the messages that have at least one of a word's terms; its weight is what the word gives to the
/// message. It merges the terms' postings as the matcher moves, so that it skips what other parts of a query exclude;
/// each posting costs one step of a heap. It passes over messages to which the word gives less than the matcher wants,
/// as soon as the counts of its terms tell: most messages with a common word are never weighed.
class WordSource : public Xapian::PostingSource {
public:
    WordSource(Scorer& scorer, std::size_t part, RankedWord word);

    PostingSource* clone() const override { return new WordSource(scorer_, part_, word_); }
    void init(const Xapian::Database& shard) override;
    Xapian::doccount get_termfreq_min() const override { return least_; }
    Xapian::doccount get_termfreq_est() const override { return about_; }
    Xapian::doccount get_termfreq_max() const override { return most_; }
    void next(double least) override;
    void skip_to(Xapian::docid id, double least) override;
    bool at_end() const override { return started_ && (ended_ || here_.empty()); }
    Xapian::docid get_docid() const override { return *here_.front().at; }
    double get_weight() const override;
    std::string get_description() const override;

private:
    struct Postings {
        Xapian::PostingIterator at, end;
        const RankedTerm* term;
    };
    void wait(Postings postings);
    Postings take_nearest();
    void gather();
    void step();
    void step_to(Xapian::docid id);
    void pass_over(double least);
    std::array<double, 3> counts() const;
    double given(const std::array<double, 3>& counts, const std::array<double, 3>& per_occurrence) const;
    bool may_give(double least) const;

    Scorer& scorer_;
    std::size_t part_;
    RankedWord word_;
    double most_of_word_;  // most_of() it
    std::string shard_;
    std::shared_ptr<MessageStatistics> message_;
    std::vector<Postings> here_;   // those that stand on the message
    std::vector<Postings> ahead_;  // a heap, nearest first
    bool started_ = false;
    bool ended_ = false;
    Xapian::doccount least_ = 0, about_ = 0, most_ = 0;
};

}  // namespace patchseek::rank
