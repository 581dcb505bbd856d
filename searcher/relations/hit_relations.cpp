#include "hit_relations.hpp"

#include <algorithm>
#include <map>

#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::relations {
namespace {

/// Ids of the messages that name groups; the hits of a page often share them.
class Names {
public:
    explicit Names(reader::Database& database) : database_(database) {}
    const std::string& of(std::uint32_t row) {
        const auto [it, added] = known_.try_emplace(row);
        if (!added || row == 0) return it->second;
        if (const auto doc = document_of(database_, row))
            if (auto record = store::decode(doc->get_data())) it->second = std::move(record->id);
        return it->second;
    }

private:
    reader::Database& database_;
    std::map<std::uint32_t, std::string> known_;
};

bool says_who(const patch::Trailer& trailer) { return text::fold(trailer.name).ends_with("-by"); }

void credit(std::vector<reader::Hit>& hits, reader::Database& database) {
    std::vector<std::uint32_t> rows;
    for (const reader::Hit& hit : hits) rows.push_back(hit.relations.row);
    for (const store::Credit& one : database.groups().credits_of(rows)) {
        const auto doc = document_of(database, one.reply);
        const auto reply = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
        if (!reply) continue;
        for (reader::Hit& hit : hits) {
            if (hit.relations.row != one.patch) continue;
            for (const patch::Trailer& trailer : reply->trailers)
                if (says_who(trailer)) hit.relations.credited.push_back({trailer, reply->id});
        }
    }
}

}  // namespace

void locate(reader::Hit& hit, reader::Database& database, const reader::OpenShard& shard, Xapian::docid id,
            reader::Lookup lookup) {
    const bool partial = std::ranges::any_of(hit.record.files, &patch::FileChange::partial);
    if (lookup < reader::Lookup::credits && !partial) return;
    hit.relations.row = database.groups().row(shard.number, id);
    if (!partial || hit.relations.row == 0) return;
    make_whole(hit.record, database.groups().paths(hit.relations.row));
}

void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths) {
    for (const store::ResolvedPath& whole : paths) {
        if (whole.file >= record.files.size()) continue;
        patch::FileChange& file = record.files[whole.file];
        file.path = whole.path;
        file.partial = file.fragment = false;
    }
}

std::optional<Xapian::Document> document_of(reader::Database& database, std::uint32_t row) {
    const auto place = database.groups().place(row);
    if (!place) return std::nullopt;
    const auto& db = database.shards[place->shard]->db;
    auto all = db.postlist_begin("");
    if (all != db.postlist_end("")) all.skip_to(place->document);
    if (all == db.postlist_end("") || *all != place->document) return std::nullopt;
    return db.get_document(place->document);
}

Result<Done> add_relations(std::vector<reader::Hit>& hits, reader::Database& database, reader::Lookup lookup) {
    if (lookup < reader::Lookup::credits) return Done{};
    credit(hits, database);
    if (lookup < reader::Lookup::relations) return Done{};
    Names names(database);
    for (reader::Hit& hit : hits) {
        const store::Relation& relation = database.groups().at(hit.relations.row);
        hit.relations.series = names.of(relation.series);
        hit.relations.thread = names.of(relation.thread);
        hit.relations.replies = relation.replies;
        for (std::size_t state = 0; state < schema::kRelationStates.size(); ++state)
            if (relation.has(static_cast<store::RelationState>(state)))
                hit.relations.states.emplace_back(schema::kRelationStates[state]);
    }
    return Done{};
}

}  // namespace patchseek::relations
