#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"
#include "progress.hpp"

namespace patchseek::storage {

/// Copies all documents of some shards of an index into new ones, newest first, in
/// parallel; messages are dealt out by their ids. With `texts`, a number for each new
/// shard, their texts are copied too, into new files of those numbers; without, they stay
/// where they are. False if it was stopped. Throws what Xapian throws.
Result<bool> copy_sorted(const std::filesystem::path& index, const std::vector<std::string>& shards,
                         const std::vector<std::filesystem::path>& to, const std::vector<std::uint32_t>& texts,
                         const Stop* stop);

}  // namespace patchseek::storage
