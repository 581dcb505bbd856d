#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

struct git_repository;
struct git_odb;

namespace patchseek::archive {

/// A git object's name: SHA-1, as in every public-inbox.
using ObjectId = std::array<unsigned char, 20>;
std::optional<ObjectId> object_id(std::string_view hex);
/// The first 64 bits, most significant byte first.
std::uint64_t prefix(const ObjectId& id) noexcept;

/// A git repository, of which objects are read and nothing else: libgit2 runs no program for that, whatever the
/// repository's configuration says. One object per thread.
class GitRepository {
public:
    /// Error of kind permission: it belongs to another user and is not among git's safe.directory.
    static Result<GitRepository> open(const std::filesystem::path& path);

    /// The commit of HEAD; nullopt when there is none yet.
    Result<std::optional<ObjectId>> head() const;

    /// A commit of a public-inbox v2: its tree holds one file, `m` with a message that came or `d` with one that went;
    /// or none, where a message was purged.
    struct Change {
        std::optional<ObjectId> parent;  ///< the first one
        char file = 0;                   ///< 'm', 'd', or 0
        ObjectId blob{};
        bool foreign = false;     ///< the tree holds other files
        bool unreadable = false;  ///< the tree cannot be read
    };
    Result<Change> change(const ObjectId& commit) const;

    /// The messages of a public-inbox v1, in the order of their paths: the files xx/yyyy… (40 hex digits in all) of a
    /// commit. nullopt when it holds other files or none.
    Result<std::optional<std::vector<ObjectId>>> messages(const ObjectId& commit) const;

    /// Whether a blob is there and its header can be read.
    bool has(const ObjectId& id) const;
    /// A blob of at most `limit` bytes.
    Result<std::string> blob(const ObjectId& id, std::uint64_t limit) const;
    /// The object whose name starts with these 64 bits; nullopt when it is not there or not alone.
    std::optional<ObjectId> find(std::uint64_t id_prefix) const;

private:
    template <class T>
    struct Free {
        void operator()(T* object) const noexcept;
    };
    std::unique_ptr<git_repository, Free<git_repository>> repository_;
    std::unique_ptr<git_odb, Free<git_odb>> objects_;
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
