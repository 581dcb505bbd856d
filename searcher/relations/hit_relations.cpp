// SPDX-License-Identifier: GPL-2.0-or-later
#include "hit_relations.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "patchseek/schema/schema.hpp"
#include "reader/database.hpp"

namespace patchseek::relations {
namespace {

/// Ids of the messages that name threads and series; each is read once, since the hits of a page often share them.
class GroupNames {
public:
    explicit GroupNames(reader::Database& database) : database_(database) {}
    const std::string& of(std::uint32_t row) {
        const auto [it, added] = known_.try_emplace(row);
        if (!added || row == 0) return it->second;
        if (const auto doc = database_.document_of(row))
            if (auto record = store::decode(doc->get_data())) it->second = std::move(record->id);
        return it->second;
    }

private:
    reader::Database& database_;
    std::map<std::uint32_t, std::string> known_;
};

struct Reply {
    std::uint32_t patch;
    store::Record record;
    bool operator<(const Reply& other) const {
        return std::tie(record.date, record.id) < std::tie(other.record.date, other.record.id);
    }
};

// Adds what replies give, oldest first: rows tell in which order messages were read.
void add_credits(std::vector<reader::Hit>& hits, reader::Database& database) {
    std::vector<std::uint32_t> rows;
    for (const reader::Hit& hit : hits) rows.push_back(hit.relations.row);
    std::vector<Reply> replies;
    for (const store::Credit& one : database.groups().credits_of(rows)) {
        const auto doc = database.document_of(one.reply);
        auto record = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
        if (record) replies.push_back({one.patch, *std::move(record)});
    }
    std::ranges::sort(replies, std::less<>());
    std::map<std::uint32_t, std::vector<const Reply*>> of_patch;
    for (const Reply& reply : replies) of_patch[reply.patch].push_back(&reply);
    for (reader::Hit& hit : hits)
        for (const Reply* reply : of_patch[hit.relations.row])
            for (const patch::Trailer& trailer : reply->record.trailers)
                if (patch::gives_credit(trailer.name))
                    hit.relations.credited.push_back({trailer, reply->record.id, reply->record.from});
}

}  // namespace

std::string id_text(const store::CommitId& id) {
    store::CommitPrefix whole{id, 2 * sizeof(store::CommitId)};
    return whole.hex();
}

void locate(reader::Hit& hit, reader::Database& database, const reader::OpenShard& shard, std::uint32_t id,
            reader::Lookup lookup) {
    const bool partial = std::ranges::any_of(hit.record.files, &patch::FileChange::partial);
    const std::uint32_t row = database.groups().row(shard.number, id);
    put_in_place(hit.record, database.groups().placement(row));
    if (lookup < reader::Lookup::credits && !partial) return;
    hit.relations.row = row;
    if (!partial || hit.relations.row == 0) return;
    make_whole(hit.record, database.groups().paths(hit.relations.row));
}

void put_in_place(store::Record& record, const store::Placement* place) {
    if (!place) return;
    record.kind = static_cast<store::MessageKind>(place->kind);
    record.version = place->version;
    record.part = place->part;
    record.total = place->total;
}

void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths) {
    for (const store::ResolvedPath& whole : paths) {
        if (whole.file >= record.files.size()) continue;
        patch::FileChange& file = record.files[whole.file];
        file.path = whole.path;
        file.partial = file.fragment = false;
    }
}

void add_states(reader::Hit& hit, reader::Database& database) {
    const store::Relation& relation = database.groups().at(hit.relations.row);
    for (std::size_t state = 0; state < schema::kRelationStates.size(); ++state)
        if (relation.has(static_cast<store::RelationState>(state)))
            hit.relations.states.emplace_back(schema::kRelationStates[state]);
}

std::vector<reader::AppliedAs> commits_of(reader::Database& database, std::uint32_t row) {
    const reader::MessageGroups& groups = database.groups();
    std::vector<reader::AppliedAs> out;
    for (const store::Join& join : groups.joins(row)) {
        if (join.repository >= database.commits().size()) continue;
        const store::Commits& commits = database.commits()[join.repository];
        if (join.commit >= commits.size()) continue;
        const auto tag = commits.tag(join.commit);
        out.push_back({id_text(commits.id(join.commit)),
                       store::name(static_cast<store::JoinWay>(join.way)),
                       commits.committed(join.commit),
                       {},
                       tag == 0 ? "" : commits.tags().at(tag - 1).name,
                       join.sure});
    }
    for (const store::Taken& taken : groups.taken(row)) {
        const auto doc = database.document_of(taken.reply);
        const auto record = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
        if (record) out.push_back({taken.commit.hex(), "reply", record->date, record->id, groups.tree(taken)});
    }
    // Oldest first: rows tell in which order messages were read.
    const auto order = [](const reader::AppliedAs& one) { return std::tie(one.when, one.reply, one.id); };
    const auto replies = std::ranges::find(out, "reply", &reader::AppliedAs::how);
    std::sort(replies, out.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return out;
}

Result<Done> add_relations(std::vector<reader::Hit>& hits, reader::Database& database, reader::Lookup lookup) {
    if (lookup < reader::Lookup::credits) return Done{};
    add_credits(hits, database);
    if (lookup < reader::Lookup::relations) return Done{};
    GroupNames names(database);
    for (reader::Hit& hit : hits) {
        const store::Relation& relation = database.groups().at(hit.relations.row);
        hit.relations.series = names.of(relation.series);
        hit.relations.thread = names.of(relation.thread);
        hit.relations.replies = relation.replies;
        hit.relations.commits = commits_of(database, hit.relations.row);
        add_states(hit, database);
    }
    return Done{};
}

}  // namespace patchseek::relations
