#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::store {

/// One Xapian database of the index, sealed once it is named in a manifest.
struct Shard {
    std::string folder;  ///< below the index: "gen-000001/0"
    std::uint64_t messages = 0;
    bool newest_first = true;  ///< document ids ascend from the newest message to the oldest
};

struct Archive {
    std::string path;  ///< absolute
    std::string kind;  ///< "mbox", "maildir", ...
    std::uint64_t messages = 0;
};

/// What an index is: a small JSON file, `manifest.json`, replaced by rename. Readers
/// open what it names; whatever else lies in the folder is not part of the index.
///
///     index/manifest.json
///     index/lock                 held by the one writer
///     index/gen-000001/0/        a shard: glass tables, and `text` (text_store.hpp)
///     index/tmp-<pid>/           a build under way, or what a killed one left
struct Manifest {
    int schema = 0;
    std::uint64_t generation = 0;  ///< grows by one with every publication
    std::int64_t updated = 0;      ///< seconds since 1970, UTC
    std::vector<Shard> shards;
    std::vector<Archive> archives;
};

/// Reads index/manifest.json. No folder or no manifest: kind no_input. Another
/// schema: kind data, saying which and the way out.
Result<Manifest> read_manifest(const std::filesystem::path& index);
Result<Done> write_manifest(const std::filesystem::path& index, const Manifest& manifest);

/// `--db`, else $PATCHSEEK_DB, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek.
std::filesystem::path default_index();

}  // namespace patchseek::store
