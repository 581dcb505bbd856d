#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::index {

struct Request {
    std::filesystem::path index;
    std::vector<std::filesystem::path> archives;
    std::optional<archive::Kind> kind;  ///< of every file, in place of what its bytes say
    unsigned jobs = 0;                  ///< threads, and shards of a large build; 0: one per processor
    std::int64_t now = 0;               ///< seconds since 1970
};

/// How far the work is; called often, from any thread, must be quick.
struct Progress {
    std::uint64_t done = 0, total = 0;  ///< messages
};
using OnProgress = std::function<void(const Progress&)>;

struct Report {
    std::uint64_t found = 0;  ///< messages in the archives
    std::uint64_t added = 0;
    std::uint64_t known = 0;    ///< already in the index, or twice in the archives
    std::uint64_t damaged = 0;  ///< added, but something in them could not be read
    std::uint64_t bytes = 0;    ///< of the messages read
    std::vector<archive::Problem> problems;
    std::vector<Error> failures;  ///< archives named by the user that could not be read at all
};

/// Adds archives to an index, which is made if there is none: finds all messages,
/// orders them newest first, and has each thread read, analyse and write its share
/// into a shard of its own. Which share a message falls to depends on its id alone,
/// so what an index answers depends neither on timing nor on the order of archives.
/// What is already in the index is left alone. An Error leaves the index as it was.
Result<Report> add_archives(const Request& request, const OnProgress& on_progress);

}  // namespace patchseek::index
