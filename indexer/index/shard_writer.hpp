#pragma once

#include <xapian.h>

#include <filesystem>
#include <optional>
#include <string>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/text_store.hpp"

namespace patchseek::index {

/// Builds one shard in a folder of its own: documents are numbered in the order
/// they come, which must be newest first. Written without syncs, since nobody reads
/// it before finish() has packed it and the index folder has synced and published it.
class ShardWriter {
public:
    static Result<ShardWriter> create(const std::filesystem::path& folder);
    ShardWriter(ShardWriter&&) = default;
    ShardWriter& operator=(ShardWriter&&) = default;

    /// Adds a message: its document and its text. `bytes` is what the document is
    /// estimated to cost until it is flushed.
    Result<Done> add(Xapian::Document doc, const store::Text& text, std::size_t bytes);

    /// Packs the tables and ends the text. Returns what the manifest says of the
    /// shard, with a folder name relative to the parent.
    Result<store::Shard> finish();

private:
    ShardWriter(std::filesystem::path folder, Xapian::WritableDatabase db, store::TextWriter text)
        : folder_(std::move(folder)), db_(std::move(db)), text_(std::move(text)) {}

    std::filesystem::path folder_;
    Xapian::WritableDatabase db_;
    store::TextWriter text_;
    std::size_t unflushed_ = 0;
    std::uint64_t messages_ = 0;
};

}  // namespace patchseek::index
