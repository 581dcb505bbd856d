#pragma once

#include <string>

namespace patchseek {

/// The text of --help-query: the whole language, with examples. Each line that begins with
/// four blanks and `patchseek` is a command, and tests run all of them.
std::string help_query();

}  // namespace patchseek
