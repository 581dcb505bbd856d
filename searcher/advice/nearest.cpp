// SPDX-License-Identifier: GPL-2.0-or-later
#include "nearest.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "patchseek/base/spelling.hpp"
#include "reader/lexicon.hpp"

namespace patchseek::advice {
namespace {

/// In a longer list of terms the search for a piece stops.
constexpr std::size_t kMostTerms = 3'000'000;

}  // namespace

std::optional<Nearest> nearest(const reader::Lexicon& lexicon, const std::vector<std::string>& prefixes,
                               const std::string& word, const std::function<bool(std::string_view)>& wanted) {
    std::optional<Nearest> best;
    const std::size_t limit = word.size() < 3 ? 0 : word.size() < 7 ? 1 : 2;
    if (limit == 0) return best;
    lexicon.near(word, limit, prefixes, [&](std::string_view candidate, std::size_t prefix) {
        const std::size_t most = best ? std::min(limit, best->distance) : limit;
        const std::size_t distance = edit_distance(word, candidate, most);
        if (distance > most || candidate == word || !wanted(candidate)) return true;
        Nearest found{std::string(candidate), distance, 0};
        found.frequency = lexicon.statistics().frequency(prefixes[prefix] + found.word);
        if (found.frequency == 0) return true;
        // The word itself comes last, so that the answer depends on nothing but the terms.
        const auto rank = [](const Nearest& one) {
            return std::tuple(one.distance, std::numeric_limits<std::size_t>::max() - one.frequency, one.word);
        };
        if (!best || rank(found) < rank(*best)) best = std::move(found);
        return true;
    });
    return best;
}

std::vector<std::string> terms_with(const reader::Lexicon& lexicon, const std::string& prefix, std::string_view piece,
                                    std::size_t most) {
    const Xapian::Database& db = lexicon.db();
    std::vector<Nearest> found;
    std::size_t seen = 0;
    for (auto it = db.allterms_begin(prefix); it != db.allterms_end(prefix) && ++seen < kMostTerms; ++it) {
        const std::string term = *it;
        const auto rest = std::string_view(term).substr(prefix.size());
        if (rest.find(piece) == rest.npos) continue;
        const auto frequency = lexicon.statistics().frequency(term);
        if (frequency > 0) found.push_back({std::string(rest), 0, frequency});
    }
    std::ranges::stable_sort(found, std::greater<>(), &Nearest::frequency);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(found.size(), most); ++i) out.push_back(std::move(found[i].word));
    return out;
}

}  // namespace patchseek::advice
