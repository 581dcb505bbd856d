// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

/// The words in which errors of a query are told, one place for all stages. Texts of the query stand
/// in the messages as they were typed; caret() makes control characters visible, nobody else does.
namespace patchseek::query {

/// An error of kind usage whose place is the byte `offset` of the query.
inline Error usage_error(std::string message, std::size_t offset) {
    return Error{ErrorKind::usage, std::move(message), offset};
}

/// An Error about a query for a terminal: `program: message`, and if the error has
/// a place, the query (about 100 columns around the place) and a caret under it.
/// Control characters are made visible. Each line ends in LF.
std::string caret(std::string_view query, const Error& error, std::string_view program);

/// 'text' in single quotes for a message, shortened at its end when it is long.
std::string quoted(std::string_view text);

/// `, did you mean 'x'?`; empty if the text is too long for a message or has control characters.
std::string did_you_mean(std::string_view text);

/// The message for a field that is not in the schema, with its name here or the nearest name there is.
/// `value` is what stands behind the colon.
std::string unknown_field(std::string_view name, std::string_view value);

/// The message for a value of `is:` or `op:` that is not in `known`.
std::string unknown_value(std::string_view field, std::string_view value, std::span<const std::string_view> known);

}  // namespace patchseek::query
