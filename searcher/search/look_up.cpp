#include "look_up.hpp"

#include <algorithm>
#include <map>

#include "patchseek/schema/schema.hpp"
#include "patchseek/text/analyzer.hpp"

namespace patchseek::search {
namespace {

/// Ids of the messages that name groups; the hits of a page often share them.
class Names {
public:
    explicit Names(Database& database) : database_(database) {}
    const std::string& of(std::uint32_t row) {
        const auto [it, added] = known_.try_emplace(row);
        if (!added || row == 0) return it->second;
        if (const auto doc = document_of(database_, row))
            if (auto record = store::decode(doc->get_data())) it->second = std::move(record->id);
        return it->second;
    }

private:
    Database& database_;
    std::map<std::uint32_t, std::string> known_;
};

bool says_who(const patch::Trailer& trailer) { return text::fold(trailer.name).ends_with("-by"); }

void credit(std::vector<Hit>& hits, Database& database) {
    std::vector<std::uint32_t> rows;
    for (const Hit& hit : hits) rows.push_back(hit.kin.row);
    for (const store::Credit& one : database.kin().credits_of(rows)) {
        const auto doc = document_of(database, one.reply);
        const auto reply = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
        if (!reply) continue;
        for (Hit& hit : hits) {
            if (hit.kin.row != one.patch) continue;
            for (const patch::Trailer& trailer : reply->trailers)
                if (says_who(trailer)) hit.kin.credited.push_back({trailer, reply->id});
        }
    }
}

}  // namespace

void place(Hit& hit, Database& database, const OpenShard& shard, Xapian::docid id, Lookup lookup) {
    const bool partial = std::ranges::any_of(hit.record.files, &patch::FileChange::partial);
    if (lookup < Lookup::credits && !partial) return;
    hit.kin.row = database.kin().row(shard.number, id);
    if (!partial || hit.kin.row == 0) return;
    make_whole(hit.record, database.kin().paths(hit.kin.row));
}

void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths) {
    for (const store::ResolvedPath& whole : paths) {
        if (whole.file >= record.files.size()) continue;
        patch::FileChange& file = record.files[whole.file];
        file.path = whole.path;
        file.partial = file.fragment = false;
    }
}

std::optional<Xapian::Document> document_of(Database& database, std::uint32_t row) {
    const auto place = database.kin().place(row);
    if (!place) return std::nullopt;
    const auto& db = database.shards[place->shard]->db;
    auto all = db.postlist_begin("");
    if (all != db.postlist_end("")) all.skip_to(place->document);
    if (all == db.postlist_end("") || *all != place->document) return std::nullopt;
    return db.get_document(place->document);
}

Result<Done> look_up(std::vector<Hit>& hits, Database& database, Lookup lookup) {
    if (lookup < Lookup::credits) return Done{};
    credit(hits, database);
    if (lookup < Lookup::kinship) return Done{};
    Names names(database);
    for (Hit& hit : hits) {
        const store::Relation& relation = database.kin().at(hit.kin.row);
        hit.kin.series = names.of(relation.series);
        hit.kin.thread = names.of(relation.thread);
        hit.kin.replies = relation.replies;
        for (std::size_t state = 0; state < schema::kRelationStates.size(); ++state)
            if (relation.has(static_cast<store::RelationState>(state)))
                hit.kin.states.emplace_back(schema::kRelationStates[state]);
    }
    return Done{};
}

}  // namespace patchseek::search
