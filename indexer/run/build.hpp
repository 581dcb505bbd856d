// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"
#include "storage/amendments.hpp"
#include "storage/index_folder.hpp"
#include "storage/progress.hpp"

namespace patchseek::run {

struct BuildOptions {
    unsigned jobs = 1;                            ///< threads
    std::size_t memory = std::size_t{512} << 20;  ///< bytes for what is not yet written
    std::uint64_t commit_every = 0;               ///< messages; 0: by bytes and time alone
    storage::Stop* stop = nullptr;
    storage::OnProgress on_progress = nullptr;
};

/// What came of the entries of a catalog.
struct BuildReport {
    std::uint64_t added = 0;    ///< messages that are new to the index
    std::uint64_t known = 0;    ///< entries whose message the index had, or got from another entry
    std::uint64_t damaged = 0;  ///< added, but something in them could not be read
    std::uint64_t bytes = 0;
    /// What is yet to be done, where the run was not stopped: origins of messages that have a document; and origins
    /// where another message stands now, with the content of that message.
    std::vector<storage::NewOrigin> new_origins;
    std::vector<std::pair<store::Origin, std::string>> moved;
    std::set<std::uint32_t> unsettled;  ///< sources that could not be read to their end
    std::vector<archive::Problem> problems;
    bool stopped = false;
};

/// Reads the entries of a catalog into an index: puts them in order, newest first, and
/// deals them out to workers by their ids, one worker to a thread. Workers work in batches: a
/// batch ends after kBatchBytes of mail or kBatchTime, and what it brought is committed and
/// can be searched. Each worker and batch makes a new shard; they are packed together as they get many.
///
/// What an index answers depends neither on timing nor on the order of archives nor on
/// the number of workers: see store::Origins and schema::kSlotOrder.
///
/// An Error leaves in the index what was committed before.
Result<BuildReport> build(storage::IndexFolder& folder, const archive::Catalog& catalog, const BuildOptions& options);

}  // namespace patchseek::run
