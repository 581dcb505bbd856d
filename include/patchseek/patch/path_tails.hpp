// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace patchseek::patch {

/// Known paths, asked for the one that ends in what a diffstat left of a name:
/// `.../kvm/svm.c` of `arch/x86/kvm/svm.c`. Resolves FileChange::partial by the other
/// lines of a message, or by the other messages of a series.
///
/// Keeps views only: the paths must outlive it. Building costs n log n, a question
/// log n and the paths that end alike, of which it looks at kMaxAlike at most.
class PathTails {
public:
    static constexpr std::size_t kMaxAlike = 250;
    static constexpr auto kNone = static_cast<std::size_t>(-1);
    static constexpr auto kMany = static_cast<std::size_t>(-2);

    /// Each path once; several of one spelling are as many answers.
    explicit PathTails(const std::vector<std::string_view>& paths);

    /// Which path (its place in the vector) ends in `tail` and begins before it; kNone,
    /// or kMany when several do. `fragment`: the tail may begin inside a component
    /// (FileChange::fragment). Paths that `skip` holds for do not count.
    std::size_t find(std::string_view tail, bool fragment, const std::function<bool(std::size_t)>& skip = {}) const;

    /// How many paths that find() chooses from; kMaxAlike where they were not all looked at.
    std::size_t count(std::string_view tail, bool fragment) const;

private:
    template <class Visit>
    void each(std::string_view tail, bool fragment, Visit&& visit) const;

    std::vector<std::pair<std::string_view, std::size_t>> sorted_;  // by their reversed spelling
};

}  // namespace patchseek::patch
