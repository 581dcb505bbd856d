// SPDX-License-Identifier: GPL-2.0-or-later
#include "order.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "ranking.hpp"
#include "weights.hpp"

namespace patchseek::rank {
namespace {

void yield(Candidate& one, double kept) {
    const double score = rounded(one.score * kept);
    one.yielded += one.score - score;
    one.score = score;
}

void sort(std::span<Candidate> block) { std::ranges::stable_sort(block, std::greater<>(), &Candidate::score); }

}  // namespace

void put_into_order(std::span<Candidate> block) {
    for (Candidate& one : block)
        if (one.older) yield(one, kOlder);
    sort(block);
    std::unordered_map<std::uint32_t, int> before;
    for (Candidate& one : block)
        if (one.group != 0) yield(one, std::pow(kFurther, std::min(before[one.group]++, kMostBefore)));
    sort(block);
}

bool lets_groups_yield(const query::Plan& plan) {
    using query::RelationKind;
    if (plan.kind == query::Plan::Kind::related &&
        (plan.relation == RelationKind::series || plan.relation == RelationKind::versions))
        return false;
    const bool numbered =
        plan.slot == schema::kSlotVersion || plan.slot == schema::kSlotPart || plan.slot == schema::kSlotTotal;
    return !numbered && std::ranges::all_of(plan.children, lets_groups_yield);
}

}  // namespace patchseek::rank
