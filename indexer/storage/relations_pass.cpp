#include "relations_pass.hpp"

#include <xapian.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "patchseek/patch/path_tails.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/relations.hpp"
#include "relate/relate.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

using store::Relations;

using Paths = std::set<std::string_view>;

void add_whole(Paths& paths, const store::Record& record) {
    for (const patch::FileChange& file : record.files) {
        if (file.partial) continue;
        paths.insert(file.path);
        if (!file.old.empty()) paths.insert(file.old);
    }
}

// Document numbers are never given twice, and documents of one number tell one fact all
// their life: so these three say whether anything changed.
Relations::Part part_of(const Xapian::Database& db, std::uint32_t first) {
    return {db.get_uuid(), first, db.get_lastdocid(), db.get_doccount()};
}

/// Gathers the facts of all messages, shard after shard, and makes the tables of them.
class RelationsPass {
public:
    void add(Xapian::Database db) {
        const auto first = static_cast<std::uint32_t>(tables_.rows.size());
        const auto& part = tables_.parts.emplace_back(part_of(db, first));
        if (std::uint64_t{first} + part.last + 1 > std::numeric_limits<std::uint32_t>::max())
            throw Failure{{ErrorKind::resources, "the index has too many messages for one"}};
        tables_.rows.resize(std::size_t{first} + part.last + 1);
        const auto end = db.valuestream_end(schema::kSlotFact);
        for (auto it = db.valuestream_begin(schema::kSlotFact); it != end; ++it)
            if (facts_.add(*it)) rows_.push_back(first + it.get_docid());
        shards_.push_back(std::move(db));
    }

    std::string finish() {
        auto related = relate::relate(facts_);
        const auto row = [&](std::uint32_t& one) { one = one == 0 ? 0 : rows_[one - 1]; };
        for (std::size_t i = 0; i < related.relations.size(); ++i) {
            auto& relation = related.relations[i];
            row(relation.thread);
            row(relation.series);
            row(relation.change);
            tables_.rows[rows_[i]] = relation;
        }
        for (store::Credit& credit : related.credits) {
            row(credit.reply);
            row(credit.patch);
        }
        for (store::Placement& placement : related.placements) row(placement.row);
        std::ranges::sort(related.placements, {}, &store::Placement::row);
        tables_.placements = std::move(related.placements);
        std::ranges::sort(related.credits);
        tables_.credits = std::move(related.credits);
        resolve();
        return store::encode(tables_);
    }

private:
    using Rows = std::vector<std::uint32_t>;

    // The series of which some message names a path in part, by their rows.
    std::vector<Rows> cut_series() const {
        std::map<std::uint32_t, Rows> cut;
        for (std::size_t i = 0; i < facts_.size(); ++i)
            if (facts_[static_cast<relate::Facts::Number>(i)].partial) cut[tables_.rows[rows_[i]].series];
        cut.erase(0);
        for (const std::uint32_t row : rows_)
            if (const auto found = cut.find(tables_.rows[row].series); found != cut.end()) found->second.push_back(row);
        std::vector<Rows> out;
        for (auto& [name, rows] : cut)
            if (rows.size() > 1) out.push_back(std::move(rows));
        return out;
    }

    void resolve() {
        for (const Rows& rows : cut_series()) {
            std::vector<store::Record> series;
            for (const std::uint32_t row : rows) series.push_back(record(row));
            for (Resolved& one : resolve_paths(series)) {
                paths_.push_back(std::move(one.path));
                tables_.paths.push_back({rows[one.message], static_cast<std::uint32_t>(one.file), paths_.back()});
            }
        }
        std::ranges::sort(tables_.paths, {},
                          [](const store::ResolvedPath& path) { return std::pair(path.row, path.file); });
    }

    store::Record record(std::uint32_t row) const {
        const auto after = std::ranges::upper_bound(tables_.parts, row, {}, &Relations::Part::first);
        const auto shard = static_cast<std::size_t>(after - tables_.parts.begin()) - 1;
        return value_or_throw(store::decode(shards_[shard].get_document(row - tables_.parts[shard].first).get_data()));
    }

    relate::Facts facts_;
    Rows rows_;  ///< by Facts::Number
    std::vector<Xapian::Database> shards_;
    store::RelationTables tables_;
    std::deque<std::string> paths_;  ///< that tables_ refers to
};

}  // namespace

std::vector<Resolved> resolve_paths(const std::vector<store::Record>& series) {
    Paths known;
    for (const store::Record& record : series) add_whole(known, record);
    const std::vector<std::string_view> all(known.begin(), known.end());
    const patch::PathTails tails(all);
    std::vector<Resolved> out;
    for (std::size_t i = 0; i < series.size(); ++i) {
        Paths own;
        add_whole(own, series[i]);
        const auto named = [&](std::size_t path) { return own.contains(all[path]); };
        const auto& files = series[i].files;
        for (std::size_t j = 0; j < files.size(); ++j) {
            if (!files[j].partial) continue;
            const auto found = tails.find(files[j].path, files[j].fragment, named);
            if (found != patch::PathTails::kNone && found != patch::PathTails::kMany)
                out.push_back({i, j, std::string(all[found])});
        }
    }
    return out;
}

Result<std::string> work_out_relations(const fs::path& index, const std::vector<store::Shard>& shards) {
    return guarded("cannot read the index", [&]() -> Result<std::string> {
        RelationsPass pass;
        for (const store::Shard& shard : shards) pass.add(open_shard(index / shard.folder));
        return pass.finish();
    });
}

bool relations_are_current(const fs::path& index, const store::Manifest& manifest) {
    if (manifest.relations.empty()) return false;
    const auto relations = Relations::open(index / manifest.relations);
    if (!relations || relations->parts().size() != manifest.shards.size()) return false;
    const auto current = guarded("cannot read the index", [&]() -> Result<bool> {
        return std::ranges::equal(manifest.shards, relations->parts(), [&](const auto& shard, const auto& part) {
            return part_of(open_shard(index / shard.folder), part.first) == part;
        });
    });
    return current && *current;
}

Result<Done> refresh_relations(const fs::path& index, store::Manifest& manifest) {
    if (relations_are_current(index, manifest)) return Done{};
    const auto relations = work_out_relations(index, manifest.shards);
    if (!relations) return relations.error();
    manifest.relations = schema::layout::numbered(schema::layout::kRelationsPrefix, manifest.generation);
    return replace_file(index / manifest.relations, *relations);
}

}  // namespace patchseek::storage
