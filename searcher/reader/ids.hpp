// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "statistics.hpp"

/// Beginnings of message ids, which serve in place of the ids where a line is short, as those of commits do in git.
/// All of it throws what Xapian throws.
namespace patchseek::reader {

/// The shortest beginning of an id, of 8 bytes or more, with which no other id of the index begins. The id itself if
/// there is none, or if it holds anything but printable ASCII.
std::string short_id(const Statistics& statistics, const std::string& id);

/// Where the mail says that it can be read on the web, its header Archived-At (RFC 5064): of http or https, in
/// printable ASCII and of up to 1000 bytes, else empty. `headers` as store::TextView has them.
std::string archived_at(std::string_view headers);

/// The id that begins so, if there is one and no other; of fewer than 8 bytes, none. An id of the index is its own
/// beginning.
std::optional<std::string> whole_id(const Statistics& statistics, std::string_view beginning);

/// What stands behind a prefix in terms that begin so, each with the number of messages that have it. After 20,000 of
/// them it ends.
std::vector<std::pair<std::string, std::size_t>> values_of(const Statistics& statistics, const std::string& prefix,
                                                           std::string_view beginning);

/// What an index covers, in words: how many messages, of which lists (the largest three), and the day of the newest
/// that is not dated ahead of our clock.
std::string coverage(const Statistics& statistics);

}  // namespace patchseek::reader
