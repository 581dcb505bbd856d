#pragma once

#include <xapian.h>

#include <optional>
#include <span>
#include <vector>

#include "database.hpp"
#include "hit.hpp"
#include "search.hpp"

namespace patchseek::search {

/// Gives a hit its row and whole paths, as far as `lookup` asks for them.
void place(Hit& hit, Database& database, const OpenShard& shard, Xapian::docid id, Lookup lookup);

/// Fills the rest of Hit::kin of hits that have their rows.
Result<Done> look_up(std::vector<Hit>& hits, Database& database, Lookup lookup);

/// Puts whole paths in place of the cut ones of a record.
void make_whole(store::Record& record, std::span<const store::ResolvedPath> paths);

/// The document of a row; nothing if it is not there any more.
std::optional<Xapian::Document> document_of(Database& database, std::uint32_t row);

}  // namespace patchseek::search
