// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

/// The names of what lies in the folder of an index. indexer/README.md says what each file holds, in which order they
/// are written and synced, and what a kill leaves.
///
///     manifest.json              what the index is: its shards, archives and text files (store/manifest.hpp)
///     lock                       held by the one writer
///     data-<16 hex digits>/      made by the indexer, with a name that nobody else has; in it:
///       gen-000001/0/            a shard: Xapian's tables, `positions` (store/positions.hpp) and, if it is large,
///                                `words` (store/vocabulary.hpp)
///       gen-000002/dead-0/       documents of a shard that are dead (store/manifest.hpp)
///       texts/000001             texts of messages (store/text_store.hpp)
///       relations-000001         threads, series, versions (store/relations.hpp)
///       commits/<key>-000001     what the index knows of the commits of a git repository (store/commits.hpp)
///       archives/<key>-000001    what an archive held when it was last read
///       tmp-<pid>...             a build under way, or what a killed one left
namespace patchseek::schema::layout {

inline constexpr const char* kManifest = "manifest.json";
inline constexpr const char* kWriterLock = "lock";
/// Of the folder of all that is neither manifest nor lock.
inline constexpr const char* kDataPrefix = "data-";
inline constexpr const char* kTexts = "texts";
inline constexpr const char* kArchiveStates = "archives";
inline constexpr const char* kCommits = "commits";
inline constexpr const char* kGenerationPrefix = "gen-";
inline constexpr const char* kRelationsPrefix = "relations-";
/// Also of the files that replace_file() (base/file.hpp) makes before it gives them their names.
inline constexpr const char* kTemporaryPrefix = "tmp-";
inline constexpr const char* kVocabulary = "words";     ///< in the folder of a shard
inline constexpr const char* kPositions = "positions";  ///< in the folder of a shard
/// By this file, in its folder of data, a copy made by --publish is known: what is listed no more, and since when.
inline constexpr const char* kRetired = "retired";

/// "gen-000017": six digits, more if it takes more.
inline std::string numbered(const char* prefix, std::uint64_t number) {
    const auto digits = std::to_string(number);
    return prefix + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

}  // namespace patchseek::schema::layout
