// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek {

/// Gives each text a number, from 0 on, the same to equal texts: for what is counted or gathered by text, hundreds of
/// thousands of times a second, where a map of strings would ask for memory each time. Keeps copies of the texts, 4 GB
/// of them at most, one behind the other.
class Interner {
public:
    Interner() : slots_(kSlots) {}
    /// The number of a text, a new one if it has none; size() is then one more.
    std::uint32_t number(std::string_view text);
    /// Valid until the next call of number() or clear().
    std::string_view text(std::uint32_t number) const {
        return std::string_view(texts_).substr(known_[number].begin, known_[number].size);
    }
    std::size_t size() const { return known_.size(); }
    /// The numbers of all, in the order of their texts, byte by byte.
    std::vector<std::uint32_t> sorted() const;
    /// What it keeps, in bytes.
    std::size_t bytes() const;
    /// As a new one, with the memory of a small one.
    void clear();

private:
    static constexpr std::size_t kSlots = 4096;
    struct Known {
        std::uint32_t begin, size, hash;
    };
    void grow();

    std::vector<std::uint32_t> slots_;  // one more than a number; 0: free. As many as a power of two.
    std::vector<Known> known_;
    std::string texts_;
};

inline std::uint32_t Interner::number(std::string_view text) {
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
    for (std::size_t slot = hash;; ++slot) {
        std::uint32_t& place = slots_[slot & (slots_.size() - 1)];
        if (place == 0) {
            known_.push_back(
                {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size()), hash});
            texts_ += text;
            place = static_cast<std::uint32_t>(known_.size());
            if (2 * known_.size() > slots_.size()) grow();
            return static_cast<std::uint32_t>(known_.size() - 1);
        }
        if (known_[place - 1].hash == hash && this->text(place - 1) == text) return place - 1;
    }
}

inline void Interner::grow() {
    slots_.assign(2 * slots_.size(), 0);
    std::uint32_t place = 0;
    for (const Known& known : known_) {
        std::size_t slot = known.hash;
        while (slots_[slot & (slots_.size() - 1)] != 0) ++slot;
        slots_[slot & (slots_.size() - 1)] = ++place;
    }
}

inline std::size_t Interner::bytes() const {
    return texts_.size() + known_.size() * sizeof(Known) + slots_.size() * sizeof(std::uint32_t);
}

inline void Interner::clear() {
    if (slots_.size() > kSlots) slots_.resize(kSlots);
    std::ranges::fill(slots_, 0);
    known_.clear();
    texts_.clear();
}

}  // namespace patchseek
