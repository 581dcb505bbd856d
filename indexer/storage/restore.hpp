#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <vector>

#include "archive/catalog.hpp"
#include "index_folder.hpp"
#include "merge.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::storage {

struct Restored {
    std::uint64_t messages = 0;
    std::vector<archive::Problem> problems = {};  ///< what could not be read of the index of before
    bool stopped = false;
};

/// Takes over into an index of open_anew() what the index of before held of some archives, by their keys: each message
/// from its stored text, and where it came from. A message that the index has by now gets these origins too.
Result<Restored> restore(IndexFolder& folder, const std::set<std::uint64_t>& archives, const MergeOptions& options);

}  // namespace patchseek::storage
