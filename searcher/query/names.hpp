#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tree.hpp"

/// What is said of names that are not in the tables.
namespace patchseek::query {

/// `hunk` and `in`, in any case; Unit::message for other names.
Unit unit_of(std::string_view name);

/// Whether the contract has such a field and the schema has not, yet.
bool is_planned_field(std::string_view name);

/// The message for a field that is not in the schema, with the nearest name.
std::string unknown_field(std::string_view name);

/// The message for a value of `is:` or `op:` that is not in `known`.
std::string unknown_value(std::string_view field, std::string_view value, std::span<const std::string_view> known);

}  // namespace patchseek::query
