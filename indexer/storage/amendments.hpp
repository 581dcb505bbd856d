// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "index_folder.hpp"
#include "known_messages.hpp"
#include "merge.hpp"
#include "rewrite.hpp"

namespace patchseek::storage {

/// One more origin of a message that the index has.
struct NewOrigin {
    std::string content;  ///< which message
    store::Copy copy;     ///< with that one origin
};

/// Changes to where messages come from, gathered first and then published as one: nothing is seen, and nothing survives
/// a kill, before publish() has returned; after it all of them are there. A document that changes dies where it stands,
/// and its successor stands in a new shard; a message whose last origin goes has none. The index must not change
/// between. Throws what Xapian throws, and Failure.
class Amendments {
public:
    explicit Amendments(IndexFolder& folder) : folder_(folder), known_(folder.path(), folder.manifest()) {}

    /// Adds an origin to its message.
    void add_origin(const NewOrigin& origin);
    /// Takes an origin from every message, but the one of content `but`.
    void forget(const store::Origin& origin, std::string_view but = {});

    /// Writes and publishes what changes. A shard of which much is dead then is written anew without its dead. False if
    /// it was stopped, and nothing changed.
    Result<bool> publish(const MergeOptions& options);

    /// How many messages publish() took away.
    std::uint64_t removed() const { return removed_; }

private:
    void leave_out_what_changes_nothing();
    Rewrite planned() const;
    IndexFolder& folder_;
    KnownMessages known_;
    Changes changes_;
    std::uint64_t removed_ = 0;
};

/// What becomes of the texts of documents that are written anew.
enum class Texts : std::uint8_t { stay, moved };

/// Does what a plan says, to whose `to`, `scratch`, `stop` and `texts` it sees, and publishes it. Of its shards those
/// of the index stand first, in their order; of others nothing is published but the documents that are written. False
/// if it was stopped, and nothing changed. Throws as Amendments.
Result<bool> write_rewritten(IndexFolder& folder, Rewrite plan, const MergeOptions& options, Texts texts);

}  // namespace patchseek::storage
