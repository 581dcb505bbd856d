// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "patchseek/store/manifest.hpp"
#include "patchseek/store/origins.hpp"
#include "progress.hpp"

/// Documents of an index made anew, in new shards: to put them in order, to change where they come from, to leave
/// behind those that are dead. Nothing of the index is touched.
namespace patchseek::storage {

/// What changes of the origins of a message.
struct Change {
    std::vector<store::Copy> added;
    std::vector<std::size_t> from = {};  ///< of each of these the place of the shard with whose texts its own lies; of
                                         ///< those that it does not tell, the shard of the message
    std::vector<store::Origin> removed;  ///< sorted
    /// True if something changed.
    bool apply(store::Origins& origins) const;
};

/// By the place of the shard in a list, and the number of the document there.
using Changes = std::map<std::pair<std::size_t, std::uint32_t>, Change>;

struct Rewrite {
    enum class Part : std::uint8_t {
        nothing,
        changed,  ///< the documents that change; what they were is written down as dead
        all,      ///< all that live, changed or not
    };

    std::filesystem::path index;
    std::vector<store::Shard> shards;
    Changes changes;
    std::vector<Part> parts;                ///< of each shard
    std::vector<std::filesystem::path> to;  ///< new shards, newest first; documents are dealt out by their ids
    std::filesystem::path scratch;          ///< a folder for the dead; needed where a part is `changed`
    const Stop* stop = nullptr;
    std::function<void()> on_document = nullptr;  ///< told of each, by one thread at a time
    /// A number for each new shard: texts are copied too, into new files of these. If empty, they stay where they are;
    /// not where some are in other indexes (store::Shard::home).
    std::vector<std::uint32_t> texts = {};
};

/// How many documents it looks at.
std::size_t documents_of(const Rewrite& rewrite);

struct Rewritten {
    std::vector<bool> made;  ///< which of the new shards; none is made for no documents
    /// Of each old shard, databases of what has died: pack_dead() makes one of them.
    std::vector<std::vector<std::filesystem::path>> dead;
};

/// Does it, in parallel; nothing if it was stopped. Throws what Xapian throws, and Failure.
std::optional<Rewritten> rewrite(const Rewrite& rewrite);

/// Makes one database of dead documents of several.
void pack_dead(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& folder);

}  // namespace patchseek::storage
