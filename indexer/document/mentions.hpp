// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace patchseek::document {

/// What a line of prose names, folded as it is searched:
/// - commits: 7 to 64 hex digits with a figure among them, or announced by "commit";
///   of git describe's name what stands behind the 'g';
/// - message ids: in <> behind a header's name, in a link to an archive (%40 undone),
///   behind "Message-Id:", "id:" and "mid:";
/// - CVE numbers ("cve-2018-3639");
/// - bugs: the number ("12345") of a link to a tracker, of "bug 12345", "Closes: #12345",
///   "bsc#12345"; of the last also as written.
/// A name can come more than once. Linear in the line.
std::vector<std::string> mentions(std::string_view line);

/// The id in a link to a mail archive: its component with an '@', behind which "/T/#u" may stand, "?i=" before it. The
/// host is none: it can hold a user's name. Empty where there is none.
std::string linked_id(std::string_view url);

}  // namespace patchseek::document
