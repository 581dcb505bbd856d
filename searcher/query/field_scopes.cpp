// SPDX-License-Identifier: GPL-2.0-or-later
#include "field_scopes.hpp"

#include <algorithm>

#include "patchseek/schema/terms.hpp"

namespace patchseek::query {
namespace {

using schema::Field;
using schema::FieldKind;

std::string trailer_prefix(const Node& node) {
    return node.field->kind == FieldKind::named ? schema::trailer_prefix(node.name) : std::string(node.field->prefix);
}

}  // namespace

const Field* trailer_field(const Node& node) {
    const Field* field = node.field;
    return field && (field->kind == FieldKind::trailer || field->kind == FieldKind::named) ? field : nullptr;
}

std::string trailer_name(const Node& node) {
    return node.field->kind == FieldKind::named ? node.name : std::string(schema::trailer_name(*node.field));
}

schema::Areas areas_of(const Field* field) { return field ? field->areas : schema::kBare; }

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
    if (trailer_field(node)) return {{trailer_prefix(node), std::string(node.field->name), 1.0, false}};
    return scopes_of(areas_of(node.field), node.field != nullptr);
}

std::string has_term(const Node& node) {
    const bool one_trailer =
        node.field->kind == FieldKind::trailer || (node.field->kind == FieldKind::named && !node.name.empty());
    if (one_trailer) return schema::has_trailer_term(trailer_name(node));
    return schema::has_term(*node.field);
}

}  // namespace patchseek::query
