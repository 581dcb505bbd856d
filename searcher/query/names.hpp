#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tree.hpp"

/// What is said of names that are not in the tables.
namespace patchseek::query {

/// `hunk` and `in`, in any case; Unit::message for other names.
Unit unit_of(std::string_view name);

/// `, did you mean 'x'?`; what is too long for a message, or not to be shown, is not asked.
std::string did_you_mean(std::string_view text);

/// The message for a field that is not in the schema, with what it is called here, or the nearest name.
/// `value` is what was asked for in it.
std::string unknown_field(std::string_view name, std::string_view value);

/// The message for a value of `is:` or `op:` that is not in `known`.
std::string unknown_value(std::string_view field, std::string_view value, std::span<const std::string_view> known);

}  // namespace patchseek::query
