// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "git_repository.hpp"
#include "scan.hpp"

namespace patchseek::archive {

/// The messages of a public-inbox v2 as its commits come by: which ones are there at the end.
class LiveMessages {
public:
    /// `known`: those that were there before the first commit that comes.
    LiveMessages(const std::vector<GitRepository>& epochs, std::vector<std::uint64_t> known);
    void added(const GitMessage& message);
    void removed(const GitMessage& message);
    /// To be called last. Removes what was removed under another blob id: the message with the same Message-ID and body
    /// that came before (public-inbox-v2-format(5)). Takes as long as reading all messages if there is such a one.
    void finish();

    std::vector<GitMessage> fresh() const;    ///< there and not known, in the order they came
    std::vector<std::uint64_t> kept() const;  ///< of the known; sorted

private:
    struct Removal {
        GitMessage message;
        std::size_t before = 0;  ///< number of messages that had come
    };
    Key identity(const GitMessage& message) const;
    std::optional<GitMessage> find(std::uint64_t key) const;

    const std::vector<GitRepository>& epochs_;
    std::vector<std::uint64_t> known_;
    std::unordered_set<std::uint64_t> gone_;  // of the known
    std::vector<std::optional<GitMessage>> came_;
    std::unordered_map<std::uint64_t, std::size_t> index_of_;  // in came_, by prefix
    std::vector<Removal> unmatched_;
};

/// Stands for Message-ID and body of a message, which tell whether two are one; 0 without a Message-ID.
Key message_identity(std::string_view message);

/// The messages of a public-inbox: one source. False when the folder has nothing to do with git, or is a working copy
/// of another repository, whose files may be mail.
bool scan_git(Scan& scan, const ArchivePath& where);

}  // namespace patchseek::archive
