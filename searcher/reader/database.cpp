#include "database.hpp"

#include <algorithm>

#include "patchseek/schema/schema.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {

Result<store::Text> OpenShard::text_of(const Xapian::Document& doc) {
    const auto text = text_at(*texts, doc.get_value(schema::kSlotText));
    if (!text) return text.error();
    return text->copy();
}

Result<store::TextView> text_at(store::TextReader& texts, std::string_view encoded) {
    const auto place = store::TextLocation::decode(encoded);
    if (!place) return place.error();
    auto text = texts.view(*place);
    // The manifest names its file, so the index is there, but not whole.
    if (!text && text.error().kind == ErrorKind::no_input)
        return Error{ErrorKind::data,
                     "the index is damaged: " + text.error().message + "; index the archives again into a new folder"};
    return text;
}

OpenShard* Database::shard_with(const std::string& uuid) {
    const auto it = std::ranges::find(shards, uuid, [](const auto& shard) { return shard->db.get_uuid(); });
    return it == shards.end() ? nullptr : it->get();
}

store::TextReader& Database::reader(std::size_t thread) {
    while (more_texts.size() <= thread) more_texts.push_back(std::make_unique<store::TextReader>(path));
    return *more_texts[thread];
}

const Lexicon& Database::lexicon() {
    if (words) return *words;
    std::vector<std::shared_ptr<const store::Vocabulary>> lists;
    Xapian::Database rest;
    for (const auto& shard : shards) {
        auto list = store::Vocabulary::open(shard->folder, shard->db.get_lastdocid());
        if (!list) throw Failure{list.error()};
        if (*list)
            lists.push_back(std::make_shared<const store::Vocabulary>(std::move(**list)));
        else
            rest.add_database(shard->db);
    }
    return words.emplace(all, std::move(lists), std::move(rest));
}

MessageGroups& Database::groups() {
    if (opened) return *opened;
    std::optional<store::Relations> file;
    if (!relations.empty()) {
        auto read = store::Relations::open(relations);
        if (!read && read.error().kind == ErrorKind::no_input)
            throw Failure{{ErrorKind::data,
                           "the index is damaged: " + read.error().message + "; the next run of the indexer mends it"}};
        if (!read) throw Failure{read.error()};
        file = std::move(*read);
    }
    std::vector<std::string> uuids;
    for (const auto& shard : shards) uuids.push_back(shard->db.get_uuid());
    return opened.emplace(std::move(file), uuids);
}

std::size_t Database::unrelated() {
    std::size_t count = 0;
    for (const auto& shard : shards) {
        const store::Relations::Part known = groups().part(shard->number);
        const auto more = [](Xapian::docid now, std::uint32_t then) { return now > then ? now - then : 0; };
        count += std::max(more(shard->db.get_doccount(), known.messages), more(shard->db.get_lastdocid(), known.last));
    }
    return count;
}

Result<Database> Database::open(const fs::path& index) {
    return guarded([&]() -> Result<Database> {
        const auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Database out;
        out.generation = manifest->generation;
        out.path = index;
        out.texts = std::make_unique<store::TextReader>(index);
        if (!manifest->relations.empty()) out.relations = index / manifest->relations;
        for (const store::Archive& archive : manifest->archives) out.archives[archive.key] = archive.path;
        for (const store::Shard& shard : manifest->shards) {
            // Only glass, never a stub file, which may name anything.
            Xapian::Database db((index / shard.folder).native(), Xapian::DB_BACKEND_GLASS);
            out.all.add_database(db);
            out.shards.push_back(std::make_unique<OpenShard>(OpenShard{
                std::move(db), out.texts.get(), shard.newest_first, out.shards.size(), index / shard.folder}));
        }
        return out;
    });
}

}  // namespace patchseek::reader
