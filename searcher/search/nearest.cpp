#include "nearest.hpp"

#include <algorithm>

#include "query/spelling.hpp"

namespace patchseek::search {
namespace {

/// In a longer list of terms the search for a spelling stops.
constexpr std::size_t kMostTerms = 3'000'000;

}  // namespace

void look_through(const Xapian::Database& db, const std::string& prefix, const std::string& word,
                  const std::function<bool(std::string_view)>& wanted, std::optional<Nearest>& best) {
    const std::size_t limit = word.size() < 3 ? 0 : word.size() < 7 ? 1 : 2;
    std::size_t seen = 0;
    for (auto it = db.allterms_begin(prefix); limit > 0 && it != db.allterms_end(prefix); ++it) {
        if (++seen > kMostTerms) return;
        const std::string term = *it;
        const auto candidate = std::string_view(term).substr(prefix.size());
        if (candidate == word || !wanted(candidate)) continue;
        const std::size_t most = best ? std::min(limit, best->distance) : limit;
        const std::size_t distance = query::edit_distance(word, candidate, most);
        if (distance > most) continue;
        const auto frequency = it.get_termfreq();
        if (!best || distance < best->distance || frequency > best->frequency)
            best = Nearest{std::string(candidate), distance, frequency};
    }
}

std::vector<std::string> terms_with(const Xapian::Database& db, const std::string& prefix, std::string_view piece,
                                    std::size_t most) {
    std::vector<Nearest> found;
    std::size_t seen = 0;
    for (auto it = db.allterms_begin(prefix); it != db.allterms_end(prefix) && ++seen < kMostTerms; ++it) {
        const std::string term = *it;
        const auto rest = std::string_view(term).substr(prefix.size());
        if (rest.find(piece) != rest.npos) found.push_back({std::string(rest), 0, it.get_termfreq()});
    }
    std::ranges::stable_sort(found, std::greater<>(), &Nearest::frequency);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(found.size(), most); ++i) out.push_back(std::move(found[i].word));
    return out;
}

}  // namespace patchseek::search
