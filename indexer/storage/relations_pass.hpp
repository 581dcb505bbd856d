// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/record.hpp"

/// The pass over all messages that finds threads, series and versions (relate/relate.hpp).
/// It reads one small value of each document, and the records of those series alone in
/// which a path is cut short. It is made whole each time: an answer cannot depend on the
/// order in which mail came.
namespace patchseek::storage {

/// Makes the file of relations that a manifest names the one of its shards and commits as they are now: if it is not, a
/// new one is written, whole and synced, under a name of the manifest's generation, and named in the manifest. Before
/// that, the files of commits get what the join with mail needs and they lack (commit_joins.hpp).
Result<Done> refresh_relations(const std::filesystem::path& index, store::Manifest& manifest,
                               std::vector<archive::Problem>& problems);

/// What the file of store::Relations holds for the shards and commits of a manifest as they are now.
Result<std::string> work_out_relations(const std::filesystem::path& index, const store::Manifest& manifest);

/// Whether the file that a manifest names was made of its shards and commits as they are now.
bool relations_are_current(const std::filesystem::path& index, const store::Manifest& manifest);

/// Of which message, which of its files, and what it is called in full.
struct Resolved {
    std::size_t message, file;
    std::string path;
    friend bool operator==(const Resolved&, const Resolved&) = default;
};

/// Paths that the diffstats of some messages of one series cut short, as the others have
/// them: `.../kvm/svm.c` of a cover is the one path of the parts that ends so and that the
/// cover does not name itself. What two paths fit stays as it is.
std::vector<Resolved> resolve_paths(const std::vector<store::Record>& series);

}  // namespace patchseek::storage
