#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace patchseek::index {

/// What a line of prose names: commits (7 to 64 hex digits with a figure among
/// them, lower-cased), message ids (in <> or in a link to an archive),
/// CVE numbers ("cve-2018-3639"), numbers of bug trackers. Folded, as they are searched.
std::vector<std::string> mentions(std::string_view line);

}  // namespace patchseek::index
