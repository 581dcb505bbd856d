#pragma once

#include <string_view>

#include "reader/database.hpp"
#include "versions.hpp"

namespace patchseek::relations {

/// The versions of the series of the message with that id, with or without <>. Linear in the
/// messages of the index.
Result<History> history_of(reader::Database& database, std::string_view id);

}  // namespace patchseek::relations
