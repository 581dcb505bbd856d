// SPDX-License-Identifier: GPL-2.0-or-later
#include "planner.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>

#include "diagnostics.hpp"
#include "field_scopes.hpp"
#include "lexer.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/tokens/signed_words.hpp"

namespace patchseek::query {
namespace {

using schema::Field;

constexpr std::size_t kShortestHex = 7;
constexpr std::size_t kLongestHex = 64;

bool is_hex_id(std::string_view word) {
    return word.size() >= kShortestHex && word.size() <= kLongestHex &&
           word.find_first_not_of("0123456789abcdef") == word.npos;
}

bool has_sign(std::string_view text) {
    return !std::ranges::all_of(text, [](char c) { return tokens::is_word_byte(c) || c == ' ' || c == '\t'; });
}

Error nothing_in(const Node& node) {
    return usage_error("nothing to search in " + quoted(node.text) + ": it has no letter and no digit", node.begin);
}

Proof literal_proof(const Node& node) {
    Proof proof;
    proof.phrase = node.kind == Node::Kind::phrase;
    proof.literal = text::fold(proof.phrase ? text::one_blank(node.text) : node.text);
    if (trailer_field(node)) {
        proof.trailer = trailer_name(node);
    } else {
        proof.areas = areas_of(node.field);
        proof.anywhere = !node.field;
    }
    return proof;
}

Result<Plan> plan_words(const Node& node, tokens::Analyzer& analyzer) {
    Plan plan;
    plan.kind = node.prefix ? Plan::Kind::prefix : Plan::Kind::words;
    plan.begin = node.begin;
    plan.scopes = scopes_of(node);
    plan.words = analyzer.words(node.text);
    if (plan.words.empty()) return nothing_in(node);
    if (node.prefix && plan.words.size() > 1)
        return usage_error("'*' ends a single word; " + quoted(node.text) + " has several", node.begin);
    plan.window = plan.words.size();
    const bool word = node.kind == Node::Kind::word && !node.prefix;
    if (word && trailer_field(node) && plan.words.size() == 1 && is_hex_id(plan.words[0])) plan.kind = Plan::Kind::hex;
    const bool prose = std::ranges::any_of(plan.scopes, &Scope::prose);
    plan.stems = word && plan.words.size() == 1 && prose;
    // Signs are in no term: the words find candidates, the stored text proves. Names of
    // attachments are not stored as text, so there the words must do.
    const bool stored = !node.field || (node.field->areas & schema::areas_stored(schema::Stored::nowhere)) == 0;
    if (!node.prefix && has_sign(node.text) && stored) {
        plan.proof = literal_proof(node);
        plan.signed_words = tokens::signed_words(plan.proof->literal, analyzer);
    }
    if (plan.proof) plan.stems = false;
    return plan;
}

Result<Plan> plan_near(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    Plan plan;
    plan.kind = Plan::Kind::words;
    plan.begin = node.begin;
    plan.ordered = node.ordered;
    const bool bare_in_unit = unit != Unit::message && !node.children.front().field;
    plan.scopes = bare_in_unit ? scopes_of(schema::kDiff, false) : scopes_of(node.children.front());
    for (const Node& child : node.children) {
        const auto words = analyzer.words(child.text);
        if (words.size() != 1 || child.prefix)
            return usage_error(
                "NEAR and ADJ take single words; " + quoted(child.text + (child.prefix ? "*" : "")) + " is none",
                child.begin);
        plan.words.push_back(words.front());
    }
    plan.window = plan.words.size() + node.distance - 1;
    return plan;
}

/// Where the values of a field stand that has one term for each.
Scope scope_of(const schema::Field& field) { return {std::string(field.prefix), std::string(field.name), 0.0, false}; }

Result<Plan> plan_hex(const Node& node) {
    Plan plan;
    plan.begin = node.begin;
    const auto value = text::fold(node.text);
    if (is_hex_id(value)) {
        plan.kind = Plan::Kind::hex;
        plan.words = {value};
        plan.scopes = {scope_of(*node.field)};
        return plan;
    }
    if (node.field->kind == schema::FieldKind::hex)
        return usage_error(quoted(node.text) + " is no object id: it takes 7 hex digits or more", node.text_begin);
    plan.kind = Plan::Kind::terms;
    plan.terms = {schema::term(*node.field, node.text)};
    return plan;
}

Plan plan_exact(const Node& node) {
    Plan plan;
    plan.begin = node.begin;
    const auto star = node.text.find('*');
    if (node.field == schema::field::id && star != node.text.npos && node.text.size() > kMinPrefix) {
        plan.kind = Plan::Kind::head;
        plan.words = {node.text.substr(0, star)};
        if (star + 1 < node.text.size()) plan.words.push_back(node.text);
        plan.scopes = {scope_of(*node.field)};
        return plan;
    }
    plan.kind = Plan::Kind::terms;
    plan.terms = {schema::term(*node.field, node.text)};
    return plan;
}

Plan plan_exists(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::terms;
    plan.begin = node.begin;
    plan.terms = {has_term(node)};
    return plan;
}

Plan plan_range(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::range;
    plan.begin = node.begin;
    plan.slot = node.field->slot;
    plan.has = has_term(node);
    plan.from = node.from;
    plan.to = node.to;
    return plan;
}

/// Whether the field means all of the body, lines of no area included.
bool is_whole(const Field* field) { return !field || (field->areas & schema::kBody) == schema::kBody; }

Plan plan_pattern_of_id(const Node& node, std::shared_ptr<const Pattern> pattern) {
    Plan plan;
    plan.kind = Plan::Kind::head;
    plan.begin = node.begin;
    plan.words = {""};
    plan.scopes = {scope_of(*node.field)};
    plan.pattern_of_value = std::move(pattern);
    return plan;
}

Result<Plan> plan_pattern(const Node& node, Unit unit) {
    const bool literal = node.kind == Node::Kind::literal;
    auto read = literal ? Pattern::literal(node.text, node.fold) : Pattern::expression(node.text, node.fold);
    if (!read) return Error{read.error().kind, read.error().message, node.text_begin + read.error().offset};
    auto pattern = std::make_shared<const Pattern>(std::move(*read));
    if (node.field == schema::field::id) return plan_pattern_of_id(node, std::move(pattern));
    Plan plan;
    plan.kind = Plan::Kind::text;
    plan.begin = node.begin;
    Proof& proof = plan.proof.emplace();
    proof.pattern = std::move(pattern);
    proof.anywhere = !node.field || (node.field->areas & schema::kWholeBody) == schema::kWholeBody;
    if (trailer_field(node)) {
        proof.trailer = trailer_name(node);
        plan.scopes = scopes_of(node);
    } else {
        proof.areas = node.field && node.field->kind == schema::FieldKind::path ? schema::bit(schema::Area::path)
                      : node.field                                              ? node.field->areas
                      : unit == Unit::message                                   ? kWholeText
                                                                                : schema::kDiff;
        plan.scopes = scopes_of(proof.areas, true);
    }
    if (!proof.anywhere && literal && node.text.find('\n') != node.text.npos)
        return usage_error("'" + std::string(node.field->name) + ":' is looked into line by line",
                           node.text_begin + node.text.find('\n'));
    if (proof.anywhere || is_whole(node.field))
        plan.scopes.push_back({std::string(schema::kRestPrefix), "rest", 1.0, false});
    // A pattern in To and Cc is looked for in the header lines, which also hold comments that the index has no words
    // of: no term is a sure sign.
    if ((proof.areas & schema::areas_stored(schema::Stored::headers)) != 0) plan.scopes.clear();
    // Messages that may match without a term to show it: one too long to be indexed whole, and, where
    // every line counts, one with encoded lines.
    plan.terms = {schema::term(schema::field::is, "truncated")};
    if (proof.anywhere) plan.terms.emplace_back(schema::kRestPrefix);
    return plan;
}

/// Which of schema::kRelationStates the leaf asks for, if it does.
std::optional<std::size_t> relation_state(const Node& node) {
    if (node.field != schema::field::is || node.kind != Node::Kind::word) return std::nullopt;
    const auto known = std::ranges::find(schema::kRelationStates, text::fold(node.text));
    if (known == schema::kRelationStates.end()) return std::nullopt;
    return static_cast<std::size_t>(known - schema::kRelationStates.begin());
}

/// Whether a leaf is about relations between messages, which no term tells.
bool is_related(const Node& node) {
    if (!node.field) return false;
    return node.field->kind == schema::FieldKind::group || node.field->kind == schema::FieldKind::count ||
           node.field->kind == schema::FieldKind::commit || relation_state(node).has_value();
}

RelationKind relation_of(const Field* field) {
    if (field == schema::field::replies) return RelationKind::replies;
    if (field == schema::field::commit) return RelationKind::commit;
    if (field == schema::field::applied) return RelationKind::applied;
    if (field == schema::field::series) return RelationKind::series;
    return field == schema::field::versions ? RelationKind::versions : RelationKind::thread;
}

/// The plan of such a leaf; of braces, without what stands in them.
Result<Plan> plan_related(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::related;
    plan.begin = node.begin;
    if (const auto state = relation_state(node)) {
        plan.relation = RelationKind::state;
        plan.state = *state;
        return plan;
    }
    plan.relation = relation_of(node.field);
    plan.from = node.from;
    plan.to = node.to;
    if (node.kind == Node::Kind::exists && plan.relation == RelationKind::replies) plan.from = 1;
    if (node.kind != Node::Kind::word) return plan;
    if (node.field->kind == schema::FieldKind::commit) {
        plan.words = {node.field == schema::field::commit ? text::fold(node.text) : node.text};
        if (node.field == schema::field::commit && !is_hex_id(plan.words.front()))
            return usage_error(quoted(node.text) + " is no commit id: it takes 7 hex digits or more", node.text_begin);
        return plan;
    }
    // `thread:ID`: the group of the message with that id.
    Plan& message = plan.children.emplace_back();
    message.kind = Plan::Kind::terms;
    message.begin = node.begin;
    message.terms = {schema::term(schema::field::id, node.text)};
    return plan;
}

Error not_in_unit(const Node& node, Unit unit) {
    const std::string where = unit == Unit::hunk ? "one hunk" : "one file's diff";
    return usage_error("'" + std::string(node.field->name) + ":' is of the whole message, not of " + where +
                           "; there are added, removed, changed, context, func, file, op, lit and re",
                       node.begin);
}

/// Whether a leaf can hold of one file's diff or one hunk.
bool can_hold_of_unit(const Node& node) {
    if (!node.field) return true;
    if (node.kind == Node::Kind::exists) return false;
    if (node.field->kind == schema::FieldKind::path || node.field->name == schema::field::op->name) return true;
    return node.field->kind == schema::FieldKind::text && (node.field->areas & ~schema::kDiff) == 0;
}

Plan plan_path(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::path;
    plan.begin = node.begin;
    plan.pattern = patch::parse_path_pattern(node.text);
    plan.terms = {schema::has_term(schema::field::file)};
    return plan;
}

Result<Plan> plan_words_in_unit(const Node& node, tokens::Analyzer& analyzer) {
    auto plan = plan_words(node, analyzer);
    if (!plan || node.field) return plan;
    // A diff has no prose, and no lines but those of a diff.
    plan->scopes = scopes_of(schema::kDiff, false);
    plan->stems = false;
    if (plan->proof) plan->proof->areas = schema::kDiff;
    return plan;
}

Result<Plan> plan_leaf(const Node& node, tokens::Analyzer& analyzer) {
    if (!node.field) return plan_words(node, analyzer);
    switch (node.field->kind) {
        case schema::FieldKind::text:
        case schema::FieldKind::trailer: return plan_words(node, analyzer);
        case schema::FieldKind::named:
            return node.text.empty() ? Result<Plan>(plan_exists(node)) : plan_words(node, analyzer);
        case schema::FieldKind::path: return plan_path(node);
        case schema::FieldKind::exact: return plan_exact(node);
        case schema::FieldKind::hex:
        case schema::FieldKind::reference: return plan_hex(node);
        case schema::FieldKind::range:
        case schema::FieldKind::date: return plan_range(node);
        case schema::FieldKind::group:
        case schema::FieldKind::commit:
        case schema::FieldKind::count: return plan_related(node);
    }
    return Error{ErrorKind::internal, "a field of unknown kind"};
}

Plan::Kind group_kind(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::and_: return Plan::Kind::and_;
        case Node::Kind::or_: return Plan::Kind::or_;
        case Node::Kind::xor_: return Plan::Kind::xor_;
        case Node::Kind::not_: return Plan::Kind::not_;
        default: return Plan::Kind::maybe;
    }
}

Result<Plan> plan_node(const Node& node, tokens::Analyzer& analyzer, Unit unit);

Result<Plan> plan_unit(const Node& node, tokens::Analyzer& analyzer) {
    auto inner = plan_node(node.children.front(), analyzer, node.unit);
    if (!inner) return inner;
    Plan plan;
    plan.kind = Plan::Kind::unit;
    plan.begin = node.begin;
    plan.proof.emplace().unit = node.unit;
    plan.proof->unit_plan = std::make_shared<const Plan>(*inner);
    plan.children.push_back(std::move(*inner));
    return plan;
}

Result<Plan> plan_whole(const Node& node, tokens::Analyzer& analyzer) {
    auto inner = plan_node(node.children.front(), analyzer, Unit::message);
    if (!inner) return inner;
    auto plan = plan_related(node);
    if (plan) plan->children.push_back(std::move(*inner));
    return plan;
}

Result<Plan> plan_group(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    Plan plan;
    plan.kind = group_kind(node.kind);
    plan.begin = node.begin;
    const bool once = plan.kind == Plan::Kind::and_ || plan.kind == Plan::Kind::or_;
    std::unordered_set<std::string> seen;
    for (const Node& child : node.children) {
        // What is said twice is asked once.
        if (once && !seen.insert(print(child)).second) continue;
        auto part = plan_node(child, analyzer, unit);
        if (!part) return part;
        plan.children.push_back(std::move(*part));
    }
    if (once && plan.children.size() == 1) return std::move(plan.children.front());
    return plan;
}

/// Whether the leaf looks for a trailer of the kind that replies give to a patch: `Reviewed-by` and its like.
bool is_credit(const Node& leaf) {
    if (!trailer_field(leaf)) return false;
    const bool any = leaf.field->kind == schema::FieldKind::named && leaf.name.empty();
    return any || trailer_name(leaf).ends_with("-by");
}

Result<Plan> plan_part(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    if (node.kind != Node::Kind::whole && is_related(node)) return plan_related(node);
    switch (node.kind) {
        case Node::Kind::all: return Plan{};
        case Node::Kind::whole: return plan_whole(node, analyzer);
        case Node::Kind::word:
        case Node::Kind::phrase:
            if (unit != Unit::message && is_text(node.field)) return plan_words_in_unit(node, analyzer);
            return plan_leaf(node, analyzer);
        case Node::Kind::near: return plan_near(node, analyzer, unit);
        case Node::Kind::range: return plan_range(node);
        case Node::Kind::exists: return plan_exists(node);
        case Node::Kind::literal:
        case Node::Kind::expression: return plan_pattern(node, unit);
        case Node::Kind::unit: return plan_unit(node, analyzer);
        default: return plan_group(node, analyzer, unit);
    }
}

Result<Plan> plan_node(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    const Node& leaf = node.kind == Node::Kind::near ? node.children.front() : node;
    if (unit != Unit::message && !can_hold_of_unit(leaf)) return not_in_unit(leaf, unit);
    auto plan = plan_part(node, analyzer, unit);
    if (plan) plan->credited = is_credit(leaf);
    return plan;
}

}  // namespace

Result<Plan> make_plan(const Node& root, tokens::Analyzer& analyzer) {
    return plan_node(root, analyzer, Unit::message);
}

}  // namespace patchseek::query
