// SPDX-License-Identifier: GPL-2.0-or-later
#include "pair_source.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "scorer.hpp"

namespace patchseek::rank {
namespace {

double share_of(double closeness) { return kPairMost * closeness / (1 + closeness); }

using Positions = std::span<const std::uint32_t>;

// How the nearest occurrences stand to each other.
double closeness_of(Positions first, Positions second) {
    double best = 0;
    for (auto a = first.begin(), b = second.begin(); a != first.end() && b != second.end();) {
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
        std::vector<store::PositionList> lists;
        for (const std::string* term : {&first, &second}) lists.push_back(scorer_.positions().find(shard_, *term));
        AreaWords area{reader::CommonDocuments(std::move(lists))};
        area.next = area.words.seek(1);
        if (area.next == 0) continue;
        most_ = std::min(shard.get_doccount(), most_ + area.words.most());
        areas_.push_back(std::move(area));
    }
    ended_ = areas_.empty();
    set_maxweight(pair_.rarity * share_of(kSideBySide * static_cast<double>(pair_.terms.size())));
}

double PairSource::closeness() const {
    double sum = 0;
    for (AreaWords& area : areas_) {
        if (area.next != here_) continue;
        const auto& at = area.words.positions();
        sum += closeness_of(at[0], at[1]);
    }
    return sum;
}

void PairSource::advance_to(Xapian::docid id, double least) {
    if (least > get_maxweight()) ended_ = true;
    if (ended_) return;
    here_ = 0;
    for (AreaWords& area : areas_) {
        if (area.next != 0 && area.next < id) area.next = area.words.seek(id);
        if (area.next != 0 && (here_ == 0 || area.next < here_)) here_ = area.next;
    }
    ended_ = here_ == 0;
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
