// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::patch {

/// What `git patch-id --stable` prints for the diffs of a message, 40 lower-case hex
/// digits each: the same for a patch whatever its line numbers, white space and order
/// of files. `text` and `lines` as of classify().
///
/// One id for each run of file diffs that nothing interrupts, so mostly none or one;
/// as for git, a run starts at a `diff ` line, so a bare `--- a/f` has none. Unlike
/// git, prose that starts with "diff " starts nothing, and an empty line in a hunk is
/// the context line whose space a mailer ate. A run that ends inside a hunk gives
/// none: its id could only be wrong.
///
/// The rules (git 2.39, found by asking it). SHA-1 goes over the header and hunk
/// lines without their white space (space, TAB, CR; not FF or VT); left out are `@@`
/// and `index` lines and "\ No newline at end of file". The sums of the parts, taken
/// as little-endian numbers modulo 2^160, are added up. A part ends below the hunks of
/// a file; one without hunks (mode change, pure rename) is of one part with the next.
/// Of a binary file its two blob ids, as the `index` line has them, count instead of its
/// data, and the `diff` line below it counts for nothing. A combined hunk (`@@@`) ends
/// the run above it.
/// Linear in the size of the diffs.
std::vector<std::string> patch_ids(std::string_view text, const std::vector<Line>& lines);

}  // namespace patchseek::patch
