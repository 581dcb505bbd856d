#pragma once

#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

namespace patchseek::storage {

/// Builds one shard in a folder of its own. Documents are numbered in the order they
/// come. Written without syncs, since nobody reads it before the index folder has synced
/// and published it.
class ShardWriter {
public:
    /// Flushes after `flush_bytes` of mail, or some MB of it if that is less.
    static Result<ShardWriter> create(const std::filesystem::path& folder, std::size_t flush_bytes = SIZE_MAX);
    ShardWriter(ShardWriter&&) = default;
    ShardWriter& operator=(ShardWriter&&) = default;

    /// `bytes` is what the document is estimated to cost until it is flushed, in bytes
    /// of mail.
    Result<Done> add(const Xapian::Document& doc, std::size_t bytes);
    /// Writes what is left and closes.
    Result<Done> finish();

private:
    ShardWriter(std::filesystem::path folder, Xapian::WritableDatabase db, std::size_t flush_bytes)
        : folder_(std::move(folder)), db_(std::move(db)), flush_bytes_(flush_bytes) {}

    std::filesystem::path folder_;
    Xapian::WritableDatabase db_;
    std::size_t flush_bytes_;
    std::size_t unflushed_ = 0;
};

/// Makes one packed shard of several, in a new folder: their documents one shard after
/// another, in the order they have there, with dense numbers; and its vocabulary.
Result<Done> pack_shards(const std::vector<std::filesystem::path>& shards, const std::filesystem::path& folder);

}  // namespace patchseek::storage
