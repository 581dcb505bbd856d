// SPDX-License-Identifier: GPL-2.0-or-later
#include "indexed.hpp"

#include <algorithm>
#include <functional>

namespace patchseek::document {
namespace {

constexpr std::size_t kSlots = 4096;

}  // namespace

TermTable::TermTable() : slots_(kSlots) {}

void TermTable::clear() {
    // One long message must not slow down those behind it.
    if (slots_.size() > kSlots) slots_.resize(kSlots);
    std::ranges::fill(slots_, 0);
    terms_.clear();
    texts_.clear();
    places_.clear();
}

TermTable::Term& TermTable::term(std::string_view text) {
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
    for (std::size_t slot = hash;; ++slot) {
        std::uint32_t& place = slots_[slot & (slots_.size() - 1)];
        if (place == 0) {
            terms_.push_back(
                {static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size()), hash, 0});
            texts_ += text;
            place = static_cast<std::uint32_t>(terms_.size());
            if (2 * terms_.size() > slots_.size()) grow();
            return terms_.back();
        }
        Term& found = terms_[place - 1];
        if (found.hash == hash && text_of(found) == text) return found;
    }
}

void TermTable::grow() {
    slots_.assign(2 * slots_.size(), 0);
    std::uint32_t place = 0;
    for (const Term& term : terms_) {
        std::size_t slot = term.hash;
        while (slots_[slot & (slots_.size() - 1)] != 0) ++slot;
        slots_[slot & (slots_.size() - 1)] = ++place;
    }
}

void TermTable::add(std::string_view text, std::uint32_t occurrences) { term(text).occurrences += occurrences; }

void TermTable::add(std::string_view text, std::uint32_t occurrences, std::uint32_t position) {
    Term& found = term(text);
    found.occurrences += occurrences;
    const auto place = static_cast<std::uint32_t>(places_.size());
    places_.push_back({position, kNone});
    (found.last == kNone ? found.first : places_[found.last].next) = place;
    found.last = place;
}

void TermTable::give(Xapian::Document& doc, store::DocumentPositions& positions) const {
    std::string name;
    std::vector<std::uint32_t> at;
    for (const Term& term : terms_) {
        name = text_of(term);
        doc.add_term(name, term.occurrences);
        if (term.first == kNone) continue;
        at.clear();
        for (auto place = term.first; place != kNone; place = places_[place].next)
            at.push_back(places_[place].position);
        // They come in order, but for what an area repeats.
        if (!std::ranges::is_sorted(at)) std::ranges::sort(at);
        at.erase(std::ranges::unique(at).begin(), at.end());
        positions.add(name, at);
    }
}

}  // namespace patchseek::document
