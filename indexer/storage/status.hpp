#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

namespace patchseek::storage {

struct Status {
    std::string path;
    store::Manifest manifest;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;  ///< of the index on disk
};

Result<Status> status(const std::filesystem::path& index);

/// For people: one line each for index, messages, size, update, shards, archives.
std::string as_text(const Status& status);
/// One JSON object and a line end.
std::string as_json(const Status& status);

}  // namespace patchseek::storage
