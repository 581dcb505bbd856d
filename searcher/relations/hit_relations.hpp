#pragma once

#include <xapian.h>

#include <optional>
#include <span>
#include <vector>

#include "reader/database.hpp"
#include "reader/hit.hpp"
#include "reader/request.hpp"

namespace patchseek::relations {

/// Gives a hit its row and whole paths, as far as `lookup` asks for them.
void locate(reader::Hit& hit, reader::Database& database, const reader::OpenShard& shard, Xapian::docid id,
            reader::Lookup lookup);

/// Fills the rest of Hit::relations of hits that have their rows.
Result<Done> add_relations(std::vector<reader::Hit>& hits, reader::Database& database, reader::Lookup lookup);

/// Puts whole paths in place of the cut ones of a record.
void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths);

/// The document of a row; nothing if it is not there any more.
std::optional<Xapian::Document> document_of(reader::Database& database, std::uint32_t row);

}  // namespace patchseek::relations
