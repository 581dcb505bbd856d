// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "git_history.hpp"
#include "git_repository.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/result.hpp"
#include "sandbox/helper.hpp"

/// libgit2 at work in another process, and how questions about a repository and their answers go there and back.
/// Whoever takes an answer apart asks the reader at the end whether it was whole: that process may be another's by
/// then.
namespace patchseek::archive {

/// A process that asks libgit2, for one thread. It is told which repositories it may read.
class GitHelper {
public:
    GitHelper();
    /// Looks at the files of a repository that libgit2 will open, and lets the process read them. An Error of kind
    /// data: one of them is no file, and to open it could take for ever.
    Result<Done> allow(const std::filesystem::path& repository);
    /// Errors of the process name the repository, those of libgit2 stand as they are.
    Result<std::string> ask(char what, const std::string& repository, std::string_view arguments);

private:
    sandbox::Helper helper_;
};

/// The files and folders that reading a repository takes, without a look at what is none of them: its own folder, that
/// of a working copy's repository, those that `commondir` and `alternates` name, and configurations that another
/// includes. `path`: a bare repository or a working copy. An Error of kind data: one of its files is none ("is a named
/// pipe").
Result<std::vector<std::filesystem::path>> files_of_repository(const std::filesystem::path& path);

/// A question: one of these, the path of the repository as a text, the arguments.
namespace git_request {
inline constexpr char kOpen = 'o', kHead = 'h', kHistory = 'w', kMessages = 'm', kHas = 'x', kBlobs = 'b', kFind = 'f',
                      kTip = 't', kTags = 'T', kCommits = 'c', kDiff = 'd', kOpenProject = 'O';
}

Error bad_answer();

void put(BinaryWriter& to, const Error& error);
Error take_error(BinaryReader& from);

void put(BinaryWriter& to, const ObjectId& id);
ObjectId take_id(BinaryReader& from);
void put(BinaryWriter& to, const std::optional<ObjectId>& id);
std::optional<ObjectId> take_optional_id(BinaryReader& from);
void put(BinaryWriter& to, std::span<const ObjectId> ids);
std::vector<ObjectId> take_ids(BinaryReader& from);

void put(BinaryWriter& to, const GitRepository::Change& change);
GitRepository::Change take_change(BinaryReader& from);
void put_blob(BinaryWriter& to, std::string_view kept, std::uint64_t size);
void put_blob(BinaryWriter& to, const Error& error);
Result<GitBlob> take_blob(BinaryReader& from);
void put(BinaryWriter& to, const Result<GitCommit>& commit);
Result<GitCommit> take_commit(BinaryReader& from);

}  // namespace patchseek::archive
