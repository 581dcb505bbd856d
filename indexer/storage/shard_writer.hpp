// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "glass/database_writer.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/position_writer.hpp"

namespace patchseek::document {
struct Indexed;
}

/// The two ways to make a shard: from documents one by one, and as a packed one of several. Both write into a folder of
/// their own, which nobody reads before the index folder has synced and published it.
namespace patchseek::storage {

/// Builds one shard, in a folder that it makes. Documents are numbered in the order they come.
class ShardWriter {
public:
    /// More than this is never kept: larger parts are no faster. Less would make many of them.
    static constexpr std::size_t kMostMemory = std::size_t{28} << 20, kLeastMemory = std::size_t{4} << 20;

    /// Keeps some `memory` bytes of terms and as much of positions; what is more waits in the folder, in a few parts
    /// that are joined in the end.
    explicit ShardWriter(std::filesystem::path folder, std::size_t memory = kMostMemory);

    Result<Done> add(const document::Indexed& message);
    /// Writes what is left and closes.
    Result<Done> finish();

private:
    std::filesystem::path next_part();
    Result<Done> begin_part();
    Result<Done> put_aside();
    Result<Done> join_parts(const std::filesystem::path& to);
    Result<Done> join_all();

    std::filesystem::path folder_;
    std::size_t memory_;
    std::optional<glass::DatabaseWriter> database_;  ///< of the last part
    std::vector<std::filesystem::path> parts_;       ///< the last may not be written yet
    std::size_t named_ = 0;                          ///< parts, also those that were joined
    std::uint32_t last_ = 0;
    store::PositionWriter positions_;
};

/// Makes one packed shard of several, in a new folder: their documents one shard after
/// another, in the order they have there, with dense numbers; and its vocabulary
/// (store/vocabulary.hpp), which a small shard does without.
Result<Done> pack_shards(const std::vector<std::filesystem::path>& shards, const std::filesystem::path& folder);

/// Packs each list of shards into `build`/<number>, in parallel; empty lists make none.
Result<Done> pack_all(const std::vector<std::vector<std::filesystem::path>>& lists, const std::filesystem::path& build);

/// Writes the vocabulary of a shard that will get no more messages into its folder. Memory does not grow with the
/// words. Throws what Xapian throws.
Result<Done> write_vocabulary(const std::filesystem::path& shard);

/// Whether a shard has no vocabulary, or one with all words of its terms. Throws what Xapian throws.
Result<bool> vocabulary_is_whole(const std::filesystem::path& shard);

}  // namespace patchseek::storage
