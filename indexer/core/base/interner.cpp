// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/interner.hpp"

#include <utility>

namespace patchseek {

std::vector<std::uint32_t> Interner::sorted() const {
    // Most texts differ in their first eight bytes.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
    keyed.reserve(size());
    for (std::uint32_t number = 0; number < size(); ++number) {
        std::uint64_t key = 0;
        const auto text = this->text(number);
        for (std::size_t i = 0; i < sizeof key; ++i)
            key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
        keyed.emplace_back(key, number);
    }
    std::ranges::sort(keyed, [this](const auto& one, const auto& other) {
        return one.first != other.first ? one.first < other.first : text(one.second) < text(other.second);
    });
    std::vector<std::uint32_t> out;
    out.reserve(keyed.size());
    for (const auto& [key, number] : keyed) out.push_back(number);
    return out;
}

}  // namespace patchseek
