#include "relating.hpp"

#include <algorithm>
#include <limits>

#include "patchseek/schema/schema.hpp"
#include "patchseek/store/relations.hpp"
#include "relate/relate.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::index {
namespace {

using store::Relations;

Xapian::Database open_shard(const fs::path& index, const store::Shard& shard) {
    return Xapian::Database((index / shard.folder).native(), Xapian::DB_BACKEND_GLASS);
}

// Document numbers are never given twice, and documents of one number tell one fact all
// their life: so these three say whether anything changed.
Relations::Part part_of(const Xapian::Database& db, std::uint32_t first) {
    return {db.get_uuid(), first, db.get_lastdocid(), db.get_doccount()};
}

class Pass {
public:
    void add(const Xapian::Database& db) {
        const auto first = static_cast<std::uint32_t>(tables_.rows.size());
        const auto& part = tables_.parts.emplace_back(part_of(db, first));
        if (std::uint64_t{first} + part.last + 1 > std::numeric_limits<std::uint32_t>::max())
            throw Failure{{ErrorKind::resources, "the index has too many messages for one"}};
        tables_.rows.resize(std::size_t{first} + part.last + 1);
        const auto end = db.valuestream_end(schema::kSlotFact);
        for (auto it = db.valuestream_begin(schema::kSlotFact); it != end; ++it)
            if (facts_.add(*it)) rows_.push_back(first + it.get_docid());
    }

    store::RelationTables finish() {
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
        std::ranges::sort(related.credits);
        tables_.credits = std::move(related.credits);
        return std::move(tables_);
    }

private:
    relate::Facts facts_;
    std::vector<std::uint32_t> rows_;  ///< by Facts::Number
    store::RelationTables tables_;
};

}  // namespace

Result<std::string> work_out_relations(const fs::path& index, const std::vector<store::Shard>& shards) {
    return guarded("cannot read the index", [&]() -> Result<std::string> {
        Pass pass;
        for (const store::Shard& shard : shards) pass.add(open_shard(index, shard));
        return store::encode(pass.finish());
    });
}

bool relations_are_current(const fs::path& index, const store::Manifest& manifest) {
    if (manifest.relations.empty()) return false;
    const auto relations = Relations::open(index / manifest.relations);
    if (!relations || relations->parts().size() != manifest.shards.size()) return false;
    const auto current = guarded("cannot read the index", [&]() -> Result<bool> {
        return std::ranges::equal(manifest.shards, relations->parts(), [&](const auto& shard, const auto& part) {
            return part_of(open_shard(index, shard), part.first) == part;
        });
    });
    return current && *current;
}

}  // namespace patchseek::index
