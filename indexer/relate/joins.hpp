// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "fact.hpp"
#include "keys.hpp"
#include "patchseek/store/relations.hpp"

/// Which commit of a repository came from which message. All of it is a pure function of what messages and commits say:
/// the order in which they came does not matter.
namespace patchseek::relate {

/// A commit and a message, both by number.
struct Pairing {
    std::uint32_t commit;
    Facts::Number message;
    friend auto operator<=>(const Pairing&, const Pairing&) = default;  // NOLINT(modernize-use-nullptr)
};

struct CommitJoin {
    Pairing pair;
    store::JoinWay way;
    std::uint16_t sure;  ///< percent
    friend bool operator==(const CommitJoin&, const CommitJoin&) = default;
};

/// Joins the commits of one repository with messages. Diffs and comparisons take long, so it says which ones matter,
/// by what is cheap; diffs of other commits, even if they are known, play no part.
///
/// In this order: a message that the commit names, if it is a patch of the same title, or of the same author where the
/// diffs agree; one patch id, of several messages the newest before the commit; author and title, within kWindow, of
/// several the newest before the commit; of patches of the same author that no other commit came from, with half of the
/// paths in common, the one with the nearest diff. "Before" is by the commit's own date and the message's.
class CommitJoiner {
public:
    /// Both outlive it. `relations` as Related has them.
    CommitJoiner(const Facts& facts, const std::vector<store::Relation>& relations);
    ~CommitJoiner();
    CommitJoiner(const CommitJoiner&) = delete;
    CommitJoiner& operator=(const CommitJoiner&) = delete;

    /// The commits for which a diff is needed, in order.
    std::vector<std::uint32_t> diffs_wanted(const std::vector<CommitKeys>& commits) const;
    /// The pairs whose likeness is needed, in order; with all diffs that can be had.
    std::vector<Pairing> likenesses_wanted(const std::vector<CommitKeys>& commits) const;
    /// By commit. `likeness` is asked for those pairs alone: percent, as relate::likeness().
    std::vector<CommitJoin> joins(const std::vector<CommitKeys>& commits,
                                  const std::function<std::uint32_t(const Pairing&)>& likeness) const;

    /// How long a patch may lie before it is applied, and how long after the commit it may be posted.
    static constexpr std::int64_t kWindow = 400 * std::int64_t{86400}, kAfter = 60 * std::int64_t{86400};
    /// Less like, it is another patch.
    static constexpr std::uint32_t kLeastLike = 50;
    /// Messages that a commit is compared with, the newest ones.
    static constexpr std::size_t kMostCompared = 24;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::relate
