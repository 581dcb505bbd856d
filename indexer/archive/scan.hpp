// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog.hpp"
#include "git_repository.hpp"
#include "state.hpp"

namespace patchseek::archive {

/// The path of a file or folder of an archive.
struct ArchivePath {
    std::filesystem::path path;
    std::string inner;  ///< what it is called within the archive: the path below it; "" for the archive itself
    ArchivePath below(const std::filesystem::path& child) const;
};

/// A message of a public-inbox: its blob.
struct GitMessage {
    ObjectId id{};
    std::uint32_t repository = 0;  ///< index into SourceLocation::repositories
    ObjectId commit{};             ///< by which it came, for people
};

/// Where the bytes of a source lie, and what the next run is to remember of it. What Entry::span means depends on
/// state.form:
///   - file, packed, member: bytes of the file at `path`, counted from `base`
///   - maildir: `offset` is an index into `names`, which are paths below `path`
///   - git: `offset` is an index into `objects`; `size` is a guess
struct SourceLocation {
    std::filesystem::path path;
    std::string inner;  ///< the end of `path` that was found in a folder: no part of it may become a link
    std::uint64_t base = 0;
    bool ours = false;       ///< the file lies in the spool folder: nobody else changes it
    std::int64_t birth = 0;  ///< of that file, see birth_of()
    std::vector<std::string> names;
    std::vector<GitMessage> objects;
    std::vector<std::filesystem::path> repositories;
    SourceState state;
};

/// One archive being added to a catalog: what the sources of all forms share.
///
/// Every source that is there ends in add() or keep(). finish() reports the others that the last run knew as gone.
class Scan {
public:
    Scan(Catalog& catalog, const ScanOptions& options,
         std::filesystem::path absolute);  // the options outlive it

    const ScanOptions& options() const { return options_; }
    /// What the last run remembered of a source; nullptr when it did not know it.
    const SourceState* last(Key key) const { return last_.find(key); }
    bool is_first_run() const { return last_.sources().empty(); }
    /// The keys of the messages that the index knows of a source which the last run knew; sorted.
    std::vector<std::uint64_t> known(Key source) const;

    void problem(const std::string& name, std::string what, ErrorKind kind = ErrorKind::data);
    /// A source whose messages are as they were. `state` may be newer than the last one.
    void keep(Key key, std::string name, SourceState state);
    /// A file whose content is as it was; if it is a tar, its members too.
    void keep_file(const std::string& name, SourceState state);
    /// A source that could not be read now: a problem, and what is known of it stays.
    void keep_unread(Key key, const std::string& name, const Error& why);
    /// A source with what is to be read of it. Sets Entry::source and the key of location.state.
    void add(Source source, SourceLocation location, std::vector<Entry> entries);
    /// Some folder could not be listed: whatever is not found may lie in there and is not gone.
    void incomplete() { incomplete_ = true; }
    /// What the archive is, for people. The first one that says something counts.
    void describe(const std::string& kind);

    void finish();

private:
    Catalog& catalog_;
    const ScanOptions& options_;
    ArchiveState last_;
    std::vector<bool> seen_;  // for each source of the last run
    std::uint32_t archive_;
    bool incomplete_ = false;

    std::unordered_map<Key, std::vector<const SourceState*>> members_;  // of tars, by SourceState::outer

    void mark_seen(Key key);
};

/// Why something is left out, where others must recognise it.
inline constexpr const char* kEmpty = "empty, skipped";
inline constexpr const char* kNoInbox =
    "a git repository, but no public-inbox; git format-patch makes mail of "
    "commits";

}  // namespace patchseek::archive
