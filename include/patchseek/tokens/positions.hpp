// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "patchseek/schema/schema.hpp"

namespace patchseek::tokens {

/// Numbers the words of one message from 0, so that phrases and NEAR find what stands side by side and nothing else.
/// The indexer numbers a message by this, the searcher numbers a part of one by it again to prove a match.
///
/// Each area counts for itself, with one exception: added, removed and context lines share one run of positions, so
/// that in each of the three a phrase ends where a line of another kind stands between.
/// patch::place_diff_line() has the rule for the lines of a diff.
class Positions {
public:
    /// Positions that a gap leaves free.
    static constexpr std::uint32_t kGap = 100;

    /// Where the next word of the area stands.
    std::uint32_t next(schema::Area area) const { return next_[run_of(area)]; }
    /// `words` positions have been taken.
    void take(schema::Area area, std::uint32_t words) { next_[run_of(area)] += words; }
    /// No phrase crosses from what the area has to what it will get.
    void gap(schema::Area area) { next_[run_of(area)] += kGap; }

private:
    static constexpr std::size_t run_of(schema::Area area) {
        const bool shared = area == schema::Area::added || area == schema::Area::removed;
        return static_cast<std::size_t>(shared ? schema::Area::context : area);
    }

    std::array<std::uint32_t, schema::kAreas> next_{};
};

}  // namespace patchseek::tokens
