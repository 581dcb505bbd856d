#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

/// `saved:NAME` in a query stands for a query that is kept under that name. It is put in as text, in brackets, before
/// the query is cut into tokens; of itself it must be a whole query, so that nothing around it changes what it means.
namespace patchseek::query {

inline constexpr std::size_t kMaxSavedDepth = 8;  ///< of kept queries that name each other

/// The query that has a name; nullopt if none has.
using Saved = std::function<std::optional<std::string>(const std::string& name)>;

/// Whether a query may be kept under it: up to 64 letters, digits, '-', '_' and '.', the first a letter or digit.
bool is_saved_name(std::string_view name);

/// A query with what is kept in the place of each `saved:NAME` outside of quotes and expressions; a query that is
/// nothing else gets no brackets. An Error is of kind usage, with its place in `query`: a name that is none or that
/// nothing is kept under, queries that name each other too deeply, one that cannot be understood by itself, a text that
/// grows beyond kMaxQueryBytes.
Result<std::string> with_saved(std::string_view query, const Saved& saved);

}  // namespace patchseek::query
