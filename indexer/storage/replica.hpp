// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

#include "claim.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::storage {

struct Replicated {
    std::uint64_t files = 0;       ///< that were copied
    std::uint64_t bytes = 0;       ///< of these
    std::uint64_t generation = 0;  ///< of the index, that the replica has now
};

/// Makes `target` hold what an index holds now, beside a writer of the index and under readers of the replica, on any
/// file system:
///
///   1 each file that the manifest of the index lists and the replica has not is copied under a temporary name, synced,
///     compared with its checksum, and gets its name. If the writer of the index went on and removed one, this begins
///     anew with the next manifest
///   2 the manifest of the replica is replaced: from here on its readers see the new state
///   3 what it does not list any more is removed ten minutes after it was last listed: a reader that opened the replica
///     before has gone by then, or opens it again (--check of the replica removes it at once)
///
/// A kill leaves the replica as it was, or as it is to be. `target` is claimed as an index is (claim.hpp): it is made,
/// is empty, or is a replica. Never write to it with another program; --update would read the archives of the index.
Result<Replicated> replicate(const std::filesystem::path& index, const std::filesystem::path& target,
                             const Opening& opening);

}  // namespace patchseek::storage
