// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "diffstat.hpp"
#include "patchseek/patch/file_change.hpp"

namespace patchseek::patch {

struct MergedFiles {
    std::vector<FileChange> files;  ///< each path once; diffs first, in their order
    bool complete = true;           ///< every diffstat entry's file has a diff
};

/// Makes one list of what diffs, diffstats (`blocks`) and summary lines say. Diffs know
/// best; summary lines give the whole names and what became of the file. An entry
/// that is a tail belongs to the only diff, else to the only summary line, that ends
/// in it and that no other entry of its diffstat has: one diffstat names a file once.
/// Where as many files as entries end in it, it says nothing that they do not, and
/// goes; so does one whose name is doubtful (`a => b`) when there are diffs for all. `cut`: the last diff is not whole,
/// so the diffstat's counts are better.
MergedFiles merge_files(std::vector<FileChange> diffs, const std::vector<std::vector<StatEntry>>& blocks,
                        std::vector<FileChange> summaries, bool cut);

}  // namespace patchseek::patch
