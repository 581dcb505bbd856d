// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// A git object's name: SHA-1, as in every public-inbox.
using ObjectId = std::array<unsigned char, 20>;
std::optional<ObjectId> object_id(std::string_view hex);
/// The first 64 bits, most significant byte first.
std::uint64_t prefix(const ObjectId& id) noexcept;

/// The beginning of a file that git keeps.
struct GitBlob {
    std::string bytes;
    std::uint64_t size = 0;  ///< of all of it
};

/// What is wanted of blobs.
struct BlobLimits {
    std::uint64_t whole = 0;  ///< none that has more bytes
    std::uint64_t first = 0;  ///< so many bytes of one
    bool header = false;      ///< no more than the header of the mail that it is, when it is one
    std::string_view kept(std::string_view blob) const noexcept;
};

class GitHelper;

/// A git repository, of which objects are read and nothing else, in another process: damage that brings down libgit2
/// is an Error that names the object. libgit2 runs no program, whatever the repository's configuration says. One object
/// per thread.
class GitRepository {
public:
    /// Error of kind permission: it belongs to another user and is not among git's safe.directory. Those that have the
    /// same helper are read by one process. `helper`: none: one of its own.
    static Result<GitRepository> open(const std::filesystem::path& path, std::shared_ptr<GitHelper> helper = nullptr);

    /// The commit of HEAD; nullopt when there is none yet. An Error where HEAD names none although there are objects.
    Result<std::optional<ObjectId>> head() const;

    /// A commit of a public-inbox v2: its tree holds one file, `m` with a message that came or `d` with one that went;
    /// or none, where a message was purged.
    struct Change {
        ObjectId commit{};
        std::optional<ObjectId> parent;  ///< the first one
        char file = 0;                   ///< 'm', 'd', or 0
        ObjectId blob{};
        bool foreign = false;     ///< the tree holds other files
        bool unreadable = false;  ///< the tree cannot be read
    };
    /// What a repository holds from a commit back to the first one, or to the one before `until`; newest first.
    struct History {
        std::vector<Change> changes;
        bool reached = false;        ///< `until`
        std::optional<Error> error;  ///< why it ends too early
    };
    /// At most `most` commits.
    History history(const ObjectId& tip, const std::optional<ObjectId>& until, std::size_t most) const;

    /// The messages of a public-inbox v1, in the order of their paths: the files xx/yyyy… (40 hex digits in all) of a
    /// commit. nullopt when it holds other files or none.
    Result<std::optional<std::vector<ObjectId>>> messages(const ObjectId& commit) const;

    /// Whether blobs are there and their headers can be read, one after another.
    std::vector<bool> has(std::span<const ObjectId> ids) const;
    Result<GitBlob> blob(const ObjectId& id, const BlobLimits& limits) const;
    /// The same of several: at least of the first, and no more when they come to some size. After damage that ended the
    /// process, of the first alone.
    std::vector<Result<GitBlob>> blobs(std::span<const ObjectId> ids, const BlobLimits& limits) const;
    /// The object whose name starts with these 64 bits; nullopt when it is not there or not alone.
    std::optional<ObjectId> find(std::uint64_t id_prefix) const;

private:
    Result<std::string> ask(char what, std::string_view arguments) const;

    std::string path_;
    std::shared_ptr<GitHelper> helper_;
};

/// A folder that has to do with git.
struct GitFolder {
    std::vector<std::filesystem::path> repositories;  ///< epochs of a v2 in their order; else the one
    bool epochs = false;                              ///< of a public-inbox v2 for certain, by the names of its folders
    bool working = false;  ///< a working copy: its files may be mail, whatever the repository is
};
/// nullopt: a folder like others.
std::optional<GitFolder> git_folder(const std::filesystem::path& path);

}  // namespace patchseek::archive
