#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek {

/// What the user asked the indexer to do.
struct Options {
    enum class Action { index, status, help, version } action = Action::index;
    std::filesystem::path index;
    std::vector<std::filesystem::path> archives;
    std::optional<archive::Kind> kind;
    unsigned jobs = 0;
    bool json = false;
    bool quiet = false;
    bool strict = false;
    std::string help;  ///< the text for Action::help
};

/// Reads the command line. Errors are of kind usage.
Result<Options> parse_options(int argc, const char* const* argv);

}  // namespace patchseek
