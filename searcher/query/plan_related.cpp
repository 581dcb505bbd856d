#include "plan_related.hpp"

#include <algorithm>
#include <optional>

#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::query {
namespace {

std::optional<std::size_t> state_of(const Node& node) {
    if (node.kind != Node::Kind::word || node.field != schema::field::is) return std::nullopt;
    const auto known = std::ranges::find(schema::kRelationStates, text::fold(node.text));
    if (known == schema::kRelationStates.end()) return std::nullopt;
    return static_cast<std::size_t>(known - schema::kRelationStates.begin());
}

Asks asked(const schema::Field* field) {
    if (field == schema::field::replies) return Asks::replies;
    if (field == schema::field::series) return Asks::series;
    return field == schema::field::versions ? Asks::versions : Asks::thread;
}

/// The message that is named to mean its group.
Plan message(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::terms;
    plan.begin = node.begin;
    plan.terms = {schema::term(schema::field::id, node.text)};
    return plan;
}

}  // namespace

bool is_related(const Node& node) {
    if (!node.field) return false;
    return node.field->kind == schema::FieldKind::group || node.field->kind == schema::FieldKind::count ||
           state_of(node).has_value();
}

Plan plan_related(const Node& node) {
    Plan plan;
    plan.kind = Plan::Kind::related;
    plan.begin = node.begin;
    if (const auto state = state_of(node)) {
        plan.asks = Asks::state;
        plan.state = *state;
        return plan;
    }
    plan.asks = asked(node.field);
    plan.from = node.from;
    plan.to = node.to;
    if (node.kind == Node::Kind::exists && plan.asks == Asks::replies) plan.from = 1;
    if (node.kind == Node::Kind::word) plan.children.push_back(message(node));
    return plan;
}

}  // namespace patchseek::query
