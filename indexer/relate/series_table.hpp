// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "fact.hpp"

/// By what changes.cpp finds series that have something in common. Each run makes it of all messages and asks it of all
/// of them once, so building counts as much as asking.
namespace patchseek::relate {

/// Some hashes, by their first bits: another may be taken for one of them, but caches hold bits.
class HashMarks {
public:
    /// For so many.
    explicit HashMarks(std::size_t count);
    void put(Hash hash) { bits_[static_cast<std::size_t>(hash >> shift_)] = true; }
    bool has(Hash hash) const { return bits_[static_cast<std::size_t>(hash >> shift_)]; }

private:
    int shift_;
    std::vector<bool> bits_;
};

/// The series that share a key.
class SeriesTable {
public:
    using Index = std::uint32_t;            ///< of a series
    using Places = std::span<const Index>;  ///< ascending

    /// Series in ascending order.
    void add(Hash key, Index series) { entries_.emplace_back(key, series); }
    /// After the last.
    void finish();
    /// Nothing where a key has one series alone, as most have.
    Places with(Hash key) const;

private:
    /// A bit for the eighth of a bucket, which caches hold when they do not hold the keys.
    static constexpr int kFiner = 3;

    std::size_t bucket_of(Hash key) const { return static_cast<std::size_t>(key >> (64 - bits_)); }

    int bits_ = 1;
    std::vector<std::pair<Hash, Index>> entries_;  ///< until finish()
    std::vector<bool> shared_;                     ///< by a key's first bits: several entries begin so
    std::vector<std::uint32_t> starts_;            ///< of buckets, in keys_ and places_: what begins with the same bits
    std::vector<Hash> keys_;
    std::vector<Index> places_;
};

}  // namespace patchseek::relate
