#include "plan.hpp"

#include <algorithm>

#include "diagnostics.hpp"
#include "patchseek/base/visible.hpp"
#include "patchseek/schema/terms.hpp"

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
    return !std::ranges::all_of(text, [](char c) { return text::is_word_byte(c) || c == ' ' || c == '\t'; });
}

std::string trailer_prefix(const Field& field, const std::string& name) {
    return field.kind == schema::Kind::named ? std::string(field.prefix) + name + ':' : std::string(field.prefix);
}

std::string trailer_name(const Field& field, const std::string& name) {
    const auto prefix = trailer_prefix(field, name);
    return prefix.substr(2, prefix.size() - 3);
}

/// The field of a leaf if it looks into trailers, else nullptr.
const Field* trailer_of(const Node& node) {
    const Field* field = node.field;
    return field && (field->kind == schema::Kind::trailer || field->kind == schema::Kind::named) ? field : nullptr;
}

schema::Areas areas_of(const Field* field) { return field ? field->areas : schema::kBare; }

std::vector<Scope> scopes_of(const Node& node) {
    if (const Field* field = trailer_of(node))
        return {{trailer_prefix(*field, node.name), std::string(field->name), 1.0, false}};
    std::vector<Scope> out;
    for (const auto& area : schema::kAreaTable) {
        if ((areas_of(node.field) & schema::bit(area.area)) == 0) continue;
        // Asked for by name, an area counts even where a bare word gives it no weight.
        const double weight = node.field ? std::max(area.weight, 1.0) : area.weight;
        out.push_back({std::string(area.prefix), std::string(area.name), weight, area.prose});
    }
    return out;
}

std::string has_term(const Node& node) {
    const bool one_trailer =
        node.field->kind == schema::Kind::trailer || (node.field->kind == schema::Kind::named && !node.name.empty());
    if (one_trailer) return schema::term(schema::kHasPrefix, "trailer:" + trailer_name(*node.field, node.name));
    // `since` and `before` are ways to ask for a date.
    return schema::term(schema::kHasPrefix, node.field->slot == schema::kSlotDate ? "date" : node.field->name);
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

Result<Plan> plan_words(const Node& node, text::Analyzer& analyzer) {
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
    plan.stems = word && plan.words.size() == 1;
    // Signs are no terms: the words narrow, the stored text proves. Names of
    // attachments are not stored as text, so there the words must do.
    const bool stored = !node.field || node.field->name != "attachment";
    if (!node.prefix && has_sign(node.text) && stored) plan.proof = literal_proof(node);
    if (plan.proof) plan.stems = false;
    return plan;
}

Result<Plan> plan_near(const Node& node, text::Analyzer& analyzer) {
    Plan plan;
    plan.kind = Plan::Kind::words;
    plan.begin = node.begin;
    plan.ordered = node.ordered;
    plan.scopes = scopes_of(node.children.front());
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
    if (node.field->name == "blob")
        return Error{ErrorKind::usage, quoted(node.text) + " is no object id: it takes 7 hex digits or more",
                     node.text_begin};
    plan.kind = Plan::Kind::terms;
    plan.terms = {schema::term(node.field->prefix, value)};
    return plan;
}

Plan plan_exact(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::terms;
    plan.begin = node.begin;
    // Message-IDs are case-sensitive (RFC 5322 3.6.4); everything else is folded.
    const bool id = node.field->name == "id" || node.field->name == "refs";
    plan.terms = {schema::term(node.field->prefix, id ? node.text : text::fold(node.text))};
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

Plan plan_path(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::path;
    plan.begin = node.begin;
    plan.pattern = patch::parse_path_pattern(node.text);
    plan.terms = {schema::term(schema::kHasPrefix, "file")};
    return plan;
}

Result<Plan> plan_leaf(const Node& node, text::Analyzer& analyzer) {
    if (!node.field) return plan_words(node, analyzer);
    switch (node.field->kind) {
        case schema::Kind::text:
        case schema::Kind::trailer: return plan_words(node, analyzer);
        case schema::Kind::named:
            return node.text.empty() ? Result<Plan>(plan_exists(node)) : plan_words(node, analyzer);
        case schema::Kind::path: return plan_path(node);
        case schema::Kind::exact: return plan_exact(node);
        case schema::Kind::hex: return plan_hex(node);
        case schema::Kind::range:
        case schema::Kind::date: return plan_range(node);
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

std::string number(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string join(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return visible(out, Breaks::blank);
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
    if (plan.proof) out += " proven['" + visible(plan.proof->literal, Breaks::blank) + "']";
    return out;
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

void collect(const Plan& plan, text::Analyzer& analyzer, Sought& out) {
    if (plan.kind == Plan::Kind::not_) return;
    if (plan.kind == Plan::Kind::words || plan.kind == Plan::Kind::prefix) out.ranks = true;
    auto& words = plan.kind == Plan::Kind::words ? out.words : out.prefixes;
    words.insert(words.end(), plan.words.begin(), plan.words.end());
    if (plan.kind == Plan::Kind::path) out.paths.push_back(plan.pattern);
    if (plan.stems)
        for (const std::string& word : plan.words) out.stems.push_back(analyzer.stem(word));
    for (const Plan& child : plan.children) collect(child, analyzer, out);
}

}  // namespace

Result<Plan> make_plan(const Node& node, text::Analyzer& analyzer) {
    switch (node.kind) {
        case Node::Kind::all: return Plan{};
        case Node::Kind::word:
        case Node::Kind::phrase: return plan_leaf(node, analyzer);
        case Node::Kind::near: return plan_near(node, analyzer);
        case Node::Kind::range: return plan_range(node);
        case Node::Kind::exists: return plan_exists(node);
        default: break;
    }
    Plan plan;
    plan.kind = group_kind(node.kind);
    plan.begin = node.begin;
    for (const Node& child : node.children) {
        auto part = make_plan(child, analyzer);
        if (!part) return part;
        plan.children.push_back(std::move(*part));
    }
    return plan;
}

std::string print(const Plan& plan) {
    switch (plan.kind) {
        case Plan::Kind::all: return "all";
        case Plan::Kind::words:
        case Plan::Kind::prefix:
        case Plan::Kind::hex: return print_words(plan);
        case Plan::Kind::terms: return "terms[" + join(plan.terms) + ']';
        case Plan::Kind::path: return print_path(plan);
        case Plan::Kind::range: return print_range(plan);
        default: return print_group(plan);
    }
}

Sought sought(const Plan& plan, text::Analyzer& analyzer) {
    Sought out;
    collect(plan, analyzer, out);
    return out;
}

}  // namespace patchseek::query
