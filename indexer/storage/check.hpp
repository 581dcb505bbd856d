#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::storage {

struct Findings {
    std::uint64_t messages = 0, shards = 0;
    std::vector<archive::Problem> problems;  ///< empty: the index is whole
};

/// Proves an index: that Xapian finds its tables sound (where they may be written); that every document has a record,
/// origins, and the text of each copy with the digest it had when it was read; that order,
/// terms and values agree with these; that no message stands twice; that threads and
/// series are those of the messages. Each shard is read by
/// a process of its own: glass has no checksums, and damage may crash its reader.
///
/// An Error when there is no index that could be read at all, or another process writes it.
Result<Findings> check(const std::filesystem::path& index);

}  // namespace patchseek::storage
