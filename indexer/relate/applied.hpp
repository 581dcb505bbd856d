#pragma once

#include <span>
#include <vector>

#include "relate.hpp"
#include "series.hpp"

namespace patchseek::relate {

/// Which patches replies say were taken into a tree; rows are Facts::Number + 1. Sorted by patch and reply, each pair
/// once.
///
/// What a list names is looked for by title in the series of the message that the reply answers, then by its number;
/// else it is the newest patch of that title that was posted before the reply, within kLongestWait. Of what names
/// nothing, the patch that it answers is meant, or all of the series of a cover, or of any part if the reply says so.
/// That, and numbers alone, count only from somebody else than the sender of the patch.
class Taking {
public:
    /// All outlive it. `series_of` and `answers` by number.
    Taking(const Graph& graph, const std::vector<Place>& places, const std::vector<const Series*>& series_of,
           const std::vector<Number>& answers)
        : graph_(graph), places_(places), series_of_(series_of), answers_(answers) {}
    std::vector<store::Taken> run();

    static constexpr std::int64_t kLongestWait = 400 * std::int64_t{86400};

private:
    void take(Number reply);
    void mark(Number patch, Number reply, const store::CommitPrefix& commit);
    Number in_series(const Series& series, const TakenPatch& one) const;
    Number by_title(Number reply, const TakenPatch& one);
    bool covers(Number number) const { return places_[number].numbered && places_[number].part == 0; }

    const Graph& graph_;
    const std::vector<Place>& places_;
    const std::vector<const Series*>& series_of_;
    const std::vector<Number>& answers_;
    std::unordered_map<Hash, std::vector<Number>> titles_;  ///< of posted patches, in order; made when first needed
    std::vector<store::Taken> out_;
};

/// Sets which messages are applied and which pending, by `related.taken` and by those, `joined`, that commits came
/// from. A cover is applied when all patches of its series that are there are. Whatever was set before is forgotten.
void settle(const Facts& facts, Related& related, std::span<const Number> joined);

}  // namespace patchseek::relate
