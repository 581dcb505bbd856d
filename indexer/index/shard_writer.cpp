#include "shard_writer.hpp"

#include "patchseek/schema/schema.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::index {
namespace {

// Xapian counts documents to its flush, not bytes, and large flushes are slower
// than small ones: its buffers are trees that fall out of the cache.
constexpr std::size_t kFlushBytes = std::size_t{8} << 20;
constexpr const char* kScratch = "loose";

}  // namespace

Result<ShardWriter> ShardWriter::create(const fs::path& folder) {
    return guarded("cannot make the shard '" + folder.native() + "'", [&]() -> Result<ShardWriter> {
        fs::create_directories(folder);
        auto text = store::TextWriter::create(folder / "text");
        if (!text) return text.error();
        Xapian::WritableDatabase db((folder / kScratch).native(), Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS |
                                                                      Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS);
        return ShardWriter(folder, std::move(db), std::move(*text));
    });
}

Result<Done> ShardWriter::add(Xapian::Document doc, const store::Text& text, std::size_t bytes) {
    return guarded("cannot write to '" + folder_.native() + "'", [&]() -> Result<Done> {
        const auto place = text_.append(text);
        if (!place) return place.error();
        doc.add_value(schema::kSlotPlace, place->encode());
        db_.add_document(doc);
        ++messages_;
        unflushed_ += bytes;
        if (unflushed_ >= kFlushBytes) {
            db_.commit();
            unflushed_ = 0;
        }
        return Done{};
    });
}

Result<store::Shard> ShardWriter::finish() {
    return guarded("cannot finish the shard '" + folder_.native() + "'", [&]() -> Result<store::Shard> {
        if (auto done = text_.finish(); !done) return done.error();
        db_.set_metadata("schema", std::to_string(schema::kVersion));
        db_.commit();
        // Document ids are ours and already dense: packing must not change them.
        db_.compact((folder_ / "packed").native(), Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::FULL);
        db_.close();
        fs::remove_all(folder_ / kScratch);
        for (const auto& file : fs::directory_iterator(folder_ / "packed"))
            fs::rename(file.path(), folder_ / file.path().filename());
        fs::remove(folder_ / "packed");
        return store::Shard{folder_.filename().native(), messages_, true};
    });
}

}  // namespace patchseek::index
