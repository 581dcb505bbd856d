// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

/// Looks at an index and changes nothing: what it holds, and whether it is whole.
namespace patchseek::storage {

/// How many messages have something.
struct Counted {
    std::string name;
    std::uint64_t messages = 0;
};

struct Status {
    std::string path;
    store::Manifest manifest;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;                               ///< of the index on disk
    std::optional<std::int64_t> oldest = {}, newest = {};  ///< dates of messages, seconds since 1970
    std::vector<Counted> kinds = {};                       ///< "patch" ..., as `is:` has them by their own words
    std::vector<Counted> lists = {};                       ///< most first
};

Result<Status> status(const std::filesystem::path& index);

/// For people: one line each for index, messages with their kinds and dates, lists, size, update, archives.
std::string as_text(const Status& status);
/// One JSON object and a line end.
std::string as_json(const Status& status);

struct Findings {
    std::uint64_t messages = 0, shards = 0;
    std::vector<archive::Problem> problems;  ///< empty: the index is whole
};

/// Proves an index: that each file is there, with the checksum that it was written with; that Xapian finds its tables
/// sound (where they may be written); that every document has a record, origins, and the text of each copy with the
/// digest it had when it was read; that order, terms and values agree with these; that no message stands twice; that
/// threads and series are those of the messages. Each shard is read by a process of its own: glass has no checksums,
/// and damage may crash its reader.
///
/// An Error when there is no index that could be read at all, or another process writes it.
Result<Findings> check(const std::filesystem::path& index);

}  // namespace patchseek::storage
