// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/path_tails.hpp"

#include <algorithm>

namespace patchseek::patch {
namespace {

bool reversed_less(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

}  // namespace

PathTails::PathTails(const std::vector<std::string_view>& paths) {
    sorted_.reserve(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) sorted_.emplace_back(paths[i], i);
    std::ranges::sort(sorted_, reversed_less, &decltype(sorted_)::value_type::first);
}

/// `visit(i)` for each path that fits, until it says false.
template <class Visit>
void PathTails::each(std::string_view tail, bool fragment, Visit&& visit) const {
    const auto first = std::ranges::lower_bound(sorted_, tail, reversed_less, &decltype(sorted_)::value_type::first);
    // A whole tail may have to pass names it is a mere end of: `x.c`, `lex.c`.
    auto left = kMaxAlike;
    for (auto at = first; at != sorted_.end() && at->first.ends_with(tail) && left > 0; ++at, --left) {
        const auto head = at->first.size() - tail.size();
        const bool fits = head > 0 && (fragment || at->first[head - 1] == '/');
        if (fits && !visit(at->second)) return;
    }
    if (left == 0) visit(kMany);
}

std::size_t PathTails::find(std::string_view tail, bool fragment, const std::function<bool(std::size_t)>& skip) const {
    auto found = kNone;
    each(tail, fragment, [&](std::size_t i) {
        if (i != kMany && skip && skip(i)) return true;
        found = found == kNone ? i : kMany;
        return found != kMany;
    });
    return found;
}

std::size_t PathTails::count(std::string_view tail, bool fragment) const {
    std::size_t count = 0;
    each(tail, fragment, [&](std::size_t i) {
        count = i == kMany ? kMaxAlike : count + 1;
        return count < kMaxAlike;
    });
    return count;
}

}  // namespace patchseek::patch
