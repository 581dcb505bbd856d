#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog.hpp"
#include "git_repository.hpp"

namespace patchseek::archive {

/// Where a message of a public-inbox is kept.
struct GitMessage {
    ObjectId id{};
    std::uint32_t repository = 0;  ///< index into the epochs
};

/// A folder that has to do with git.
struct GitFolder {
    std::vector<std::filesystem::path> repositories;  ///< epochs of a v2 in their order; else the one
    bool epochs = false;                              ///< of a public-inbox v2 for certain, by the names of its folders
    bool working = false;  ///< a working copy: its files may be mail, whatever the repository is
};
/// nullopt: a folder like others.
std::optional<GitFolder> git_folder(const std::filesystem::path& path);

/// The messages of a public-inbox v2 as its commits come by: which ones are there at the end.
class LiveMessages {
public:
    /// `known`: those that were there before the first commit that comes.
    LiveMessages(const std::vector<GitRepository>& epochs, std::vector<std::uint64_t> known);
    void added(const GitMessage& message);
    void removed(const GitMessage& message);
    /// To be called last. Removes what was removed under another blob id: the message with the same Message-ID and
    /// body that came before (public-inbox-v2-format(5)). Takes as long as reading all messages if there is such a one.
    void finish();

    std::vector<GitMessage> fresh() const;    ///< there and not known, in the order they came
    std::vector<std::uint64_t> kept() const;  ///< of the known; sorted

private:
    struct Removal {
        GitMessage message;
        std::size_t before = 0;  ///< number of messages that had come
    };
    Key identity(const GitMessage& message) const;
    std::optional<GitMessage> find(std::uint64_t at) const;

    const std::vector<GitRepository>& epochs_;
    std::vector<std::uint64_t> known_;
    std::unordered_set<std::uint64_t> gone_;  // of the known
    std::vector<std::optional<GitMessage>> came_;
    std::unordered_map<std::uint64_t, std::size_t> place_;  // of a prefix in came_
    std::vector<Removal> unmatched_;
};

/// Stands for Message-ID and body of a message, which tell whether two are one; 0 without a Message-ID.
Key message_identity(std::string_view message);

}  // namespace patchseek::archive
