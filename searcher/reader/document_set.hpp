// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::reader {

class Deadline;

/// Some documents of an index: by the UUID of their shard their numbers in it, ascending.
using DocumentSet = std::map<std::string, std::vector<Xapian::docid>, std::less<>>;

/// Those of a shard; null if all are meant, by a set that is null.
std::shared_ptr<const std::vector<Xapian::docid>> of_shard(const std::shared_ptr<const DocumentSet>& some,
                                                           std::string_view uuid);

/// Finds these documents and gives no weight. The documents must be there.
Xapian::Query query_of(std::shared_ptr<const DocumentSet> documents);

/// The same query, but that it finds nothing more once the deadline has passed, what it found before being left:
/// Xapian's own limit of time lets a matcher go on until it has as many as are wanted. For a whole query, not for a
/// part of one. The deadline must outlive it.
Xapian::Query in_time(const Xapian::Query& query, Deadline& deadline);

}  // namespace patchseek::reader
