// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/file_change.hpp"

namespace patchseek::patch {

/// What the diffs of a message say.
struct DiffFiles {
    /// One per Line::file, in that order; a path is empty when no header names it.
    std::vector<FileChange> files;
    /// Blob ids of `index a..b` lines as written, each once, without the null id.
    std::vector<std::string> blobs;
};

/// Reads the file headers of classified lines. Linear.
///
/// Names: `a/` and `b/` (or git's mnemonic c/ i/ o/ w/) are cut where both sides have
/// them; where the sides differ in their first component only (`linux.orig/fs/x.c`,
/// `linux/fs/x.c`) that one is cut; names that are alike from the top stay whole (-p0).
/// Timestamps after a TAB go. git writes names it must quote in C style.
DiffFiles read_diff(std::string_view text, const std::vector<Line>& lines);

}  // namespace patchseek::patch
