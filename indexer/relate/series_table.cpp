// SPDX-License-Identifier: GPL-2.0-or-later
#include "series_table.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace patchseek::relate {
namespace {

constexpr int kBitsOfMark = 3;  // so many times as many bits as marks, as a power of 2

}  // namespace

HashMarks::HashMarks(std::size_t count)
    : shift_(64 - kBitsOfMark - static_cast<int>(std::bit_width(count))), bits_(std::size_t{1} << (64 - shift_)) {}

void SeriesTable::finish() {
    bits_ = std::max(1, static_cast<int>(std::bit_width(entries_.size())));
    starts_.assign((std::size_t{1} << bits_) + 1, 0);
    shared_.assign(std::size_t{1} << (bits_ + kFiner), false);
    std::vector<bool> seen(shared_.size());
    for (const auto& [key, series] : entries_) {
        ++starts_[bucket_of(key) + 1];
        const auto bit = static_cast<std::size_t>(key >> (64 - bits_ - kFiner));
        if (seen[bit]) shared_[bit] = true;
        seen[bit] = true;
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    std::vector<std::pair<Hash, Index>> sorted(entries_.size());
    auto next = starts_;
    for (const auto& entry : entries_) sorted[next[bucket_of(entry.first)]++] = entry;
    for (std::size_t bucket = 0; bucket + 1 < starts_.size(); ++bucket) {
        const auto begin = sorted.begin() + starts_[bucket], end = sorted.begin() + starts_[bucket + 1];
        if (!std::is_sorted(begin, end)) std::sort(begin, end);
    }
    keys_.reserve(sorted.size());
    places_.reserve(sorted.size());
    for (const auto& [key, series] : sorted) {
        keys_.push_back(key);
        places_.push_back(series);
    }
    std::vector<std::pair<Hash, Index>>().swap(entries_);
}

SeriesTable::Places SeriesTable::with(Hash key) const {
    if (!shared_[static_cast<std::size_t>(key >> (64 - bits_ - kFiner))]) return {};
    const auto bucket = bucket_of(key);
    const auto [begin, end] =
        std::equal_range(keys_.begin() + starts_[bucket], keys_.begin() + starts_[bucket + 1], key);
    return Places(places_).subspan(static_cast<std::size_t>(begin - keys_.begin()),
                                   static_cast<std::size_t>(end - begin));
}

}  // namespace patchseek::relate
