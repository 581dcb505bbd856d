// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "options.hpp"
#include "patchseek/settings/settings.hpp"

/// From what stands on a command line to what is to be done; options.cpp takes the line apart and alone knows Boost.
namespace patchseek {

/// The options that are given, by their long names, with their values; "" of those that take none.
using Given = std::map<std::string, std::string>;

/// Several values of one option, --db, as one, and back.
std::string as_one(const std::vector<std::string>& values);
std::vector<std::string> as_several(const std::string& value);

/// Errors are of kind usage.
Result<Options> read_options(const Given& given, std::string query);

// What holds where the command line says nothing: the environment, then the user's configuration (configured.cpp).

/// The options given, with those that the environment and the file add: where an option only says how answers look to a
/// person, the file counts in a search alone, and not where another option asks for a form of its own. A value that
/// cannot be read is an Error with the line it stands on.
Result<Given> with_settings(Given given, const settings::Settings& settings);

/// Options that are no option of the command line: the order of answers unless they are `sorted` otherwise,
/// names of lists.
void add_settings(bool sorted, const settings::Settings& settings, Options& options);

/// Looks at each value of a configuration as its option is looked at, and at the queries of [saved]; what is wrong is
/// an Error with its place before it.
Result<Done> check_settings(const settings::Settings& settings);

/// The text of --config: each setting as a line of a configuration, and where it is from behind a '#'.
std::string settings_text(const Given& given, const settings::Settings& settings);

}  // namespace patchseek
