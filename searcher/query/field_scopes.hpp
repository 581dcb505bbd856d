// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "patchseek/schema/schema.hpp"
#include "plan.hpp"
#include "tree.hpp"

/// Where the index keeps what a field holds, read off the schema's tables: the step from the names
/// people type to prefixes and areas.
namespace patchseek::query {

/// What a pattern without a field is looked for in: the subject, and every line of the body.
inline constexpr schema::Areas kWholeText = schema::bit(schema::Area::subject) | schema::kWholeBody;

/// The field of a leaf if it looks into trailers, else nullptr.
const schema::Field* trailer_field(const Node& node);

/// The trailer that such a leaf looks into, in lower case: "reviewed-by". Empty for `trailer:*`.
std::string trailer_name(const Node& node);

/// The areas of a field's words; nullptr is a bare word. None for fields whose words are in no area.
schema::Areas areas_of(const schema::Field* field);

/// Areas as scopes. Asked for by the name of a field, an area has a weight even where a bare word gives it none.
std::vector<Scope> scopes_of(schema::Areas areas, bool named);

/// Where the words of a leaf are looked for.
std::vector<Scope> scopes_of(const Node& node);

/// The term of all messages that have a value of the leaf's field.
std::string has_term(const Node& node);

}  // namespace patchseek::query
