// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "scan.hpp"

namespace patchseek::archive {

/// A file that was opened, before it is read.
struct OpenFile {
    UniqueFd fd;
    std::filesystem::path path;
    std::string name;   ///< for people
    std::string inner;  ///< ArchivePath::inner
    Stamp stamp;
    bool racy = false;
    bool ours = false;      ///< in the spool folder
    std::string beginning;  ///< kProbe bytes, or all if it has fewer
};
Result<OpenFile> open_file(const ArchivePath& where);

/// What a file is, for people: "mbox", "mbox, gzip", "tar, xz".
std::string description(const SourceState& state);

/// Whether the options ask to read a source in the way in which it was read before.
bool is_read_alike(const SourceState& state, const Scan& scan);

/// A file that may be anything that a file can be.
struct FileRules {
    bool is_message = false;  ///< whatever text it holds is one message: it lies in a folder for such
};
void scan_file(Scan& scan, const ArchivePath& where, FileRules rules = {});
void scan_file(Scan& scan, const OpenFile& file, FileRules rules = {});

/// A folder and all that is below it.
void scan_tree(Scan& scan, const ArchivePath& where);

}  // namespace patchseek::archive
