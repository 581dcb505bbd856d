// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/commits.hpp"
#include "patchseek/store/relations.hpp"
#include "reader/hit.hpp"
#include "reader/request.hpp"

namespace patchseek::reader {
struct Database;
struct OpenShard;
}  // namespace patchseek::reader

/// What the relations between messages add to hits. All of it throws what reader::guarded() catches.
namespace patchseek::relations {

/// Gives a hit, document `id` of `shard`, its row and whole paths, as far as `lookup` asks for them.
void locate(reader::Hit& hit, reader::Database& database, const reader::OpenShard& shard, std::uint32_t id,
            reader::Lookup lookup);

/// Fills the rest of Hit::relations of hits that have been located, as far as `lookup` asks for it.
Result<Done> add_relations(std::vector<reader::Hit>& hits, reader::Database& database, reader::Lookup lookup);

/// Fills the states of a hit that has been located.
void add_states(reader::Hit& hit, reader::Database& database);

std::string id_text(const store::CommitId& id);

/// The commits that came from the message of a row, as repositories and replies tell.
std::vector<reader::AppliedAs> commits_of(reader::Database& database, std::uint32_t row);

/// Gives a record what its series says of it, if anything.
void put_in_place(store::Record& record, const store::Placement* place);

/// Puts whole paths in place of the cut ones of a record.
void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths);

}  // namespace patchseek::relations
