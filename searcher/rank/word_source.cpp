#include "word_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "scorer.hpp"

namespace patchseek::rank {
// Postings meet in an order that depends on the shard, so weights are such that sums of them are exact.
WordSource::WordSource(Scorer& scorer, std::size_t part, RankedWord word)
    : scorer_(scorer), part_(part), word_(std::move(word)), most_of_word_(most_of(word_)) {
    constexpr double kSteps = 1024;
    for (RankedTerm& term : word_.terms) term.weight = std::round(term.weight * kSteps) / kSteps;
}

void WordSource::init(const Xapian::Database& shard) {
    shard_ = shard.get_uuid();
    message_ = scorer_.statistics_of(shard);
    here_.clear();
    ahead_.clear();
    started_ = ended_ = false;
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
    set_maxweight(weighs ? most_of_word_ : 0);
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

void WordSource::next(double least) {
    step();
    pass_over(least);
}

void WordSource::step() {
    started_ = true;
    for (Postings& one : std::exchange(here_, {})) {
        ++one.at;
        wait(std::move(one));
    }
    gather();
}

void WordSource::skip_to(Xapian::docid id, double least) {
    started_ = true;
    if (!here_.empty() && *here_.front().at >= id) return;
    step_to(id);
    pass_over(least);
}

void WordSource::step_to(Xapian::docid id) {
    const auto skip = [&](Postings one) {
        one.at.skip_to(id);
        wait(std::move(one));
    };
    for (Postings& one : std::exchange(here_, {})) skip(std::move(one));
    while (!ahead_.empty() && *ahead_.front().at < id) skip(take_nearest());
    gather();
}

// Goes on to a message to which the word may give `least`.
void WordSource::pass_over(double least) {
    if (least <= 0) return;
    ended_ = least > get_maxweight();
    while (!ended_ && !here_.empty() && !may_give(least)) step();
}

// Whether it may do so in the message stood on: were that as short as can be, and as long as it is. Its kinds, which
// cost more to know, only lessen what it gives.
bool WordSource::may_give(double least) const {
    constexpr double kRoundingErrors = 1 + 1e-12;
    const auto found = counts();
    const double most = kRoundingErrors;
    return given(found, message_->most_per_occurrence()) * most >= least &&
           given(found, message_->per_occurrence(get_docid())) * most >= least;
}

std::array<double, 3> WordSource::counts() const {
    std::array<double, 3> out{};
    for (const Postings& one : here_)
        out.at(static_cast<std::size_t>(one.term->length)) += one.term->weight * std::max(one.at.get_wdf(), 1u);
    return out;
}

double WordSource::given(const std::array<double, 3>& counts, const std::array<double, 3>& per_occurrence) const {
    double count = 0;
    for (std::size_t length = 0; length < counts.size(); ++length)
        count += counts.at(length) * per_occurrence.at(length);
    return most_of_word_ * count / (kHalfSaturation + count);
}

double WordSource::get_weight() const {
    const auto id = get_docid();
    message_->at(id);
    return scorer_.give(part_, shard_, id, given(counts(), message_->per_occurrence(id)) * message_->kind());
}

std::string WordSource::get_description() const { return "word " + word_.word; }

}  // namespace patchseek::rank
