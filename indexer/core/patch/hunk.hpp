// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "line_shapes.hpp"
#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// What became of a hunk.
struct HunkEnd {
    std::size_t line;  ///< the first line behind it, an index as into the lines
    bool whole;        ///< it has as many lines as its header says, none wrapped or cut at its left
};

/// Tells what the lines of a hunk are, from `at`, the line behind its `@@` line, and gives them to a file. The counts
/// of the header are the only way to know that a "--- x" is a removed line and that the "-- " behind the hunk is a
/// signature. Linear.
///
/// Where mail damaged a hunk, what can be read of it is: a line that a mail program wrapped is taken for what it was
/// wrapped from, one that lost its leading blank for context, if the rest of the hunk goes on behind it.
HunkEnd read_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file,
                  const HunkCounts& counts);

/// The same for a combined diff (`@@@`), which has a column for each parent. What the result has is counted: git's own
/// header may say one line more of a parent than there is.
HunkEnd read_combined_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file,
                           const HunkCounts& counts);

/// The same for a context diff (`diff -c`), from its line of fifteen stars on: first how the lines were, then how they
/// are, each part behind its range (`*** 1,3 ****`, `--- 1,4 ----`). A part without changes is left out by diff.
HunkEnd read_context_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file);

/// `***************`, perhaps with a function behind it.
bool is_context_hunk(std::string_view line) noexcept;

/// `--- a` above `+++ b` above `@@ -`, at a line.
bool is_file_pair(std::string_view text, const std::vector<Line>& lines, std::size_t at);

}  // namespace patchseek::patch
