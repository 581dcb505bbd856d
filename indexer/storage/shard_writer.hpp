// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/position_writer.hpp"

namespace Xapian {
class WritableDatabase;
}
namespace patchseek::document {
struct Indexed;
}

/// The two ways to make a shard: from documents one by one, and as a packed one of several. Both write without syncs
/// into a folder of their own, since nobody reads it before the index folder has synced and published it.
namespace patchseek::storage {

/// Builds one shard. Documents are numbered in the order they come.
class ShardWriter {
public:
    /// Flushes after `flush_bytes` of mail, or some MB of it if that is less.
    static Result<ShardWriter> create(const std::filesystem::path& folder, std::size_t flush_bytes = SIZE_MAX);
    ShardWriter(ShardWriter&&) noexcept;
    ShardWriter& operator=(ShardWriter&&) noexcept;
    ~ShardWriter();

    /// `bytes` is what the document is estimated to cost until it is flushed, in bytes
    /// of mail.
    Result<Done> add(const document::Indexed& message, std::size_t bytes);
    /// Writes what is left and closes.
    Result<Done> finish();

private:
    ShardWriter(std::filesystem::path folder, std::unique_ptr<Xapian::WritableDatabase> db, std::size_t flush_bytes);

    std::filesystem::path folder_;
    std::unique_ptr<Xapian::WritableDatabase> db_;
    store::PositionWriter positions_;
    std::size_t flush_bytes_;
    std::size_t unflushed_ = 0;
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
