// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "storage/index_folder.hpp"
#include "storage/known_messages.hpp"

namespace patchseek::run {

/// What archives hold now, compared with what the index knows of them.
struct ArchiveDelta {
    archive::Catalog catalog;
    std::vector<store::Origin> gone;   ///< places that hold no message any more
    std::vector<std::string> states;   ///< of each archive, as it was before
    std::vector<Error> failures;       ///< archives that could not be read
    std::set<std::uint32_t> doubtful;  ///< archives of which not all could be seen, and nothing tells what was there
};

/// Scans one archive into `delta`. An archive whose last reading came to its end is
/// scanned from there; any other is scanned whole, to be compared message by message.
/// An archive that was scanned before in this run is left out. What cannot be seen just now
/// is never taken for gone.
void scan_archive(ArchiveDelta& delta, const storage::IndexFolder& folder, const storage::KnownMessages& known,
                  const std::filesystem::path& path, const std::optional<archive::SourceKind>& kind,
                  const std::filesystem::path& spool);

/// Drops from `gone` what lies in sources that could not be read to their end: what is
/// not seen there may still be there.
void keep_unsettled(ArchiveDelta& delta, const std::set<std::uint32_t>& unsettled);

}  // namespace patchseek::run
