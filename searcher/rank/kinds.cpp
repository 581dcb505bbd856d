// SPDX-License-Identifier: GPL-2.0-or-later
#include "kinds.hpp"

#include <algorithm>
#include <string_view>

#include "patchseek/schema/terms.hpp"
#include "weights.hpp"

namespace patchseek::rank {
namespace {

/// Whether the query looks for a word, or for a value that is one, and not to leave it out.
bool names(const query::Plan& plan, std::string_view word) {
    if (plan.kind == query::Plan::Kind::not_) return false;
    const auto is_value = [&](const std::string& term) { return term.ends_with(':' + std::string(word)); };
    return std::ranges::find(plan.words, word) != plan.words.end() || std::ranges::any_of(plan.terms, is_value) ||
           std::ranges::any_of(plan.children, [&](const query::Plan& child) { return names(child, word); });
}

}  // namespace

Kinds kinds_for(const query::Plan& plan) {
    Kinds out;
    for (const StateWeight& one : kStateWeights)
        out.push_back({one.weight, {schema::term(schema::field::is, one.state)}});
    for (const WordingWeight& wording : kWordingWeights) {
        const auto is_named = [&](std::string_view name) { return !name.empty() && names(plan, name); };
        if (std::ranges::any_of(wording.names, is_named)) continue;
        RankedKind kind{wording.weight, {}};
        for (const std::string_view word : wording.words)
            if (!word.empty()) kind.terms.push_back(schema::term(schema::info(wording.area).prefix, word));
        out.push_back(std::move(kind));
    }
    return out;
}

}  // namespace patchseek::rank
