// SPDX-License-Identifier: GPL-2.0-or-later
#include "word_source.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "scorer.hpp"

namespace patchseek::rank {

void WordSource::Merged::clear() {
    lists_.clear();
    counts_.clear();
    id_ = first_ = 0;
}

void WordSource::Merged::add(const Xapian::Database& shard, const RankedTerm& term) {
    auto at = shard.postlist_begin(term.term);
    const auto end = shard.postlist_end(term.term);
    if (at == end) return;
    const auto id = *at;
    lists_.push_back({id, std::move(at), end, &term});
}

Xapian::docid WordSource::Merged::skip_to(Xapian::docid id) {
    if (id <= id_) return id_;
    id_ = next_there(id);
    if (id_ != 0 || lists_.empty()) return id_;
    // Whoever goes on from where a stretch ends will go on.
    const bool goes_on = id <= first_ + counts_.size();
    fill(id, goes_on ? std::clamp(4 * counts_.size(), kLeast, kMost) : kLeast);
    return id_;
}

Xapian::docid WordSource::Merged::next_there(Xapian::docid id) const {
    const std::size_t from = id - first_;
    for (auto word = from / kBits; word * kBits < counts_.size(); ++word) {
        const auto wanted = word == from / kBits ? ~std::uint64_t{0} << from % kBits : ~std::uint64_t{0};
        if (const auto bits = there_.at(word) & wanted; bits != 0)
            return first_ + static_cast<Xapian::docid>(word * kBits) +
                   static_cast<Xapian::docid>(std::countr_zero(bits));
    }
    return 0;
}

// Makes a stretch of so many numbers, from the first message from `from` on.
void WordSource::Merged::fill(Xapian::docid from, std::size_t size) {
    first_ = kEnd;
    for (List& list : lists_) {
        if (list.id < from) {
            list.at.skip_to(from);
            list.id = list.at == list.end ? kEnd : *list.at;
        }
        first_ = std::min(first_, list.id);
    }
    std::erase_if(lists_, [](const List& list) { return list.id == kEnd; });
    id_ = lists_.empty() ? 0 : first_;
    counts_.assign(id_ == 0 ? 0 : size, {});
    there_.fill(0);
    for (List& list : lists_) read(list);
}

// Counts the term of a list in all messages of the stretch.
void WordSource::Merged::read(List& list) {
    const auto length = static_cast<std::size_t>(list.term->length);
    while (list.id - first_ < counts_.size()) {
        const std::size_t place = list.id - first_;
        there_.at(place / kBits) |= std::uint64_t{1} << place % kBits;
        counts_[place].at(length) += list.term->weight * std::max(list.at.get_wdf(), 1u);
        list.id = ++list.at == list.end ? kEnd : *list.at;
    }
}

// Postings meet in an order that depends on the shard, so weights are such that sums of them are exact.
WordSource::WordSource(Scorer& scorer, std::size_t part, RankedWord word)
    : scorer_(scorer), part_(part), word_(std::move(word)), most_of_word_(most_of(word_)) {
    constexpr double kSteps = 1024;
    for (RankedTerm& term : word_.terms) term.weight = std::round(term.weight * kSteps) / kSteps;
}

void WordSource::init(const Xapian::Database& shard) {
    shard_ = shard.get_uuid();
    message_ = scorer_.statistics_of(shard);
    giving_.clear();
    finding_.clear();
    here_ = 0;
    ended_ = false;
    least_ = most_ = 0;
    const auto all = shard.get_doccount();
    for (const RankedTerm& term : word_.terms) {
        const auto n = shard.get_termfreq(term.term);
        least_ = std::max(least_, n);
        most_ = std::min(all, most_ + n);
        if (n > 0) (term.weight > 0 ? giving_ : finding_).add(shard, term);
    }
    about_ = least_ + (most_ - least_) / 2;
    set_maxweight(giving_.has_terms() ? most_of_word_ : 0);
}

// The first message from `id` on that may give anything, or any if nothing is wanted of it; 0: none.
Xapian::docid WordSource::nearest(Xapian::docid id, double least) {
    const auto giving = giving_.skip_to(id);
    if (least > 0) return giving;
    const auto finding = finding_.skip_to(id);
    return giving == 0 || (finding != 0 && finding < giving) ? finding : giving;
}

// Goes on to a message to which the word may give `least`.
void WordSource::advance_to(Xapian::docid id, double least) {
    if (least > get_maxweight()) ended_ = true;
    while (!ended_) {
        const auto found = nearest(id, least);
        ended_ = found == 0;
        here_ = found;
        if (ended_ || may_give(least)) return;
        id = found + 1;
    }
}

void WordSource::skip_to(Xapian::docid id, double least) {
    if (id > here_) advance_to(id, least);
}

// Goes on to the nearest message that has the word, whatever it gives there: to look for one that gives enough would be
// wasted, since other parts of the query may exclude it. Never answers that `id` has it not: OR of Xapian 1.4 then
// takes the message behind it for one that it has seen, and loses what the word gives to that.
bool WordSource::check(Xapian::docid id, double least) {
    if (ended_ || id <= here_) return true;
    const auto found = least > get_maxweight() ? 0 : nearest(id, least);
    if (found == 0) return ended_ = true;
    here_ = found;
    return true;
}

// Whether it may do so in the message stood on: were that as short as can be, and as long as it is. Its kinds, which
// cost more to know, only lessen what it gives.
bool WordSource::may_give(double least) const {
    constexpr double kRoundingErrors = 1 + 1e-12;
    if (least <= 0) return true;
    const auto found = counts();
    const double most = kRoundingErrors;
    return given(found, message_->most_per_occurrence()) * most >= least &&
           given(found, message_->per_occurrence(here_)) * most >= least;
}

std::array<double, 3> WordSource::counts() const {
    return giving_.id() == here_ ? giving_.counts() : std::array<double, 3>{};
}

double WordSource::given(const std::array<double, 3>& counts, const std::array<double, 3>& per_occurrence) const {
    double count = 0;
    for (std::size_t length = 0; length < counts.size(); ++length)
        count += counts.at(length) * per_occurrence.at(length);
    return most_of_word_ * count / (kHalfSaturation + count);
}

double WordSource::get_weight() const {
    message_->at(here_);
    return scorer_.give(part_, shard_, here_, given(counts(), message_->per_occurrence(here_)) * message_->kind());
}

std::string WordSource::get_description() const { return "word " + word_.word; }

}  // namespace patchseek::rank
