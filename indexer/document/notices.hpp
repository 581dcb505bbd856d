// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "applied.hpp"
#include "patchseek/patch/subject_tag.hpp"

namespace patchseek::document {

/// What a mail that is no reply by its subject tells of patches that others posted, whose diff it may carry once more.
/// Each of these begins within the first four lines that are not empty:
/// - tip-bot: "The following commit has been merged into the BRANCH branch of tip:", or "Commit-ID:" and "Gitweb:";
/// - "The patch titled", of quilt and else, then the title, then "has been added to the -mm tree", "has been applied
///   to the TREE tree at", "has been removed from": that it was merged says a line that follows, else it was dropped;
/// - "I've just added the patch titled", then the title, then "to the 6.12-stable tree";
/// - patchwork-bot's summary: "The following patches were marked "accepted", because they were applied to".
/// Linear in the body.
std::optional<Applied> notice_of(const patch::SubjectTag& subject, std::string_view body);

/// `7e565c0116ba`: 7 to 40 hex digits.
bool is_commit(std::string_view word);

/// "https://git.kernel.org/pub/scm/linux/kernel/git/vfs/vfs.git" is "vfs/vfs.git"; cut to what an index keeps.
std::string short_tree(std::string_view tree);

}  // namespace patchseek::document
