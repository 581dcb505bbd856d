// SPDX-License-Identifier: GPL-2.0-or-later
#include "scorer.hpp"

#include <algorithm>
#include <limits>

#include "pair_source.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "word_source.hpp"

namespace patchseek::rank {
namespace {

/// Gives the same to every message: a filter says to which.
class TouchSource : public Xapian::FixedWeightPostingSource {
public:
    TouchSource(Scorer& scorer, std::size_t part, double score)
        : FixedWeightPostingSource(score), scorer_(scorer), part_(part), score_(score) {}
    TouchSource* clone() const override { return new TouchSource(scorer_, part_, score_); }
    void init(const Xapian::Database& shard) override {
        FixedWeightPostingSource::init(shard);
        shard_ = shard.get_uuid();
        message_ = scorer_.statistics_of(shard);
        set_maxweight(score_);
    }
    double get_weight() const override {
        message_->at(get_docid());
        return scorer_.give(part_, shard_, get_docid(), score_ * message_->kind());
    }

private:
    Scorer& scorer_;
    std::size_t part_;
    double score_;
    std::string shard_;
    std::shared_ptr<MessageStatistics> message_;
};

}  // namespace

MessageStatistics::Kind::Kind(const Xapian::Database& shard, const RankedKind& kind) : shard_(shard), kind_(&kind) {
    for (const std::string& term : kind.terms)
        postings_.push_back({shard.postlist_begin(term), shard.postlist_end(term)});
}

bool MessageStatistics::Kind::has(Xapian::docid id) {
    if (id < asked_ && all_.empty()) read_all();
    if (!all_.empty()) return id < all_.size() && all_[id];
    asked_ = id;
    if (id < next_) return false;
    next_ = id;
    for (Postings& one : postings_) {
        if (one.at != one.end) one.at.skip_to(id);
        next_ = std::max(next_, one.at == one.end ? std::numeric_limits<Xapian::docid>::max() : *one.at);
    }
    return next_ == id;
}

void MessageStatistics::Kind::read_all() {
    const std::size_t size = std::size_t{shard_.get_lastdocid()} + 1;
    all_.assign(size, true);
    for (const std::string& term : kind_->terms) {
        std::vector<bool> has(size);
        const auto end = shard_.postlist_end(term);
        for (auto it = shard_.postlist_begin(term); it != end; ++it) has[*it] = all_[*it];
        all_ = std::move(has);
    }
}

MessageStatistics::MessageStatistics(Xapian::Database shard, double mean_length, std::shared_ptr<const Kinds> kinds)
    : shard_(std::move(shard)),
      wanted_(std::move(kinds)),
      mean_length_(mean_length > 0 ? mean_length : 1),
      most_per_occurrence_(per_occurrence_at(shard_.get_doclength_lower_bound())) {
    for (const RankedKind& kind : *wanted_) kinds_.emplace_back(shard_, kind);
}

std::array<double, 3> MessageStatistics::per_occurrence_at(double length) const {
    length /= mean_length_;
    return {1, 1 / (1 - kProseLength + kProseLength * length), 1 / (1 - kDiffLength + kDiffLength * length)};
}

const std::array<double, 3>& MessageStatistics::per_occurrence(Xapian::docid id) {
    if (id != length_id_) per_occurrence_ = per_occurrence_at(shard_.get_doclength(id));
    length_id_ = id;
    return per_occurrence_;
}

void MessageStatistics::at(Xapian::docid id) {
    if (id == id_) return;
    id_ = id;
    kind_ = 1;
    for (Kind& kind : kinds_)
        if (kind.has(id)) kind_ *= kind.weight();
}

std::shared_ptr<MessageStatistics> Scorer::statistics_of(const Xapian::Database& shard) {
    auto& known = messages_[shard.get_uuid()];
    auto message = known.lock();
    if (!message) known = message = std::make_shared<MessageStatistics>(shard, mean_length_, kinds_);
    return message;
}

double Scorer::give(std::size_t part, const std::string& shard, Xapian::docid id, double score) {
    score = rounded(score);
    if (id == watched_ && shard == watched_shard_) given_[part] = score;
    return score;
}

void Scorer::watch(const std::string& shard, Xapian::docid id) {
    watched_shard_ = shard;
    watched_ = id;
    given_.clear();
}

Xapian::Query Scorer::word(RankedWord word) {
    Part part{word.word, {}};
    for (const auto& term : word.terms) {
        part.terms.push_back(term.term);
        if (term.weight > 0) postings_ += term.messages;
    }
    parts_.push_back(std::move(part));
    return Xapian::Query((new WordSource(*this, parts_.size() - 1, std::move(word)))->release());
}

Xapian::Query Scorer::pair(RankedPair pair) {
    parts_.push_back({pair.name, {}});
    return Xapian::Query((new PairSource(*this, parts_.size() - 1, std::move(pair)))->release());
}

Xapian::Query Scorer::touched(const std::string& path, double score) {
    parts_.push_back({"file " + path, {}});
    return Xapian::Query((new TouchSource(*this, parts_.size() - 1, score))->release());
}

}  // namespace patchseek::rank
