// SPDX-License-Identifier: GPL-2.0-or-later
#include "document.hpp"

namespace patchseek::glass {

void Terms::add(std::string_view term, std::uint32_t occurrences) {
    terms_.push_back({static_cast<std::uint32_t>(term.size()), occurrences});
    texts_ += term;
}

void Terms::cut(std::size_t count) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += terms_[i].size;
    terms_.resize(count);
    texts_.resize(size);
}

const std::string& Document::value(std::uint32_t slot) const {
    static const std::string none;
    const auto it = values.find(slot);
    return it == values.end() ? none : it->second;
}

}  // namespace patchseek::glass
