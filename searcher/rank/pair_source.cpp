// SPDX-License-Identifier: GPL-2.0-or-later
#include "pair_source.hpp"

#include <algorithm>

#include "scorer.hpp"

namespace patchseek::rank {
namespace {

double share_of(double closeness) { return kPairMost * closeness / (1 + closeness); }

// How the nearest occurrences stand to each other.
double closeness_of(const Xapian::PostingIterator& first, const Xapian::PostingIterator& second) {
    double best = 0;
    auto a = first.positionlist_begin(), b = second.positionlist_begin();
    const auto a_end = first.positionlist_end(), b_end = second.positionlist_end();
    while (a != a_end && b != b_end) {
        if (*b == *a + 1) return kSideBySide;
        if (*b == *a + 2 || *a == *b + 1) best = kNearly;
        *a + 1 < *b ? ++a : ++b;
    }
    return best;
}

}  // namespace

void PairSource::init(const Xapian::Database& shard) {
    shard_ = shard.get_uuid();
    message_ = scorer_.statistics_of(shard);
    areas_.clear();
    here_ = most_ = 0;
    for (const auto& [first, second] : pair_.terms) {
        AreaPostings area{shard.postlist_begin(first), shard.postlist_end(first), shard.postlist_begin(second),
                          shard.postlist_end(second)};
        if (area.over()) continue;
        most_ = std::min(shard.get_doccount(), most_ + std::min(shard.get_termfreq(first), shard.get_termfreq(second)));
        areas_.push_back(std::move(area));
    }
    ended_ = areas_.empty();
    set_maxweight(pair_.rarity * share_of(kSideBySide * static_cast<double>(pair_.terms.size())));
}

// The next message from `id` on that has both words in one area.
std::optional<Xapian::docid> PairSource::meet(AreaPostings& area, Xapian::docid id) const {
    while (!area.over()) {
        area.first.skip_to(id);
        if (area.first == area.first_end) break;
        area.second.skip_to(*area.first);
        if (area.second == area.second_end) break;
        if (*area.second == *area.first) return *area.first;
        id = *area.second;
    }
    return std::nullopt;
}

double PairSource::closeness() const {
    double sum = 0;
    for (const AreaPostings& area : areas_)
        if (!area.over() && *area.first == here_ && *area.second == here_) sum += closeness_of(area.first, area.second);
    return sum;
}

void PairSource::advance_to(Xapian::docid id, double least) {
    if (least > get_maxweight()) ended_ = true;
    if (ended_) return;
    std::optional<Xapian::docid> nearest;
    for (AreaPostings& area : areas_)
        if (const auto met = meet(area, id)) nearest = std::min(nearest.value_or(*met), *met);
    ended_ = !nearest;
    here_ = nearest.value_or(0);
}

void PairSource::skip_to(Xapian::docid id, double least) {
    if (id > here_) advance_to(id, least);
}

double PairSource::get_weight() const {
    const auto how = closeness();
    if (how == 0) return 0;
    message_->at(here_);
    return scorer_.give(part_, shard_, here_, pair_.rarity * share_of(how) * message_->kind());
}

}  // namespace patchseek::rank
