// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "patchseek/base/result.hpp"
#include "storage/index_folder.hpp"
#include "storage/join.hpp"
#include "storage/progress.hpp"

namespace patchseek::run {

struct Request {
    std::filesystem::path index;
    std::vector<std::filesystem::path> archives;      ///< "-" is standard input
    std::vector<std::filesystem::path> repositories;  ///< of git, whose commits are joined with the mail
    std::vector<std::string> refs;                    ///< of these repositories; empty: as before, else HEAD
    std::optional<archive::SourceKind> kind;          ///< of every file, in place of what its bytes say
    unsigned jobs = 0;                                ///< threads, and shards of a large index; 0: one per processor
    std::size_t memory = std::size_t{512} << 20;      ///< bytes for what is not yet written
    std::uint64_t commit_every = 0;                   ///< messages; 0: by bytes and time alone
    std::int64_t now = 0;                             ///< seconds since 1970
    storage::Opening opening;
    storage::Stop* stop = nullptr;
    storage::OnProgress on_progress = nullptr;
};

struct Report {
    std::uint64_t archives = 0;  ///< read
    std::uint64_t added = 0;
    std::uint64_t known = 0;         ///< messages read that were in the index, or twice in the archives
    std::uint64_t removed = 0;       ///< messages that no archive holds any more
    std::uint64_t damaged = 0;       ///< added, but something in them could not be read
    std::uint64_t bytes = 0;         ///< of the messages read
    std::uint64_t repositories = 0;  ///< read
    std::uint64_t commits = 0;       ///< read that were not known
    bool stopped = false;            ///< before the end; what was done is committed
    std::vector<archive::Problem> problems;
    std::vector<Error> failures;  ///< archives and repositories that could not be read at all
};

/// Adds archives and repositories to an index, which is made if there is none, or reads them again: only
/// what is new since the last time costs, what they hold no more is forgotten, and the
/// index answers as a fresh one would. An Error leaves in the index what was committed.
Result<Report> add_archives(const Request& request);

/// The same for every archive and repository that the index knows, and for the archives of the request, with which
/// there need not be an index yet; standard input is left as it is.
Result<Report> update_archives(const Request& request);

/// Forgets archives, and the messages that only they had; repositories that stand among them too.
Result<Report> remove_archives(const Request& request);

/// Writes the index anew, as small as it gets.
Result<Report> compact_index(const Request& request);

/// Writes the index anew beside what there is, and puts it in its place: from the archives that the index knows; what
/// it holds of those that are gone or cannot be read, from its own texts. Serves an index that is damaged, or of
/// another schema, of which only archives that are there can be read. Searches go on with the old one until it is
/// replaced; an Error, or a stop, leaves that.
Result<Report> rebuild_index(const Request& request);

/// Makes the index of those that the request names in place of archives (storage/join.hpp).
Result<Report> join_indexes(const Request& request, storage::Joining joining);

// For the sources of this room.

/// Reads archives into an index that is held open; what add_archives() does.
Result<Report> read_archives(storage::IndexFolder& folder, const Request& request,
                             const std::vector<std::filesystem::path>& archives);

/// Reads what is new in the repositories that the request names, and makes those known that were not; then joins
/// commits with mail anew. `all`: those that the index knows, in place of those named. One that cannot be read is a
/// failure of the report, and what is known of it stays.
Result<Done> update_repositories(storage::IndexFolder& folder, const Request& request, bool all, Report& report);

/// Writes down those repositories that the request names and the index does not know, without reading their commits: a
/// run that ends before it comes to them leaves them to the next --update. What is no repository is left out.
Result<Done> note_repositories(storage::IndexFolder& folder, const Request& request);

/// The place in the manifest of a repository, named as it is or as it was; the number of them if it is not there.
std::size_t find_repository(const store::Manifest& manifest, const std::filesystem::path& given);

/// Forgets one, by its place.
Result<Done> forget_repository(storage::IndexFolder& folder, const Request& request, std::size_t place);

}  // namespace patchseek::run
