#include "shard_writer.hpp"

#include <algorithm>

#include "patchseek/schema/schema.hpp"
#include "shard_words.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

// Xapian counts documents to its flush, not bytes, and large flushes are slower
// than small ones: its buffers are trees that fall out of the cache.
constexpr std::size_t kFlushBytes = std::size_t{8} << 20;

}  // namespace

Result<ShardWriter> ShardWriter::create(const fs::path& folder, std::size_t flush_bytes) {
    return guarded("cannot make the shard '" + folder.native() + "'", [&]() -> Result<ShardWriter> {
        fs::create_directories(folder.parent_path());
        // Not DB_DANGEROUS: it gains nothing, and hides why a write failed.
        Xapian::WritableDatabase db(folder.native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC);
        return ShardWriter(folder, std::move(db), std::min(flush_bytes, kFlushBytes));
    });
}

Result<Done> ShardWriter::add(const Xapian::Document& doc, std::size_t bytes) {
    return guarded("cannot write to '" + folder_.native() + "'", [&]() -> Result<Done> {
        db_.add_document(doc);
        unflushed_ += bytes;
        if (unflushed_ >= flush_bytes_) {
            db_.commit();
            unflushed_ = 0;
        }
        return Done{};
    });
}

Result<Done> ShardWriter::finish() {
    return guarded("cannot finish the shard '" + folder_.native() + "'", [&]() -> Result<Done> {
        db_.set_metadata("schema", std::to_string(schema::kVersion));
        db_.commit();
        db_.close();
        return Done{};
    });
}

Result<Done> pack_shards(const std::vector<fs::path>& shards, const fs::path& folder) {
    return guarded("cannot pack '" + folder.native() + "'", [&]() -> Result<Done> {
        Xapian::Database all;
        for (const fs::path& shard : shards)
            all.add_database(Xapian::Database(shard.native(), Xapian::DB_BACKEND_GLASS));
        all.compact(folder.native(), Xapian::Compactor::FULL);
        return write_vocabulary(folder);
    });
}

}  // namespace patchseek::storage
