#pragma once

#include <string_view>

#include "database.hpp"
#include "versions.hpp"

namespace patchseek::search {

/// The versions of the series of the message with that id, with or without <>. Linear in the
/// messages of the index.
Result<History> history_of(Database& database, std::string_view id);

}  // namespace patchseek::search
