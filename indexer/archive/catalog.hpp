// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mbox.hpp"
#include "patchseek/base/result.hpp"
#include "source_kind.hpp"

/// Archives, whatever form they come in, as a list of sources and messages.
///
/// An *archive* is what the user names. It is made of *sources*: a file, a member of a tar, a maildir, a public-inbox.
/// Each of them has a key, and so has each *message* within its source: the offset of its bytes, the hash of the unique
/// name of a maildir file, the beginning of the id of a git blob. The three keys name a message in every run. The index
/// keeps them with each message, and so knows what an archive held when it was last read.
namespace patchseek::archive {

/// 64 bits that name something for good; written as 16 hex digits.
using Key = std::uint64_t;

/// The key of an archive: a hash of its absolute path.
Key archive_key(const std::filesystem::path& absolute);

/// What a dump says of a message that may have no header of its own.
struct Heading {
    std::string title, from;
};

/// One message that has to be read.
struct Entry {
    std::uint32_t source = 0;                ///< index into Catalog::sources
    std::uint64_t key = 0;                   ///< names the message within its source, the same in every run
    Span span;                               ///< where its bytes lie now; for the EntryReader
    std::shared_ptr<const Heading> heading;  ///< dumps only
};

/// Where the bytes of a source lie: for the EntryReader, nobody else.
struct SourceLocation;

struct Source {
    std::uint32_t archive = 0;  ///< index into Catalog::archives
    Key key = 0;                ///< names the source within its archive, the same in every run
    std::string name;           ///< for people: "lists.tar.gz/2020-10.mbox"
    SourceKind kind = SourceKind::message;
    bool all_kept = false;            ///< what the index knows of it is all there is, unchanged; it has no entries
    std::vector<std::uint64_t> kept;  ///< else: the keys of known messages that need no reading, sorted. What the index
                                      ///< knows beside these and the entries is gone.
    std::shared_ptr<const SourceLocation> location;
};

struct Archive {
    std::filesystem::path path;  ///< absolute; "-" for standard input
    Key key = 0;
    std::string kind;       ///< for people: "mbox", "maildir", "public-inbox v2", "mbox, gzip", ...
    bool additive = false;  ///< standard input: what it brought before is not gone because it is not there again
    std::vector<Key> gone;  ///< sources that the last state knew and that are no more
};

/// Something that could not be read, for the user: named once, never fatal.
struct Problem {
    std::string name;
    std::string what;
    ErrorKind kind = ErrorKind::data;
};

/// What archives hold, found but not yet read.
struct Catalog {
    std::vector<Archive> archives;
    std::vector<Source> sources;
    std::vector<Entry> entries;
    std::vector<Problem> problems;
};

/// The keys of the messages that the index knows of a source, sorted.
using Known = std::function<std::vector<std::uint64_t>(Key archive, Key source)>;

/// How an archive is to be read.
struct ScanOptions {
    std::optional<SourceKind> kind;  ///< of every source, in place of what its bytes say
    std::string state;               ///< of the last complete run (see state_of); empty: read everything
    Known known;                     ///< asked only of sources that stand in `state`
    std::filesystem::path spool;     ///< an empty folder for what must be unpacked; outlives the Catalog
};

/// Adds what `path` holds ("-": standard input). What cannot be read becomes a Problem. An Error only when `path`
/// itself does not exist, cannot be read or is no mail.
Result<Done> scan(Catalog& catalog, const std::filesystem::path& path, const ScanOptions& options);

/// What to hand to the next scan() of that archive, so that only what is new since is read: one opaque string. Sources
/// for which `unsettled` holds (indices into Catalog::sources) are left out: they are read whole the next time.
std::string state_of(const Catalog& catalog, std::uint32_t archive,
                     const std::function<bool(std::uint32_t)>& unsettled);

}  // namespace patchseek::archive
