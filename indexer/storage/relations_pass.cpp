// SPDX-License-Identifier: GPL-2.0-or-later
#include "relations_pass.hpp"

#include <xapian.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "commit_joins.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/path_tails.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/relations.hpp"
#include "patchseek/store/text_store.hpp"
#include "relate/applied.hpp"
#include "relate/keys.hpp"
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

// A shard changes only by the death of documents, and none comes back: so the number of those that live says whether
// anything changed.
Relations::Part part_of(const Xapian::Database& db, std::size_t dead, std::uint32_t first) {
    return {db.get_uuid(), first, db.get_lastdocid(), db.get_doccount() - static_cast<std::uint32_t>(dead)};
}

/// Gathers the facts of all messages, shard after shard, and makes the tables of them.
class RelationsPass {
public:
    explicit RelationsPass(const fs::path& index) : index_(index) {}

    void reserve(std::size_t documents) {
        facts_.reserve(documents);
        rows_.reserve(documents);
    }

    /// `home` as store::Shard has it.
    void add(Xapian::Database db, const std::vector<std::uint32_t>& dead, const std::string& home) {
        const auto first = static_cast<std::uint32_t>(tables_.rows.size());
        const auto& part = tables_.parts.emplace_back(part_of(db, dead.size(), first));
        if (std::uint64_t{first} + part.last + 1 > std::numeric_limits<std::uint32_t>::max())
            throw Failure{{ErrorKind::resources, "the index has too many messages for one"}};
        tables_.rows.resize(std::size_t{first} + part.last + 1);
        const auto end = db.valuestream_end(schema::kSlotFact);
        for (auto it = db.valuestream_begin(schema::kSlotFact); it != end; ++it)
            if (!std::ranges::binary_search(dead, it.get_docid()) && facts_.add(*it))
                rows_.push_back(first + it.get_docid());
        shards_.push_back(std::move(db));
        homes_.push_back(home);
    }

    /// With `problems`, what the commits lack is made first, and the manifest names it.
    std::string finish(store::Manifest& manifest, std::vector<archive::Problem>* problems) {
        auto related = relate::relate(facts_);
        join(related, manifest, problems);
        if (!committed_.empty()) relate::settle(facts_, related, committed_);
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
        for (store::Taken& taken : related.taken) {
            row(taken.patch);
            row(taken.reply);
        }
        std::ranges::sort(related.taken, {}, [](const store::Taken& one) { return std::pair(one.patch, one.reply); });
        tables_.taken = std::move(related.taken);
        tables_.trees = facts_.trees();
        for (store::Placement& placement : related.placements) row(placement.row);
        std::ranges::sort(related.placements, {}, &store::Placement::row);
        tables_.placements = std::move(related.placements);
        for (store::Join& join : tables_.joins) join.row = rows_[join.row];
        std::ranges::sort(tables_.joins, {},
                          [](const store::Join& join) { return std::tuple(join.row, join.repository, join.commit); });
        std::ranges::sort(related.credits);
        tables_.credits = std::move(related.credits);
        resolve();
        return store::encode(tables_);
    }

private:
    using Rows = std::vector<std::uint32_t>;

    void join(const relate::Related& related, store::Manifest& manifest, std::vector<archive::Problem>* problems) {
        if (manifest.repositories.empty()) return;
        CommitJoins joins(index_, facts_, related);
        value_or_throw(joins.read(manifest.repositories));
        const auto sketch = [this](relate::Facts::Number number) { return sketch_of(rows_[number]); };
        if (problems) value_or_throw(joins.complete(manifest, sketch, *problems));
        committed_ = joins.join(tables_);
    }

    std::vector<std::uint32_t> sketch_of(std::uint32_t row) {
        const auto bytes = document(row).get_value(schema::kSlotText);
        const std::string& home = homes_[shard_of(row)];
        auto& texts = texts_.try_emplace(home, index_ / home).first->second;
        const auto text = value_or_throw(texts.view_body(value_or_throw(store::TextLocation::decode(bytes))));
        return relate::sketch_of(text.body, patch::classify(text.body));
    }

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

    std::size_t shard_of(std::uint32_t row) const {
        const auto after = std::ranges::upper_bound(tables_.parts, row, {}, &Relations::Part::first);
        return static_cast<std::size_t>(after - tables_.parts.begin()) - 1;
    }
    Xapian::Document document(std::uint32_t row) const {
        const auto shard = shard_of(row);
        return shards_[shard].get_document(row - tables_.parts[shard].first);
    }
    store::Record record(std::uint32_t row) const { return value_or_throw(store::decode(document(row).get_data())); }

    const fs::path& index_;
    std::map<std::string, store::TextReader> texts_;  ///< by their homes
    relate::Facts facts_;
    Rows rows_;  ///< by Facts::Number
    std::vector<Xapian::Database> shards_;
    std::vector<std::string> homes_;  ///< of these
    store::RelationTables tables_;
    std::vector<relate::Committed> committed_;
    std::deque<std::string> paths_;  ///< that tables_ refers to
};

Result<std::string> work_out(const fs::path& index, store::Manifest& manifest,
                             std::vector<archive::Problem>* problems) {
    return guarded("cannot read the index", [&]() -> Result<std::string> {
        RelationsPass pass(index);
        std::vector<Xapian::Database> shards;
        std::size_t documents = 0;
        for (const store::Shard& shard : manifest.shards)
            documents += shards.emplace_back(open_shard(index / shard.folder)).get_doccount();
        pass.reserve(documents);
        for (std::size_t i = 0; i < shards.size(); ++i)
            pass.add(std::move(shards[i]), dead_documents(index, manifest.shards[i]), manifest.shards[i].home);
        return pass.finish(manifest, problems);
    });
}

// The files of commits that a manifest names.
std::vector<std::string> commits_of(const store::Manifest& manifest) {
    std::vector<std::string> out;
    for (const store::Repository& repository : manifest.repositories)
        if (!repository.file.empty()) out.push_back(repository.file);
    return out;
}

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

Result<std::string> work_out_relations(const fs::path& index, const store::Manifest& manifest) {
    auto copy = manifest;
    return work_out(index, copy, nullptr);
}

bool relations_are_current(const fs::path& index, const store::Manifest& manifest) {
    if (manifest.relations.empty()) return false;
    const auto* listed = store::find_file(manifest, manifest.relations);
    const auto relations =
        Relations::open(index / manifest.relations, listed ? std::optional(listed->checksum) : std::nullopt);
    if (!relations || relations->parts().size() != manifest.shards.size()) return false;
    if (relations->repositories() != commits_of(manifest)) return false;
    const auto current = guarded("cannot read the index", [&]() -> Result<bool> {
        return std::ranges::equal(manifest.shards, relations->parts(), [&](const auto& shard, const auto& part) {
            return part_of(open_shard(index / shard.folder), dead_documents(index, shard).size(), part.first) == part;
        });
    });
    return current && *current;
}

Result<Done> refresh_relations(const fs::path& index, store::Manifest& manifest,
                               std::vector<archive::Problem>& problems) {
    if (relations_are_current(index, manifest)) return Done{};
    const auto relations = work_out(index, manifest, &problems);
    if (!relations) return relations.error();
    manifest.relations = schema::layout::numbered(schema::layout::kRelationsPrefix, manifest.generation);
    return replace_file(index / manifest.relations, *relations);
}

}  // namespace patchseek::storage
