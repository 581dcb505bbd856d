// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <string>

#include "compile.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::compile {
namespace {

class Collector {
public:
    explicit Collector(tokens::Analyzer& analyzer) : analyzer_(analyzer) {}

    // As deep as the tree, hence at most query::kMaxDepth.
    void collect(const query::Plan& plan) {
        for (const query::Scope& scope : plan.scopes) words(plan, scope.prefix);
        for (const std::string& word : plan.signed_words)
            out_.places.push_back(schema::signed_list(schema::signed_number(word)));
        if (!plan.signed_words.empty()) out_.places.push_back(schema::unsure_signed_list());
        out_.terms.insert(out_.terms.end(), plan.terms.begin(), plan.terms.end());
        if (!plan.has.empty()) out_.terms.push_back(plan.has);
        if (plan.kind == query::Plan::Kind::range) out_.slots.push_back(static_cast<unsigned>(plan.slot));
        path(plan.pattern);
        if (plan.kind == query::Plan::Kind::words && plan.proof) path_in(plan.proof->literal);
        const bool pairs =
            plan.children.size() > 1 && (plan.kind == query::Plan::Kind::and_ || plan.kind == query::Plan::Kind::or_);
        for (const query::Plan& child : plan.children) {
            collect(child);
            if (pairs && child.kind == query::Plan::Kind::words) places_of(child);
        }
    }
    Foreseen take() {
        for (auto* some : {&out_.terms, &out_.heads, &out_.places}) {
            std::ranges::sort(*some);
            some->erase(std::unique(some->begin(), some->end()), some->end());
        }
        return std::move(out_);
    }

private:
    void words(const query::Plan& plan, const std::string& prefix) {
        const bool heads = plan.kind == query::Plan::Kind::prefix || plan.kind == query::Plan::Kind::head ||
                           plan.kind == query::Plan::Kind::hex;
        for (const std::string& word : plan.words) {
            (heads ? out_.heads : out_.terms).push_back(prefix + word);
            if (!plan.stems) continue;
            const auto stem = analyzer_.stem(word);
            out_.terms.push_back(prefix + stem);
            out_.terms.push_back(schema::kStemPrefix + prefix + stem);
        }
        if (plan.words.size() > 1 && !heads)
            for (const std::string& word : plan.words) out_.places.push_back(prefix + word);
    }
    // Where two words stand beside each other counts in these areas.
    void places_of(const query::Plan& plan) {
        if (plan.words.size() != 1) return;
        for (const auto area : {schema::Area::subject, schema::Area::log})
            out_.places.push_back(std::string(schema::info(area).prefix) + plan.words.front());
    }
    void path_in(const std::string& typed) {
        if (typed.find_first_of("/.") != typed.npos) path(patch::parse_path_pattern(typed));
    }
    void path(const patch::PathPattern& pattern) {
        const std::string prefix(pattern.exact ? schema::kExactPathPrefix : schema::kPathPrefix);
        for (std::size_t i = 0; i < pattern.components.size(); ++i) {
            const auto text = (pattern.anchored && i == 0 ? "/" : "") + pattern.components[i];
            const auto star = patch::is_ending_term(text) ? text.npos : text.find_first_of("*?");
            if (star != text.npos) {
                out_.heads.push_back(prefix + text.substr(0, star));
                continue;
            }
            out_.terms.push_back(schema::term(prefix, text));
            if (pattern.components.size() > 1) out_.places.push_back(out_.terms.back());
        }
    }

    tokens::Analyzer& analyzer_;
    Foreseen out_;
};

}  // namespace

Foreseen foresee(const query::Plan& plan, tokens::Analyzer& analyzer) {
    Collector collector(analyzer);
    collector.collect(plan);
    auto out = collector.take();
    out.terms.push_back(schema::term(schema::field::is, "truncated"));
    out.terms.push_back(schema::term(schema::field::is, "patch"));
    return out;
}

}  // namespace patchseek::compile
