// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "git_repository.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// A commit as its author and git left it: texts are bytes of any kind.
struct GitCommit {
    ObjectId id{};
    std::vector<ObjectId> parents;
    std::string author, author_address, committer, committer_address;
    std::int64_t authored = 0, committed = 0;  ///< seconds since 1970, UTC
    std::string message;
    std::string encoding;  ///< of the texts; empty: not said
    std::string damage;    ///< why there is nothing but the parents; empty: all is there
};

/// What a commit changes against its only parent.
struct GitDiff {
    std::string text;                ///< as git prints it
    std::vector<std::string> paths;  ///< new names, in its order
};

/// The history of a project. Objects are read and nothing else, in another process, as by GitRepository; the
/// repository's own configuration is not asked how to make diffs. One object per thread. Errors name the commit.
class GitHistory {
public:
    /// Of larger objects, larger diffs and more files nothing is told; of longer messages, how they begin.
    static constexpr std::uint64_t kLargestCommit = std::uint64_t{64} << 20;  ///< bytes; of a tag, too
    static constexpr std::size_t kMostText = std::size_t{256} << 10;
    static constexpr std::uint64_t kLargestFile = std::uint64_t{8} << 20, kLargestDiff = std::uint64_t{16} << 20;
    static constexpr std::size_t kMostFiles = 3000, kMostParents = 1000;

    /// `path`: a bare repository or a working copy.
    static Result<GitHistory> open(const std::filesystem::path& path);

    /// The commit that a branch, a tag or HEAD names. Kind no_input: there is no such name.
    Result<ObjectId> tip(const std::string& ref) const;
    /// Tags and the commits that they name, by name; those that name no commit are left out.
    Result<std::vector<std::pair<std::string, ObjectId>>> tags() const;
    /// One for each id. Kind no_input: it is not there, as in a shallow clone. Of one that libgit2 finds malformed,
    /// only its parents.
    std::vector<Result<GitCommit>> commits(std::span<const ObjectId> ids) const;
    /// Of a commit of one parent or none. Kind no_input: objects are missing; kind resources: it is too large.
    Result<GitDiff> diff(const ObjectId& id) const;

private:
    std::string path_;
    std::shared_ptr<GitHelper> helper_;
};

}  // namespace patchseek::archive
