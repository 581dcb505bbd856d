// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::store {

/// One Xapian database of the index. Nothing of it ever changes; its documents have the numbers from 1 on.
struct Shard {
    std::string folder;         ///< below the index: "gen-000001/0"
    bool newest_first = false;  ///< document ids ascend from the newest message to the oldest
    /// A database of those of its documents that are no part of the index any more, each with its terms and, as
    /// schema::kSlotNumber, its number in the shard: "gen-000017/dead-0". Empty if all are.
    std::string dead = {};
    /// Of a linked index (Manifest::members): the folder of data of the member in which the shard lies and whose texts
    /// its documents name. `folder` is absolute then, as is `dead` where that is the member's own.
    std::string home = {};
    friend bool operator==(const Shard&, const Shard&) = default;
};

struct Archive {
    std::string path;  ///< absolute; "-" is standard input
    std::string key;   ///< what documents call it: key_name() of its key (origins.hpp)
    std::string kind;  ///< "mbox", "maildir", ...
    std::uint64_t messages = 0;
    /// The last run that read it came to its end: archives/<key> says what stood there
    /// then. If not, the archive is read again whole and compared with the documents.
    bool settled = false;
    std::string forced = {};  ///< the kind that its files were said to have; empty: told from their bytes
    std::string state =
        {};  ///< the file of what it held when it was last read, below the index; empty if nothing tells
    friend bool operator==(const Archive&, const Archive&) = default;
};

/// A git repository whose commits the index knows (`--git`).
struct Repository {
    std::string path;               ///< absolute, of the folder that was named
    std::string key;                ///< key_name() of the key of its path
    std::vector<std::string> refs;  ///< whose commits are read; empty: HEAD
    std::string file = {};          ///< of commits.hpp, below the index; empty before it was read
    std::uint64_t commits = 0;      ///< that the file holds
    friend bool operator==(const Repository&, const Repository&) = default;
};

/// An index that is part of a linked one, as it was then.
struct Member {
    std::string path;    ///< absolute, without links
    std::string digest;  ///< digest_of() its manifest
    friend bool operator==(const Member&, const Member&) = default;
};

/// A file of an index as a publication left it. Text files are appended to afterwards; no other ever changes.
struct File {
    std::string path;            ///< below the folder of data; of what is a member's, absolute
    std::uint64_t size = 0;      ///< bytes; of a text file, those that documents may name
    std::uint32_t checksum = 0;  ///< checksum() (base/digest.hpp) of these
    friend bool operator==(const File&, const File&) = default;
};

/// What an index is: a small JSON file, `manifest.json`, replaced by rename. Readers
/// open what it names; whatever else lies in the folder (schema/layout.hpp) is not
/// part of the index.
struct Manifest {
    int schema = 0;
    std::uint64_t generation = 0;  ///< grows by one with every publication
    std::int64_t updated = 0;      ///< seconds since 1970, UTC
    std::vector<Shard> shards;
    std::vector<Archive> archives;
    std::vector<std::uint32_t> texts;  ///< the text files that documents may name
    std::string relations = {};        ///< the file of relations.hpp; empty before there is one
    std::vector<Repository> repositories = {};
    /// Below the index, the folder in which all else that is named here lies; empty: the index itself.
    std::string data = {};
    std::vector<File> files = {};  ///< all that is named here, by path
    /// Not empty: the index is a linked one, `patchseek-index --link`: what these hold as one index, of which it has
    /// only what is of all of them: which documents are dead since another member has the message too, the documents
    /// that stand in their place, the relations. The rest lies where it is. Sorted by path.
    std::vector<Member> members = {};
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// Reads index/manifest.json, which ends in its own checksum. No folder or no manifest: kind no_input. Another
/// schema: kind data, saying which and the way out.
Result<Manifest> read_manifest(const std::filesystem::path& index);
/// It gets its name in the index when it is whole, and has a temporary one in the folder of data before.
Result<Done> write_manifest(const std::filesystem::path& index, const Manifest& manifest);

/// 64 hex digits that tell one state of an index from any other.
std::string digest_of(const Manifest& manifest);

/// The folder of data.
std::filesystem::path data_of(const std::filesystem::path& index, const Manifest& manifest);

/// What tells the user how an index that is damaged, or of another schema, comes to be whole.
std::string way_out(const std::filesystem::path& index);

/// The folder of a user's files of one kind, by the XDG base directory specification: `$variable/patchseek`, else
/// `~/<below_home>/patchseek`. A variable with a relative value counts as not set. Without $HOME the home is that of
/// the user's account; empty where there is none.
std::filesystem::path user_folder(const char* variable, std::string_view below_home);

/// `--db`, else $PATCHSEEK_DB, else $XDG_DATA_HOME/patchseek, else ~/.local/share/patchseek.
std::filesystem::path default_index();

}  // namespace patchseek::store
