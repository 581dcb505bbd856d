#pragma once

#include <string>

/// The texts of --help and --help-all.
namespace patchseek {

/// One screen: at most 40 lines of at most 80 columns.
std::string short_help();

/// All options (as `options` describes them), all fields with their other names, the keys of JSON and the exit codes.
std::string full_help(const std::string& options);

}  // namespace patchseek
