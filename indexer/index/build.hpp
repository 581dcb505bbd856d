#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "archive/catalog.hpp"
#include "index_folder.hpp"
#include "patchseek/base/result.hpp"
#include "progress.hpp"

namespace patchseek::index {

struct BuildOptions {
    unsigned jobs = 1;                            ///< threads
    std::size_t memory = std::size_t{512} << 20;  ///< bytes for what is not yet written
    std::uint64_t commit_every = 0;               ///< messages; 0: by bytes and time alone
    Stop* stop = nullptr;
    OnProgress on_progress = nullptr;
};

/// What came of the entries of a catalog.
struct Built {
    std::uint64_t added = 0;    ///< messages that are new to the index
    std::uint64_t known = 0;    ///< entries whose message the index had, or got from another entry
    std::uint64_t damaged = 0;  ///< added, but something in them could not be read
    std::uint64_t bytes = 0;
    std::set<std::uint32_t> unsettled;  ///< sources that could not be read to their end
    std::vector<archive::Problem> problems;
    bool stopped = false;
};

/// Reads the entries of a catalog into an index: puts them in order, newest first, and
/// deals them out to lanes by their ids, one lane to a thread. Lanes work in slices: a
/// slice ends after kSliceBytes of mail or kSliceTime, and what it brought is committed and
/// can be searched. A large catalog makes a new shard for each lane and slice, which are
/// packed together as they get many; what is small goes into the live shard.
///
/// What an index answers depends neither on timing nor on the order of archives nor on
/// the number of lanes: see store::Origins and schema::kSlotOrder.
///
/// An Error leaves in the index what was committed before.
Result<Built> build(IndexFolder& folder, const archive::Catalog& catalog, const BuildOptions& options);

}  // namespace patchseek::index
