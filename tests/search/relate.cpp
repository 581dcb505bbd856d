// SPDX-License-Identifier: GPL-2.0-or-later
#include "relate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "patchseek/store/manifest.hpp"
#include "patchseek/store/record.hpp"
#include "reader/database.hpp"

using namespace patchseek;

Relating::Relating(std::filesystem::path index) : index_(std::move(index)) {
    const auto database = reader::Database::open(index_);
    REQUIRE(database);
    tables.rows.resize(1);
    for (const auto& shard : database->shards) {
        const auto& db = shard->db;
        const auto first = static_cast<std::uint32_t>(tables.rows.size() - 1);
        tables.parts.push_back({db.get_uuid(), first, db.get_lastdocid(), db.get_doccount()});
        tables.rows.resize(tables.rows.size() + db.get_lastdocid());
        for (auto it = db.postlist_begin(""); it != db.postlist_end(""); ++it) {
            const auto record = store::decode(db.get_document(*it).get_data());
            REQUIRE(record);
            rows_[record->id] = first + *it;
            tables.rows[first + *it].thread = first + *it;
        }
    }
}

void Relating::write() {
    std::ranges::sort(tables.credits);
    std::ranges::sort(tables.paths, {}, [](const store::ResolvedPath& one) { return std::pair(one.row, one.file); });
    std::ofstream(index_ / "relations-000001", std::ios::binary) << store::encode(tables);
    auto manifest = store::read_manifest(index_);
    REQUIRE(manifest);
    manifest->relations = "relations-000001";
    REQUIRE(store::write_manifest(index_, *manifest));
}
