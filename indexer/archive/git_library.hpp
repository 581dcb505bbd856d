// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <git2.h>

#include <memory>
#include <string>

#include "git_repository.hpp"
#include "patchseek/base/result.hpp"

/// What is common to all that asks libgit2.
namespace patchseek::archive {

/// Before anything else of the library; as often as one likes.
void init_git();

/// The Error for a code that libgit2 returned: what it was that failed, and its own words.
Error git_error_of(int code, const std::string& what);

git_oid oid_of(const ObjectId& id);
ObjectId id_of(const git_oid& oid);

template <class T, void (*F)(T*)>
struct FreeBy {
    void operator()(T* object) const noexcept { F(object); }
};
template <class T, void (*F)(T*)>
using Owned = std::unique_ptr<T, FreeBy<T, F>>;
using Commit = Owned<git_commit, git_commit_free>;
using Tree = Owned<git_tree, git_tree_free>;
using OdbObject = Owned<git_odb_object, git_odb_object_free>;

using Config = Owned<git_config, git_config_free>;
using Reference = Owned<git_reference, git_reference_free>;
using Object = Owned<git_object, git_object_free>;
using Odb = Owned<git_odb, git_odb_free>;
using Diff = Owned<git_diff, git_diff_free>;

/// What is told of an object without reading it, which a small pack may make long.
struct ObjectHeader {
    std::size_t size = 0;  ///< bytes
    git_object_t type = GIT_OBJECT_INVALID;
};
/// `what` begins the message of an Error: "cannot read object ...".
Result<ObjectHeader> header_of(git_odb* objects, const ObjectId& id, const std::string& what);

Error too_large(const std::string& what, std::uint64_t bytes);

/// Of at most so many bytes; of larger ones an Error of kind data.
Result<Commit> commit_of(git_repository* repository, const ObjectId& id, std::uint64_t most);
Result<Tree> tree_of(git_repository* repository, const git_oid& oid, std::uint64_t most);

}  // namespace patchseek::archive
