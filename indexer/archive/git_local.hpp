// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>

#include "git_history.hpp"
#include "git_repository.hpp"

struct git_repository;
struct git_odb;

namespace patchseek::archive {

/// A repository as libgit2 reads it, which damaged objects may bring down: for the process that git_service.hpp makes,
/// and no other. Methods are those of GitRepository.
class LocalRepository {
public:
    /// Of larger commits and trees nothing is told: a pack of some kilobytes may hold one that takes the memory.
    static constexpr std::uint64_t kLargestCommit = std::uint64_t{1} << 20, kLargestTree = std::uint64_t{16} << 20;

    static Result<LocalRepository> open(const std::filesystem::path& path);
    Result<std::optional<ObjectId>> head() const;
    Result<GitRepository::Change> change(const ObjectId& commit) const;
    Result<std::optional<std::vector<ObjectId>>> messages(const ObjectId& commit) const;
    bool has(const ObjectId& id) const;
    /// Hands its bytes on, which are there as long as that takes.
    Result<Done> blob(const ObjectId& id, std::uint64_t limit, const std::function<void(std::string_view)>& take) const;
    std::optional<ObjectId> find(std::uint64_t id_prefix) const;

private:
    bool has_objects() const;

    template <class T>
    struct Free {
        void operator()(T* object) const noexcept;
    };
    std::unique_ptr<git_repository, Free<git_repository>> repository_;
    std::unique_ptr<git_odb, Free<git_odb>> objects_;
};

/// The history of a project as libgit2 reads it: likewise. Methods are
/// those of GitHistory.
class LocalHistory {
public:
    static Result<LocalHistory> open(const std::filesystem::path& path);
    Result<ObjectId> tip(const std::string& ref) const;
    Result<std::vector<std::pair<std::string, ObjectId>>> tags() const;
    Result<GitCommit> commit(const ObjectId& id) const;
    Result<GitDiff> diff(const ObjectId& id) const;

private:
    struct Free {
        void operator()(git_repository* repository) const noexcept;
    };
    std::unique_ptr<git_repository, Free> repository_;
};

}  // namespace patchseek::archive
