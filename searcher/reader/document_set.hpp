// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace patchseek::reader {

/// Some documents of an index: by the UUID of their shard their numbers in it, ascending.
using DocumentSet = std::map<std::string, std::vector<Xapian::docid>, std::less<>>;

/// Finds these documents and gives no weight. The documents must be there.
Xapian::Query query_of(std::shared_ptr<const DocumentSet> documents);

}  // namespace patchseek::reader
