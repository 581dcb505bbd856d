#include "database.hpp"

#include <algorithm>

#include "patchseek/schema/schema.hpp"

namespace fs = std::filesystem;

namespace patchseek::search {

Result<store::Text> OpenShard::text_of(const Xapian::Document& doc) {
    const auto place = store::Place::decode(doc.get_value(schema::kSlotPlace));
    if (!place) return place.error();
    return text.read(*place);
}

OpenShard* Database::shard_with(const std::string& uuid) {
    const auto it = std::ranges::find(shards, uuid, [](const auto& shard) { return shard->db.get_uuid(); });
    return it == shards.end() ? nullptr : it->get();
}

Result<Database> Database::open(const fs::path& index) {
    return guarded([&]() -> Result<Database> {
        const auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Database out;
        for (const store::Shard& shard : manifest->shards) {
            const fs::path folder = index / shard.folder;
            auto text = store::TextReader::open(folder / "text");
            if (!text && text.error().kind != ErrorKind::no_input) return text.error();
            // The manifest names it, so the index is there, but not whole.
            if (!text)
                return Error{ErrorKind::data, "the index is damaged: " + text.error().message +
                                                  "; index the archives again into a new folder"};
            // Only glass, never a stub file, which may name anything.
            Xapian::Database db(folder.native(), Xapian::DB_BACKEND_GLASS);
            out.all.add_database(db);
            out.shards.push_back(
                std::make_unique<OpenShard>(OpenShard{std::move(db), std::move(*text), shard.newest_first}));
        }
        return out;
    });
}

}  // namespace patchseek::search
