// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "patchseek/schema/terms.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::query {

OnTimeout opposite(OnTimeout on_timeout) {
    switch (on_timeout) {
        case OnTimeout::excluded: return OnTimeout::included;
        case OnTimeout::included: return OnTimeout::excluded;
        case OnTimeout::error: break;
    }
    return OnTimeout::error;
}

double leaves(const Plan& plan) {
    if (plan.children.empty()) return 1;
    double sum = 0;
    for (const Plan& child : plan.children) sum += leaves(child);
    return plan.kind == Plan::Kind::xor_ ? sum * static_cast<double>(std::bit_ceil(plan.children.size())) : sum;
}

namespace {

std::string number(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string join(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return text::visible(out, text::Breaks::blank);
}

std::string print_scopes(const Plan& plan) {
    std::string out = " in";
    for (const Scope& scope : plan.scopes)
        out += ' ' + scope.name + (scope.weight == 1.0 ? "" : '*' + number(scope.weight));
    return out;
}

std::string print_words(const Plan& plan) {
    std::string out = plan.kind == Plan::Kind::prefix ? "prefix["
                      : plan.kind == Plan::Kind::hex  ? "abbreviation["
                                                      : "words[";
    out += join(plan.words) + ']';
    if (plan.words.size() > 1) out += (plan.ordered ? "/" : "~") + std::to_string(plan.window);
    out += print_scopes(plan);
    if (plan.stems) out += " +stems";
    if (!plan.signed_words.empty()) out += " signs[" + join(plan.signed_words) + ']';
    if (plan.proof) out += " proven['" + text::visible(plan.proof->literal, text::Breaks::blank) + "']";
    return out;
}

std::string print_head(const Plan& plan) {
    std::string out = "head[" + plan.words.front() + ']';
    if (plan.words.size() > 1) out += " glob[" + plan.words[1] + ']';
    if (plan.pattern_of_value) out += " matching[" + print(*plan.pattern_of_value) + ']';
    return text::visible(out, text::Breaks::blank) + print_scopes(plan);
}

std::string print_range(const Plan& plan) {
    return "range[slot " + std::to_string(plan.slot) + ": " + (plan.from ? std::to_string(*plan.from) : "") + ".." +
           (plan.to ? std::to_string(*plan.to) : "") + ']';
}

std::string print_path(const Plan& plan) {
    return std::string("path[") + (plan.pattern.anchored ? "/ " : "") + join(plan.pattern.components) + ']' +
           (plan.pattern.exact ? " exact" : "");
}

std::string print_group(const Plan& plan) {
    static constexpr const char* kNames[] = {"and", "or", "xor", "not", "maybe"};
    std::string out = std::string("(") + kNames[static_cast<int>(plan.kind) - static_cast<int>(Plan::Kind::and_)];
    for (const Plan& child : plan.children) out += ' ' + print(child);
    return out + ')';
}

std::string print_unit(const Plan& plan) {
    return std::string(plan.proof->unit == Unit::hunk ? "(hunk " : "(in ") + print(plan.children.front()) + ')';
}

std::string print_text(const Plan& plan) {
    std::string out = "proven[" + text::visible(print(*plan.proof->pattern), text::Breaks::blank) + ']';
    out += " in";
    for (const Scope& scope : plan.scopes) out += ' ' + scope.name;
    for (const auto& group : plan.proof->pattern->needs()) {
        out += " needs[";
        for (const std::string& text : group)
            out += (&text == group.data() ? "" : " | ") + text::visible(text, text::Breaks::blank);
        out += ']';
    }
    return out;
}

std::string print_related(const Plan& plan) {
    static constexpr const char* kNames[] = {"thread", "series", "versions", "replies", "state", "commit", "applied"};
    const std::string name = kNames[static_cast<int>(plan.relation)];
    if (!plan.children.empty()) return '(' + name + " of " + print(plan.children.front()) + ')';
    if (!plan.words.empty()) return name + '[' + plan.words.front() + ']';
    const auto bound = [](const std::optional<std::int64_t>& value) { return value ? std::to_string(*value) : ""; };
    const std::string what = plan.relation == RelationKind::replies ? bound(plan.from) + ".." + bound(plan.to)
                             : plan.relation == RelationKind::state ? std::string(schema::kRelationStates[plan.state])
                                                                    : "any";
    return name + '[' + what + ']';
}

void want(const Plan& plan, tokens::Analyzer& analyzer, HighlightTerms& out) {
    const bool text = plan.kind == Plan::Kind::text, prefix = plan.kind == Plan::Kind::prefix;
    if (!text && !prefix && plan.kind != Plan::Kind::words) return;
    Wanted one{plan.words, {}, prefix, text ? plan.proof->pattern : nullptr, plan.scopes};
    if (plan.stems)
        for (const std::string& word : plan.words) one.stems.push_back(analyzer.stem(word));
    out.wanted.push_back(std::move(one));
}

void collect(const Plan& plan, tokens::Analyzer& analyzer, HighlightTerms& out) {
    if (plan.kind == Plan::Kind::not_) return;
    want(plan, analyzer, out);
    if (plan.kind == Plan::Kind::text) out.patterns.push_back(plan.proof->pattern);
    if (plan.kind == Plan::Kind::words || plan.kind == Plan::Kind::prefix) out.ranks = true;
    auto& words = plan.kind == Plan::Kind::words ? out.words : out.prefixes;
    words.insert(words.end(), plan.words.begin(), plan.words.end());
    if (plan.kind == Plan::Kind::path) out.paths.push_back(plan.pattern);
    if (plan.stems)
        for (const std::string& word : plan.words) out.stems.push_back(analyzer.stem(word));
    const bool ranks = out.ranks;
    for (const Plan& child : plan.children) collect(child, analyzer, out);
    // What stands in braces finds a set and gives no weight.
    if (plan.kind == Plan::Kind::related) out.ranks = ranks;
}

}  // namespace

std::string print(const Plan& plan) {
    switch (plan.kind) {
        case Plan::Kind::all: return "all";
        case Plan::Kind::words:
        case Plan::Kind::prefix:
        case Plan::Kind::hex: return print_words(plan);
        case Plan::Kind::head: return print_head(plan);
        case Plan::Kind::terms: return "terms[" + join(plan.terms) + ']';
        case Plan::Kind::path: return print_path(plan);
        case Plan::Kind::range: return print_range(plan);
        case Plan::Kind::text: return print_text(plan);
        case Plan::Kind::unit: return print_unit(plan);
        case Plan::Kind::related: return print_related(plan);
        default: return print_group(plan);
    }
}

HighlightTerms highlight_terms(const Plan& plan, tokens::Analyzer& analyzer) {
    HighlightTerms out;
    collect(plan, analyzer, out);
    return out;
}

bool is_placed(const Plan& plan) {
    if (plan.kind == Plan::Kind::range)
        return plan.slot == schema::kSlotVersion || plan.slot == schema::kSlotPart || plan.slot == schema::kSlotTotal;
    if (plan.kind != Plan::Kind::terms || plan.terms.size() != 1) return false;
    const auto kinds = std::to_array<std::string_view>({"patch", "cover", "reply"});
    return std::ranges::any_of(kinds, [&](std::string_view kind) {
        return plan.terms.front() == schema::term(schema::field::is->prefix, kind);
    });
}

}  // namespace patchseek::query
