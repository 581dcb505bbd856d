#pragma once

#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

namespace patchseek::query {

/// An Error about a query for a terminal: `program: message`, and if the error has
/// a place, the query (about 100 columns around the place) and a caret under it.
/// Control characters are made visible. Each line ends in LF.
std::string caret(std::string_view query, const Error& error, std::string_view program);

/// 'text' in single quotes for a message, shortened in the middle when it is long.
std::string quoted(std::string_view text);

}  // namespace patchseek::query
