// SPDX-License-Identifier: GPL-2.0-or-later
#include "indexed.hpp"

#include <algorithm>
#include <string>

namespace patchseek::document {

void TermTable::clear() {
    names_.clear();
    terms_.clear();
    places_.clear();
}

TermTable::Term& TermTable::term_of(std::string_view text) {
    const auto number = names_.number(text);
    if (number == terms_.size()) terms_.emplace_back();
    return terms_[number];
}

void TermTable::add(std::string_view term, std::uint32_t occurrences, std::uint32_t position) {
    Term& found = term_of(term);
    found.occurrences += occurrences;
    const auto place = static_cast<std::uint32_t>(places_.size());
    places_.push_back({position, kNone});
    (found.last == kNone ? found.first : places_[found.last].next) = place;
    found.last = place;
}

void TermTable::give(Indexed& message) const {
    std::vector<std::uint32_t> at;
    for (std::uint32_t number = 0; number < terms_.size(); ++number) {
        const Term& term = terms_[number];
        const auto name = names_.text(number);
        message.doc.terms.add(name, term.occurrences);
        if (term.first == kNone) continue;
        at.clear();
        for (auto place = term.first; place != kNone; place = places_[place].next)
            at.push_back(places_[place].position);
        // They come in order, but for what an area repeats.
        if (!std::ranges::is_sorted(at)) std::ranges::sort(at);
        at.erase(std::unique(at.begin(), at.end()), at.end());
        message.positions.add(name, at);
    }
    message.own_terms = terms_.size();
}

SignedTable::SignedTable()
    : finder_([this](std::string_view word) {
          const auto number = schema::signed_number(word);
          if (has_.test(number)) return;
          has_.set(number);
          numbers_.push_back(number);
      }) {}

void SignedTable::clear() {
    for (const auto number : numbers_) has_.reset(number);
    numbers_.clear();
    finder_.forget();
    doubts_ = false;
}

void SignedTable::give(store::DocumentPositions& positions) {
    std::ranges::sort(numbers_);
    std::vector<std::uint32_t> at;
    std::string list;
    for (const auto number : numbers_) {
        auto of_number = schema::signed_list(number);
        if (!at.empty() && of_number != list) {
            positions.add(list, at);
            at.clear();
        }
        list = std::move(of_number);
        at.push_back(schema::signed_position(number));
    }
    if (!at.empty()) positions.add(list, at);
    if (doubts_ || !finder_.sure()) positions.add(schema::unsure_signed_list(), std::vector<std::uint32_t>{1});
}

}  // namespace patchseek::document
