#include "plan.hpp"

#include <algorithm>

#include "diagnostics.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"
#include "plan_related.hpp"

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

std::string trailer_prefix(const Field& field, const std::string& name) {
    return field.kind == schema::FieldKind::named ? schema::trailer_prefix(name) : std::string(field.prefix);
}

std::string trailer_name(const Field& field, const std::string& name) {
    return field.kind == schema::FieldKind::named ? name : std::string(schema::trailer_name(field));
}

/// The field of a leaf if it looks into trailers, else nullptr.
const Field* trailer_of(const Node& node) {
    const Field* field = node.field;
    return field && (field->kind == schema::FieldKind::trailer || field->kind == schema::FieldKind::named) ? field
                                                                                                           : nullptr;
}

schema::Areas areas_of(const Field* field) { return field ? field->areas : schema::kBare; }

/// Areas as scopes. Asked for by name, an area counts even where a bare word gives it no weight.
std::vector<Scope> scopes_of(schema::Areas areas, bool named) {
    std::vector<Scope> out;
    for (const auto& area : schema::kAreaTable) {
        if ((areas & schema::bit(area.area)) == 0) continue;
        const double weight = named ? std::max(area.weight, 1.0) : area.weight;
        out.push_back({std::string(area.prefix), std::string(area.name), weight, area.prose});
    }
    return out;
}

std::vector<Scope> scopes_of(const Node& node) {
    if (const Field* field = trailer_of(node))
        return {{trailer_prefix(*field, node.name), std::string(field->name), 1.0, false}};
    return scopes_of(areas_of(node.field), node.field != nullptr);
}

std::string has_term(const Node& node) {
    const bool one_trailer = node.field->kind == schema::FieldKind::trailer ||
                             (node.field->kind == schema::FieldKind::named && !node.name.empty());
    if (one_trailer) return schema::has_trailer_term(trailer_name(*node.field, node.name));
    return schema::has_term(*node.field);
}

Error nothing_in(const Node& node) {
    return Error{ErrorKind::usage, "nothing to search in " + quoted(node.text) + ": it has no letter and no digit",
                 node.begin};
}

Proof literal_proof(const Node& node) {
    Proof proof;
    proof.phrase = node.kind == Node::Kind::phrase;
    proof.literal = text::fold(proof.phrase ? text::one_blank(node.text) : node.text);
    if (const Field* field = trailer_of(node)) {
        proof.trailer = trailer_name(*field, node.name);
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
        return Error{ErrorKind::usage, "'*' ends a single word; " + quoted(node.text) + " has several", node.begin};
    plan.window = plan.words.size();
    const bool word = node.kind == Node::Kind::word && !node.prefix;
    if (word && trailer_of(node) && plan.words.size() == 1 && is_hex_id(plan.words[0])) plan.kind = Plan::Kind::hex;
    const bool prose = std::ranges::any_of(plan.scopes, &Scope::prose);
    plan.stems = word && plan.words.size() == 1 && prose;
    // Signs are no terms: the words narrow, the stored text proves. Names of
    // attachments are not stored as text, so there the words must do.
    const bool stored = !node.field || (node.field->areas & schema::areas_stored(schema::Stored::nowhere)) == 0;
    if (!node.prefix && has_sign(node.text) && stored) plan.proof = literal_proof(node);
    if (plan.proof) plan.stems = false;
    return plan;
}

Result<Plan> plan_near(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    Plan plan;
    plan.kind = Plan::Kind::words;
    plan.begin = node.begin;
    plan.ordered = node.ordered;
    const bool bare_within = unit != Unit::message && !node.children.front().field;
    plan.scopes = bare_within ? scopes_of(schema::kDiff, false) : scopes_of(node.children.front());
    for (const Node& child : node.children) {
        const auto words = analyzer.words(child.text);
        if (words.size() != 1 || child.prefix)
            return Error{
                ErrorKind::usage,
                "NEAR and ADJ take single words; " + quoted(child.text + (child.prefix ? "*" : "")) + " is none",
                child.begin};
        plan.words.push_back(words.front());
    }
    plan.window = plan.words.size() + node.distance - 1;
    return plan;
}

Result<Plan> plan_hex(const Node& node) {
    Plan plan;
    plan.begin = node.begin;
    const auto value = text::fold(node.text);
    if (is_hex_id(value)) {
        plan.kind = Plan::Kind::hex;
        plan.words = {value};
        plan.scopes = {{std::string(node.field->prefix), std::string(node.field->name), 0.0, false}};
        return plan;
    }
    if (node.field->kind == schema::FieldKind::hex)
        return Error{ErrorKind::usage, quoted(node.text) + " is no object id: it takes 7 hex digits or more",
                     node.text_begin};
    plan.kind = Plan::Kind::terms;
    plan.terms = {schema::term(*node.field, node.text)};
    return plan;
}

Plan plan_exact(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::terms;
    plan.begin = node.begin;
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

/// Whether the field is all of the body, lines of no area too.
bool is_whole(const Field* field) { return !field || (field->areas & schema::kBody) == schema::kBody; }

/// What a pattern without a field looks into: the subject, and every line of the body.
constexpr schema::Areas kWholeText = schema::bit(schema::Area::subject) | schema::kWholeBody;

Result<Plan> plan_pattern(const Node& node, Unit unit) {
    const bool literal = node.kind == Node::Kind::literal;
    auto pattern = literal ? Pattern::literal(node.text, node.fold) : Pattern::expression(node.text, node.fold);
    if (!pattern) return Error{pattern.error().kind, pattern.error().message, node.text_begin + pattern.error().offset};
    Plan plan;
    plan.kind = Plan::Kind::text;
    plan.begin = node.begin;
    plan.proof.emplace().pattern = std::make_shared<const Pattern>(std::move(*pattern));
    Proof& proof = *plan.proof;
    proof.anywhere = !node.field || (node.field->areas & schema::kWholeBody) == schema::kWholeBody;
    if (const Field* field = trailer_of(node)) {
        proof.trailer = trailer_name(*field, node.name);
        plan.scopes = scopes_of(node);
    } else {
        proof.areas = node.field && node.field->kind == schema::FieldKind::path ? schema::bit(schema::Area::path)
                      : node.field                                              ? node.field->areas
                      : unit == Unit::message                                   ? kWholeText
                                                                                : schema::kDiff;
        plan.scopes = scopes_of(proof.areas, true);
    }
    if (!proof.anywhere && literal && node.text.find('\n') != node.text.npos)
        return Error{ErrorKind::usage, "'" + std::string(node.field->name) + ":' is looked into line by line",
                     node.text_begin + node.text.find('\n')};
    if (proof.anywhere || is_whole(node.field))
        plan.scopes.push_back({std::string(schema::kRestPrefix), "rest", 1.0, false});
    // Of receivers the header lines are looked into, with comments that are no words of the index.
    if ((proof.areas & schema::areas_stored(schema::Stored::headers)) != 0) plan.scopes.clear();
    // Of a mail that is too long, not every word is a term, nor are those of encoded lines.
    plan.terms = {schema::term(schema::field::is, "truncated")};
    if (proof.anywhere) plan.terms.emplace_back(schema::kRestPrefix);
    return plan;
}

Error not_within(const Node& node, Unit unit) {
    const std::string where = unit == Unit::hunk ? "one hunk" : "one file's diff";
    return Error{ErrorKind::usage,
                 "'" + std::string(node.field->name) + ":' is of the whole message, not of " + where +
                     "; there are added, removed, changed, context, func, file, lit and re",
                 node.begin};
}

/// Whether a leaf can hold of a part of a message.
bool stands_within(const Node& node) {
    if (!node.field) return true;
    if (node.kind == Node::Kind::exists) return false;
    if (node.field->kind == schema::FieldKind::path) return true;
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

Result<Plan> plan_words_within(const Node& node, tokens::Analyzer& analyzer) {
    auto plan = plan_words(node, analyzer);
    if (!plan || node.field) return plan;
    // In a diff there is no prose, and no line but those of the diff.
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

Result<Plan> plan_within(const Node& node, tokens::Analyzer& analyzer) {
    auto inner = plan_node(node.children.front(), analyzer, node.unit);
    if (!inner) return inner;
    Plan plan;
    plan.kind = Plan::Kind::within;
    plan.begin = node.begin;
    plan.proof.emplace().unit = node.unit;
    plan.proof->within = std::make_shared<const Plan>(*inner);
    plan.children.push_back(std::move(*inner));
    return plan;
}

Result<Plan> plan_whole(const Node& node, tokens::Analyzer& analyzer) {
    auto inner = plan_node(node.children.front(), analyzer, Unit::message);
    if (!inner) return inner;
    Plan plan = plan_related(node);
    plan.children.push_back(std::move(*inner));
    return plan;
}

Result<Plan> plan_group(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    Plan plan;
    plan.kind = group_kind(node.kind);
    plan.begin = node.begin;
    for (const Node& child : node.children) {
        auto part = plan_node(child, analyzer, unit);
        if (!part) return part;
        plan.children.push_back(std::move(*part));
    }
    return plan;
}

/// Replies give a patch what says who did something: `Reviewed-by` and its like.
bool is_credit(const Node& leaf) {
    const Field* field = trailer_of(leaf);
    if (!field) return false;
    const bool any = field->kind == schema::FieldKind::named && leaf.name.empty();
    return any || trailer_name(*field, leaf.name).ends_with("-by");
}

Result<Plan> plan_part(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    if (node.kind != Node::Kind::whole && is_related(node)) return plan_related(node);
    switch (node.kind) {
        case Node::Kind::all: return Plan{};
        case Node::Kind::whole: return plan_whole(node, analyzer);
        case Node::Kind::word:
        case Node::Kind::phrase:
            if (unit != Unit::message && is_text(node.field)) return plan_words_within(node, analyzer);
            return plan_leaf(node, analyzer);
        case Node::Kind::near: return plan_near(node, analyzer, unit);
        case Node::Kind::range: return plan_range(node);
        case Node::Kind::exists: return plan_exists(node);
        case Node::Kind::literal:
        case Node::Kind::expression: return plan_pattern(node, unit);
        case Node::Kind::within: return plan_within(node, analyzer);
        default: return plan_group(node, analyzer, unit);
    }
}

Result<Plan> plan_node(const Node& node, tokens::Analyzer& analyzer, Unit unit) {
    const Node& leaf = node.kind == Node::Kind::near ? node.children.front() : node;
    if (unit != Unit::message && !stands_within(leaf)) return not_within(leaf, unit);
    auto plan = plan_part(node, analyzer, unit);
    if (plan) plan->credited = is_credit(leaf);
    return plan;
}

}  // namespace

Result<Plan> make_plan(const Node& root, tokens::Analyzer& analyzer) {
    return plan_node(root, analyzer, Unit::message);
}

}  // namespace patchseek::query
