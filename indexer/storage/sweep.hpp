// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "patchseek/store/manifest.hpp"

/// Removes from the folder of an index what is not part of it: what the manifest on disk does not name, and nobody has
/// another use for. Only names of schema/layout.hpp are touched. The caller holds the writer's lock. What cannot be
/// removed stays for the next time: no failure of a sweep is a failure of the run.
namespace patchseek::storage {

/// Everything that a killed writer can have left.
void sweep_index(const std::filesystem::path& index, const store::Manifest& manifest);

/// Builds that were not published, and files that had not yet got their names.
void sweep_temporaries(const std::filesystem::path& index);

/// What the publication of `manifest` has put out of use: text files, relations, commits and states of archives that it
/// names no more, and the folders that it has `replaced`, of shards and of what is dead of them.
void sweep_replaced(const std::filesystem::path& index, const store::Manifest& manifest,
                    const std::vector<std::string>& replaced);

}  // namespace patchseek::storage
