// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "relate.hpp"
#include "series.hpp"

namespace patchseek::relate {

/// Which patches replies say were taken into a tree; rows are Facts::Number + 1. Sorted by patch and reply, each pair
/// once.
///
/// What a list names is looked for by title in the series of the message that the reply answers, then by its number;
/// else it is the newest patch of that title that was posted before the reply, within kLongestWait, else, if the reply
/// names one commit alone, the diff in the mail that it answers. Of what names nothing, the patch that it answers is
/// meant, or all of the series of a cover, or of any part if the reply says so. That, and numbers alone, count only
/// from somebody else than the sender of the patch, or where he answers his own mail. Who says that he dropped what he
/// had taken takes that back.
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
    void drop(Number reply);
    std::vector<std::pair<Number, store::CommitPrefix>> named_by(Number reply);
    std::vector<std::pair<Number, store::CommitPrefix>> all_but(const Series& series, Number reply, Number to) const;
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

/// A message that a commit came from, and when that was committed.
struct Committed {
    Number message;
    std::int64_t when;  ///< seconds since 1970
};

/// Sets which messages are applied and which pending, by `related.taken` and by commits. A cover is applied when all
/// patches of its series that are there are. Pending is what is latest and not applied, except patches of which another
/// posting - of the same title by the same person, of the same diff, or the same part of another version - was taken
/// since they were posted, within kLongestWait; and covers of which no patch is pending. Whatever was set before is
/// forgotten.
void settle(const Facts& facts, Related& related, std::span<const Committed> committed);

}  // namespace patchseek::relate
