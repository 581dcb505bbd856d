#include "scorer.hpp"

#include <cmath>

#include "pair_source.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "word_source.hpp"

namespace patchseek::rank {
namespace {

constexpr double kStepsOfScore = 16'777'216;  // 2^24

}  // namespace

MessageStatistics::MessageStatistics(Xapian::Database shard, double mean_length)
    : shard_(std::move(shard)), mean_length_(mean_length > 0 ? mean_length : 1) {
    start();
}

void MessageStatistics::start() {
    kinds_.clear();
    for (const KindWeight& kind : kKindWeights) {
        const auto term = schema::term(schema::field::is, kind.state);
        kinds_.push_back({kind.weight, shard_.postlist_begin(term), shard_.postlist_end(term)});
    }
}

void MessageStatistics::at(Xapian::docid id) {
    if (id == id_) return;
    // A branch of a query may be asked ahead of the others.
    if (id < id_) start();
    id_ = id;
    const double length = shard_.get_doclength(id) / mean_length_;
    per_occurrence_ = {1, 1 / (1 - kProseLength + kProseLength * length), 1 / (1 - kDiffLength + kDiffLength * length)};
    kind_ = 1;
    for (Kind& kind : kinds_) {
        if (kind.at != kind.end) kind.at.skip_to(id);
        if (kind.at != kind.end && *kind.at == id) kind_ *= kind.weight;
    }
}

std::shared_ptr<MessageStatistics> Scorer::statistics_of(const Xapian::Database& shard) {
    auto& known = messages_[shard.get_uuid()];
    auto message = known.lock();
    if (!message) known = message = std::make_shared<MessageStatistics>(shard, mean_length_);
    return message;
}

double Scorer::give(std::size_t part, const std::string& shard, Xapian::docid id, double score) {
    const double rounded = std::floor(score * kStepsOfScore) / kStepsOfScore;
    if (id == watched_ && shard == watched_shard_) given_[part] = rounded;
    return rounded;
}

void Scorer::watch(const std::string& shard, Xapian::docid id) {
    watched_shard_ = shard;
    watched_ = id;
    given_.clear();
}

Xapian::Query Scorer::word(RankedWord word) {
    Part part{word.word, {}};
    for (const auto& term : word.terms) part.terms.push_back(term.term);
    parts_.push_back(std::move(part));
    return Xapian::Query((new WordSource(*this, parts_.size() - 1, std::move(word)))->release());
}

Xapian::Query Scorer::pair(RankedPair pair) {
    parts_.push_back({pair.name, {}});
    return Xapian::Query((new PairSource(*this, parts_.size() - 1, std::move(pair)))->release());
}

}  // namespace patchseek::rank
