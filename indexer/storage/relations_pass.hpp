#pragma once

#include <filesystem>
#include <string>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

/// The pass over all messages that finds threads, series and versions (relate/relate.hpp).
/// It reads one small value of each document and looks at nothing else, so it is made
/// whole each time: an answer cannot depend on the order in which mail came.
namespace patchseek::storage {

/// What the file of store::Relations holds for some shards as they are now.
Result<std::string> work_out_relations(const std::filesystem::path& index, const std::vector<store::Shard>& shards);

/// Whether the file that a manifest names was made of its shards as they are now.
bool relations_are_current(const std::filesystem::path& index, const store::Manifest& manifest);

}  // namespace patchseek::storage
