#pragma once

#include <map>
#include <string>

#include "options.hpp"

/// From what stands on a command line to what is to be done; options.cpp takes the line apart and alone knows Boost.
namespace patchseek {

/// The options that are given, by their long names, with their values; "" of those that take none.
using Given = std::map<std::string, std::string>;

/// Errors are of kind usage.
Result<Options> read_options(const Given& given, std::string query);

}  // namespace patchseek
