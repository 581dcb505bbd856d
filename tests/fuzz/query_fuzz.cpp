// SPDX-License-Identifier: GPL-2.0-or-later
// Queries are typed, pasted and sent by programs. Of any text the lexer, the parser and the planner say what it means
// or where it is wrong; what they make of it lies within the text and within the limits, holds what tree.hpp and
// plan.hpp say of it, and blanks and brackets around a query change nothing.
#include <algorithm>
#include <set>
#include <string>

#include "demand.hpp"
#include "query/dates.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"

namespace query = patchseek::query;
using query::Node;
using query::Plan;

namespace {

constexpr std::int64_t kNow = 1'603'705'868;
/// Of a term, by Xapian.
constexpr std::size_t kLongestTerm = 245;

void check_error(std::string_view text, const patchseek::Error& error) {
    demand(error.kind == patchseek::ErrorKind::usage);
    demand(error.offset <= text.size() && !error.message.empty());
    demand(query::caret(text, error, "fuzz").size() < 16'384);
}

/// Lexemes follow one another, hold what stands in the query at their place, and their brackets are balanced.
void check_lexemes(std::string_view text, const std::vector<query::Lexeme>& lexemes) {
    using Kind = query::Lexeme::Kind;
    std::size_t at = 0, open = 0;
    for (const query::Lexeme& one : lexemes) {
        demand(at <= one.begin && one.begin < one.end && one.end <= text.size());
        at = one.end;
        if (one.kind == Kind::word || one.kind == Kind::value) {
            demand(one.text_begin >= one.begin);
            if (text[one.text_begin - (one.text_begin > 0)] != '"')
                demand(text.substr(one.text_begin).starts_with(one.text));
        }
        if (one.kind == Kind::open) ++open;
        if (one.kind == Kind::close) demand(open-- > 0);
        if (one.kind == Kind::op_near || one.kind == Kind::op_adj)
            demand(one.distance >= 1 && one.distance <= query::kMaxDistance);
    }
    demand(open == 0);
}

void check_near(const Node& node) {
    demand(node.children.size() >= 2 && node.distance >= 1 && node.distance <= query::kMaxDistance);
    for (const Node& child : node.children) {
        demand(child.kind == Node::Kind::word || child.kind == Node::Kind::phrase);
        demand(query::is_text(child.field) && child.field == node.children.front().field);
    }
}

/// What a range of dates is printed as means the same when it is asked for.
void check_range(const Node& node) {
    demand(node.from || node.to);
    if (node.from && node.to) demand(*node.from <= *node.to);
    if (node.field->kind != patchseek::schema::FieldKind::date) return;
    const std::string asked = "date:" + (node.from ? query::format_time(*node.from) : "") + ".." +
                              (node.to ? query::format_time(*node.to) : "");
    const auto again = query::parse(asked, {.now = kNow});
    demand(again && again->root.from == node.from && again->root.to == node.to);
}

void check_leaf(std::string_view text, const Node& node) {
    using Kind = Node::Kind;
    demand(node.children.empty() && node.text_begin <= text.size());
    if (node.kind == Kind::range) check_range(node);
    if (node.kind == Kind::exists) demand(node.field != nullptr);
    if (node.kind == Kind::literal || node.kind == Kind::expression) demand(!node.text.empty());
    if (node.prefix) demand(node.kind == Kind::word && !node.text.empty());
}

/// How much of a tree there is of what the limits count.
struct Size {
    std::size_t nodes = 0, depth = 0, ranges = 0, literals = 0, expressions = 0, braces = 0;
};

void check_children(const Node& node) {
    using Kind = Node::Kind;
    for (const Node& child : node.children) {
        const bool nests = child.kind != node.kind || child.children.empty();
        demand(nests || node.kind == Kind::not_ || node.kind == Kind::unit || node.kind == Kind::maybe ||
               node.kind == Kind::whole);
        demand(child.kind != Kind::unit || node.kind != Kind::unit || child.unit > node.unit);
        // Words that --any puts side by side are sorted by their signs, so the first need not come first.
        demand(node.begin <= child.begin && child.end <= node.end);
    }
}

void check_node(std::string_view text, const Node& node, std::size_t depth, Size& size) {
    using Kind = Node::Kind;
    demand(node.begin <= node.end && node.end <= text.size());
    ++size.nodes;
    size.depth = std::max(size.depth, depth);
    const std::size_t children = node.children.size();
    switch (node.kind) {
        case Kind::not_:
        case Kind::unit: demand(children == 1); break;
        case Kind::whole:
            demand(children == 1 && node.field && node.field->kind == patchseek::schema::FieldKind::group);
            break;
        case Kind::maybe: demand(children == 2); break;
        case Kind::near: check_near(node); break;
        case Kind::and_:
        case Kind::or_:
        case Kind::xor_: demand(children >= 2); break;
        default: check_leaf(text, node); break;
    }
    size.ranges += node.kind == Kind::range;
    size.literals += node.kind == Kind::literal;
    size.expressions += node.kind == Kind::expression;
    size.braces += node.kind == Kind::whole;
    check_children(node);
    for (const Node& child : node.children) check_node(text, child, depth + 1, size);
}

void check_size(const Size& size) {
    demand(size.nodes <= query::kMaxNodes && size.depth <= query::kMaxDepth && size.ranges <= query::kMaxRanges);
    demand(size.literals <= query::kMaxLiterals && size.expressions <= query::kMaxExpressions);
    demand(size.braces <= query::kMaxBraces);
}

void check_words(const Plan& plan) {
    demand(!plan.words.empty() && !plan.scopes.empty());
    if (plan.kind == Plan::Kind::words)
        demand(plan.window >= plan.words.size());
    else
        demand(plan.words.size() == 1);
    for (const query::Scope& scope : plan.scopes)
        for (const std::string& word : plan.words)
            demand(!word.empty() && scope.prefix.size() + word.size() <= kLongestTerm);
}

void check_head(const Plan& plan) {
    demand(plan.scopes.size() == 1 && (plan.words.size() == 1 || plan.words.size() == 2));
    demand(plan.scopes.front().prefix.size() + plan.words.front().size() <= kLongestTerm);
}

/// What compile() relies on: each part has all that its kind needs.
void check_plan(std::string_view text, const Plan& plan) {
    using Kind = Plan::Kind;
    demand(plan.begin <= text.size());
    const std::size_t children = plan.children.size();
    switch (plan.kind) {
        case Kind::words:
        case Kind::prefix:
        case Kind::hex: check_words(plan); break;
        case Kind::head: check_head(plan); break;
        case Kind::terms: demand(!plan.terms.empty()); break;
        case Kind::range: demand(plan.slot >= 0 && !plan.has.empty()); break;
        case Kind::text: demand(plan.proof && plan.proof->pattern && !plan.terms.empty()); break;
        case Kind::unit: demand(children == 1 && plan.proof && plan.proof->unit_plan); break;
        case Kind::related: demand(children <= 1); break;
        case Kind::not_: demand(children == 1); break;
        case Kind::maybe: demand(children == 2); break;
        case Kind::and_:
        case Kind::or_:
        case Kind::xor_: demand(children >= 2); break;
        default: demand(children == 0); break;
    }
    for (const std::string& term : plan.terms) demand(!term.empty() && term.size() <= kLongestTerm);
    for (const Plan& child : plan.children) check_plan(text, child);
}

std::set<std::string> words_of(const Plan& plan) {
    std::set<std::string> out(plan.words.begin(), plan.words.end());
    for (const Plan& child : plan.children) out.merge(words_of(child));
    return out;
}

/// Marked is what was asked for, and nothing of what must not be there.
void check_highlights(const Plan& plan, patchseek::tokens::Analyzer& analyzer) {
    const auto terms = query::highlight_terms(plan, analyzer);
    const auto words = words_of(plan);
    for (const auto& list : {terms.words, terms.prefixes})
        for (const std::string& word : list) demand(words.count(word) > 0);
    Plan none;
    none.kind = Plan::Kind::not_;
    none.children.push_back(plan);
    const auto nothing = query::highlight_terms(none, analyzer);
    demand(nothing.words.empty() && nothing.prefixes.empty() && nothing.stems.empty());
    demand(nothing.paths.empty() && nothing.patterns.empty() && !nothing.ranks);
}

/// Without brackets and quotes of its own a query may stand in others and means the same there.
void check_brackets(const std::string& text, bool any, const query::Parsed* parsed, const Size& size) {
    if (text.size() + 8 > query::kMaxQueryBytes) return;
    const query::ParseOptions options{.any = any, .now = kNow};
    const auto same = [&](const std::string& other) {
        const auto again = query::parse(other, options);
        demand(again.operator bool() == (parsed != nullptr));
        if (parsed) demand(query::print(again->root) == query::print(parsed->root));
    };
    same(' ' + text + ' ');
    if (text.find_first_of("(){}\"") != text.npos) return;
    same('(' + text + ')');
    if (!parsed || size.depth == query::kMaxDepth || size.nodes == query::kMaxNodes) return;
    const auto turned = query::parse("NOT (" + text + ')', options);
    demand(turned && query::print(turned->root) == "(not " + query::print(parsed->root) + ')');
}

void check_parse(const std::string& text, bool any, patchseek::tokens::Analyzer& analyzer) {
    const auto parsed = query::parse(text, {.any = any, .now = kNow});
    Size size;
    if (parsed) {
        check_node(text, parsed->root, 1, size);
        check_size(size);
    } else {
        check_error(text, parsed.error());
    }
    check_brackets(text, any, parsed ? &*parsed : nullptr, size);
    if (!parsed) return;
    const auto plan = query::make_plan(parsed->root, analyzer);
    if (!plan) return check_error(text, plan.error());
    check_plan(text, *plan);
    check_highlights(*plan, analyzer);
    demand(!query::print(*plan).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static patchseek::tokens::Analyzer analyzer;
    const std::string text(as_text(data, size));
    if (const auto lexemes = query::lex(text))
        check_lexemes(text, *lexemes);
    else
        check_error(text, lexemes.error());
    check_parse(text, false, analyzer);
    check_parse(text, true, analyzer);
    return 0;
}
