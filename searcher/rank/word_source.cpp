#include "word_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "scorer.hpp"

namespace patchseek::rank {
// Postings meet in an order that depends on the shard, so weights are such that sums of them are exact.
WordSource::WordSource(Scorer& scorer, std::size_t part, RankedWord word)
    : scorer_(scorer), part_(part), word_(std::move(word)) {
    constexpr double kSteps = 1024;
    for (RankedTerm& term : word_.terms) term.weight = std::round(term.weight * kSteps) / kSteps;
}

void WordSource::init(const Xapian::Database& shard) {
    shard_ = shard.get_uuid();
    message_ = scorer_.statistics_of(shard);
    here_.clear();
    ahead_.clear();
    started_ = false;
    least_ = most_ = 0;
    const auto all = shard.get_doccount();
    bool weighs = false;
    for (const RankedTerm& term : word_.terms) {
        const auto n = shard.get_termfreq(term.term);
        if (n == 0) continue;
        least_ = std::max(least_, n);
        most_ = std::min(all, most_ + n);
        weighs = weighs || term.weight > 0;
        wait({shard.postlist_begin(term.term), shard.postlist_end(term.term), &term});
    }
    about_ = least_ + (most_ - least_) / 2;
    set_maxweight(weighs ? most_of(word_) * message_->most() : 0);
}

// Puts postings that are not at their end among those that lie ahead.
void WordSource::wait(Postings postings) {
    if (postings.at == postings.end) return;
    ahead_.push_back(std::move(postings));
    std::ranges::push_heap(ahead_, std::greater<>(), [](const Postings& one) { return *one.at; });
}

WordSource::Postings WordSource::take_nearest() {
    std::ranges::pop_heap(ahead_, std::greater<>(), [](const Postings& one) { return *one.at; });
    auto nearest = std::move(ahead_.back());
    ahead_.pop_back();
    return nearest;
}

// Brings all that stand on the nearest message here.
void WordSource::gather() {
    while (!ahead_.empty() && (here_.empty() || *ahead_.front().at == *here_.front().at))
        here_.push_back(take_nearest());
}

void WordSource::next(double) {
    started_ = true;
    for (Postings& one : std::exchange(here_, {})) {
        ++one.at;
        wait(std::move(one));
    }
    gather();
}

void WordSource::skip_to(Xapian::docid id, double) {
    started_ = true;
    if (!here_.empty() && *here_.front().at >= id) return;
    const auto skip = [&](Postings one) {
        one.at.skip_to(id);
        wait(std::move(one));
    };
    for (Postings& one : std::exchange(here_, {})) skip(std::move(one));
    while (!ahead_.empty() && *ahead_.front().at < id) skip(take_nearest());
    gather();
}

double WordSource::get_weight() const {
    const auto id = get_docid();
    message_->at(id);
    std::array<double, 3> counts{};
    for (const Postings& one : here_)
        counts.at(static_cast<std::size_t>(one.term->length)) += one.term->weight * std::max(one.at.get_wdf(), 1u);
    double count = 0;
    for (const auto length : {LengthNormalization::none, LengthNormalization::prose, LengthNormalization::diff})
        count += counts.at(static_cast<std::size_t>(length)) * message_->per_occurrence(length);
    return scorer_.give(part_, shard_, id, most_of(word_) * count / (kHalfSaturation + count) * message_->kind());
}

std::string WordSource::get_description() const { return "word " + word_.word; }

}  // namespace patchseek::rank
