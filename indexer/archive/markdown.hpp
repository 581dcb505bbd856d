// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mbox.hpp"

namespace patchseek::archive {

/// One message of a patchwork Markdown dump.
struct DumpEntry {
    Span span;          ///< the message inside its fence; may start with a separator line
    std::string title;  ///< of the heading above the fence; empty for a second message in one fence
    std::string from;   ///< `Name <address>` of the heading's second line, likewise
};

/// Whether text looks like a dump: a `#### ` heading with `##### From:` close below.
bool is_dump(std::string_view text) noexcept;

/// Reads a dump:
///
///     #### subject
///     ##### From: Name <address>
///     (anything the dump tool grepped along)
///     ```c
///     a message, whole, or without headers, or two after one another
///     ```
///
/// A fence ends at a line "```" that is followed by the next heading or the end of the text (mail may contain such
/// lines of its own), at the next heading where it was cut short, or at the end of the text. The dump tool now and then
/// glues the next header to a title ("…when using IOTLBFrom: Greg Kurz <…>"): that is undone.
std::vector<DumpEntry> read_dump(std::string_view text);

}  // namespace patchseek::archive
