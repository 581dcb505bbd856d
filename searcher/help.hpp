#pragma once

#include <string>

/// The texts of --help, --help-all and --help-query.
namespace patchseek {

/// One screen: at most 40 lines of at most 80 columns.
std::string short_help();

/// All options, all fields with their other names, and the exit codes.
std::string full_help();

/// The text of --help-query: the whole language, with examples. Each line that begins with
/// four blanks and `patchseek` is a command, and tests run all of them.
std::string help_query();

}  // namespace patchseek
