#include "word_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "scorer.hpp"

namespace patchseek::rank {
namespace {

// How soon occurrences stop to add: a word that is there four times, evened out, gives half of all.
constexpr double kHalf = 4.0;
constexpr double kExponent = 1.5;

double most_of(const RankedWord& word) { return std::pow(word.rarity, kExponent); }

}  // namespace

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
        move({shard.postlist_begin(term.term), shard.postlist_end(term.term), &term});
    }
    about_ = least_ + (most_ - least_) / 2;
    set_maxweight(weighs ? most_of(word_) : 0);
}

void WordSource::move(Postings postings) {
    if (postings.at == postings.end) return;
    ahead_.push_back(std::move(postings));
    std::ranges::push_heap(ahead_, std::greater<>(), [](const Postings& one) { return *one.at; });
}

// Brings all that stand on the nearest message here.
void WordSource::gather() {
    const auto place = [](const Postings& one) { return *one.at; };
    while (!ahead_.empty() && (here_.empty() || place(ahead_.front()) == place(here_.front()))) {
        std::ranges::pop_heap(ahead_, std::greater<>(), place);
        here_.push_back(std::move(ahead_.back()));
        ahead_.pop_back();
    }
}

void WordSource::next(double) {
    started_ = true;
    for (Postings& one : std::exchange(here_, {})) {
        ++one.at;
        move(std::move(one));
    }
    gather();
}

void WordSource::skip_to(Xapian::docid id, double) {
    started_ = true;
    if (!here_.empty() && *here_.front().at >= id) return;
    const auto skip = [&](Postings one) {
        one.at.skip_to(id);
        move(std::move(one));
    };
    for (Postings& one : std::exchange(here_, {})) skip(std::move(one));
    while (!ahead_.empty() && *ahead_.front().at < id) {
        std::ranges::pop_heap(ahead_, std::greater<>(), [](const Postings& one) { return *one.at; });
        auto one = std::move(ahead_.back());
        ahead_.pop_back();
        skip(std::move(one));
    }
    gather();
}

double WordSource::get_weight() const {
    const auto id = get_docid();
    message_->at(id);
    std::array<double, 3> counts{};
    for (const Postings& one : here_)
        counts.at(static_cast<std::size_t>(one.term->norm)) += one.term->weight * std::max(one.at.get_wdf(), 1u);
    double count = 0;
    for (const auto norm : {LengthNorm::none, LengthNorm::prose, LengthNorm::diff})
        count += counts.at(static_cast<std::size_t>(norm)) * message_->normalized(norm);
    return scorer_.give(part_, shard_, id, most_of(word_) * count / (kHalf + count) * message_->kind());
}

std::string WordSource::get_description() const { return "word " + word_.word; }

}  // namespace patchseek::rank
