// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/manual/option.hpp"

namespace patchseek {

/// What the user asked the indexer to do.
struct Options {
    enum class Action {
        add,
        update,
        remove,
        status,
        check,
        compact,
        rebuild,
        publish,
        join,
        link,
        help,
        version
    } action = Action::add;
    std::filesystem::path index;
    std::vector<std::filesystem::path> indexes;   ///< of status: all that are named, of which `index` is the first
    std::filesystem::path target;                 ///< of publish
    std::vector<std::filesystem::path> archives;  ///< of update: those that the index need not know yet; of join
                                                  ///< and link, indexes
    std::vector<std::filesystem::path> usual_archives;  ///< of the configuration
    std::vector<std::filesystem::path> repositories;    ///< --git
    std::vector<std::string> refs;                      ///< --ref
    std::filesystem::path hook;                         ///< run after an update that brought something new; empty: none
    std::optional<archive::SourceKind> kind;
    unsigned jobs = 0;
    std::size_t memory = std::size_t{512} << 20;  ///< bytes
    std::uint64_t commit_every = 0;               ///< messages; 0: not by number
    std::uint64_t wait = 0;                       ///< seconds
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool strict = false;
    bool shared = false;
    std::string help;  ///< the text for Action::help
};

/// Reads the command line and the configuration of the user. Errors are of kind usage, or of the file.
Result<Options> parse_options(int argc, const char* const* argv);

/// The text of -h, one screen; that of --help; what --generate writes, an Error of kind usage for what is not there
/// (manual_page.cpp).
std::string short_help();
std::string help_text();
Result<std::string> generated(const std::string& what);

/// All options there are: option_table.cpp.
const std::vector<manual::Option>& option_table();

}  // namespace patchseek
