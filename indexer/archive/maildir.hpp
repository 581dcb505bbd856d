// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patchseek/base/result.hpp"
#include "scan.hpp"

namespace patchseek::archive {

/// Whether a folder has cur or new.
bool is_maildir(const std::filesystem::path& path);

/// The times and inodes of cur and new: names come and go with them, and what has a name never changes.
Stamp stamp_of_maildir(const std::filesystem::path& path);

/// The where of a message in its maildir: from the part of its file's name that stays when it is moved from new to cur
/// or when its flags change (https://cr.yp.to/proto/maildir.html).
std::uint64_t maildir_key(std::string_view file_name);

/// What stands in cur and new.
struct MaildirListing {
    std::vector<std::string> names;    ///< "cur/…", then "new/…", of what may be messages; in no order
    std::vector<std::string> links;    ///< symbolic links; sorted
    std::vector<std::string> folders;  ///< sorted
};
Result<MaildirListing> list_maildir(const std::filesystem::path& path);

/// Finds messages again whose files were renamed. Lists a folder once for each change of it, not for each message.
class MaildirNames {
public:
    /// "cur/…" or "new/…"; "" when there is no such message.
    std::string find(const std::filesystem::path& path, std::uint64_t key);

private:
    std::filesystem::path path_;
    Stamp stamp_;
    std::unordered_map<std::uint64_t, std::string> names_;
};

/// cur and new of a maildir: one source.
void scan_maildir(Scan& scan, const ArchivePath& where);

}  // namespace patchseek::archive
