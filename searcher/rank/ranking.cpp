// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranking.hpp"

#include <algorithm>
#include <cmath>

namespace patchseek::rank {
namespace {

constexpr double kStepsOfScore = 16'777'216;  // 2^24

LengthNormalization normalization_of(const std::string& prefix) {
    using schema::Area;
    for (const auto& area : schema::kAreaTable) {
        if (area.prefix != prefix) continue;
        switch (area.area) {
            case Area::subject: return LengthNormalization::none;
            case Area::path:
            case Area::function:
            case Area::added:
            case Area::removed:
            case Area::context: return LengthNormalization::diff;
            default: return LengthNormalization::prose;
        }
    }
    return LengthNormalization::prose;
}

bool is_log(const query::Scope& scope) { return scope.prefix == schema::info(schema::Area::log).prefix; }

// How many messages have at least one of two terms, if the terms are independent of each other.
double either(double a, double b, double all) { return a + b - (all > 0 ? a * b / all : 0); }

/// Messages with the word: of the log if that is among the areas, else of the area that has most.
class Frequency {
public:
    void add(const query::Scope& scope, double n) {
        if (is_log(scope)) log_ = true, n_ = n;
        if (!log_) n_ = std::max(n_, n);
    }
    double get() const { return n_; }

private:
    bool log_ = false;
    double n_ = 0;
};

}  // namespace

double rarity(double n, double all) { return std::log1p((std::max(all - n, 0.0) + 0.5) / (n + 0.5)); }

double most_of(const RankedWord& word) { return std::pow(word.rarity, kRarityExponent); }

double rounded(double score) { return std::floor(score * kStepsOfScore) / kStepsOfScore; }

RankedWord ranked_word(const query::Plan& plan, const std::string& word, const std::string& stem,
                       const reader::Statistics& statistics) {
    const auto all = static_cast<double>(statistics.messages());
    RankedWord out{word, {}, 0};
    Frequency frequency;
    for (const query::Scope& scope : plan.scopes) {
        const LengthNormalization length = normalization_of(scope.prefix);
        const bool stems = plan.stems && scope.prose;
        const auto add = [&](std::string term, double weight) {
            const auto n = static_cast<double>(statistics.frequency(term));
            out.terms.push_back({std::move(term), weight, length, n});
            return n;
        };
        // The indexer leaves out a stem that is the word itself, so the plain word counts as one.
        const bool is_stem = !stems || stem == word;
        double n =
            add(scope.prefix + word, is_stem ? scope.weight * (stems ? 1 + kAsTyped : 1) : scope.weight * kAsTyped);
        if (stems) {
            const double stemmed = add(schema::kStemPrefix + scope.prefix + stem, scope.weight);
            n = either(stemmed, is_stem ? n : add(scope.prefix + stem, scope.weight), all);
        }
        frequency.add(scope, n);
    }
    out.rarity = rarity(frequency.get(), all);
    return out;
}

RankedWord ranked_prefix(const query::Plan& plan, const std::vector<std::vector<std::string>>& terms,
                         const reader::Statistics& statistics) {
    const auto all = static_cast<double>(statistics.messages());
    RankedWord out{plan.words.front() + '*', {}, 0};
    Frequency frequency;
    for (std::size_t i = 0; i < plan.scopes.size(); ++i) {
        const query::Scope& scope = plan.scopes[i];
        double n = 0;
        for (const std::string& term : terms[i]) {
            const auto messages = static_cast<double>(statistics.frequency(term));
            n = either(n, messages, all);
            out.terms.push_back({term, scope.weight, normalization_of(scope.prefix), messages});
        }
        frequency.add(scope, n);
    }
    out.rarity = rarity(frequency.get(), all);
    return out;
}

bool is_word(const query::Plan& plan) {
    return plan.kind == query::Plan::Kind::words && plan.words.size() == 1 && !plan.proof;
}

std::vector<bool> common_words(const query::Plan& group, const std::function<double(const query::Plan&)>& rarity_of) {
    std::vector<bool> out(group.children.size());
    if (group.kind != query::Plan::Kind::or_) return out;
    bool any_rare = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!is_word(group.children[i])) continue;
        out[i] = rarity_of(group.children[i]) < kCommon;
        any_rare = any_rare || !out[i];
    }
    return any_rare ? out : std::vector<bool>(out.size());
}

std::optional<query::Plan> without_common_words(const query::Plan& plan, tokens::Analyzer& analyzer,
                                                const reader::Statistics& statistics) {
    const auto common = common_words(plan, [&](const query::Plan& word) {
        const std::string& text = word.words.front();
        return ranked_word(word, text, word.stems ? analyzer.stem(text) : text, statistics).rarity;
    });
    if (std::ranges::find(common, true) == common.end()) return std::nullopt;
    query::Plan out = plan;
    // They leave a gap: what stood on both sides of one is no pair.
    query::Plan nothing;
    nothing.kind = query::Plan::Kind::terms;
    for (std::size_t i = 0; i < common.size(); ++i)
        if (common[i]) out.children[i] = nothing;
    return out;
}

}  // namespace patchseek::rank
