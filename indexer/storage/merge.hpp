// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "index_folder.hpp"
#include "patchseek/base/result.hpp"
#include "progress.hpp"

/// Fewer shards of the same documents. Every search opens all shards, and each update makes one; merging costs time
/// and, while it lasts, the room for a second copy. Searches go on meanwhile: a merged shard is built beside the old
/// ones and published in their place.
namespace patchseek::storage {

/// A shard that a worker of a build has made, among those before it and after it in time.
struct Segment {
    std::string folder;  ///< as in the manifest
    unsigned level = 0;  ///< how often it was packed
    std::uint64_t messages = 0;
    bool in_order = true;  ///< it and all before it are newest first
};

/// Packs the segments of each worker, newest first, when there are many of one size; all of them when the build is over
/// (`last`), save a small one beside shards of other builds. No document of them may be dead.
Result<Done> pack_segments(IndexFolder& folder, std::vector<std::vector<Segment>>& workers, bool last);

struct MergeOptions {
    unsigned jobs = 1;
    const Stop* stop = nullptr;
    OnProgress on_progress = nullptr;
};

/// Merges the smallest shards when there are many, so that a message is merged some log(n) times in all and searches
/// see few shards. Does nothing most of the time.
Result<Done> merge_when_it_pays(IndexFolder& folder, const MergeOptions& options);

/// The same where it takes no longer than an update of one message: of shards that are small, all together.
Result<Done> merge_small(IndexFolder& folder, const MergeOptions& options);

/// Writes the whole index anew, as small as it gets: a shard for each job, text files
/// without what nobody names any more. False if it was stopped, and nothing changed.
Result<bool> compact(IndexFolder& folder, const MergeOptions& options);

struct Restored {
    std::uint64_t messages = 0;
    std::vector<archive::Problem> problems = {};  ///< what could not be read of the index of before
    bool stopped = false;
};

/// Takes over into an index of open_anew() what the index of before held of some archives, by their keys: each message
/// from its stored text, and where it came from. A message that the index has by now gets these origins too.
Result<Restored> restore(IndexFolder& folder, const std::set<std::uint64_t>& archives, const MergeOptions& options);

}  // namespace patchseek::storage
