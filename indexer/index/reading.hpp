#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "index_folder.hpp"
#include "known.hpp"

namespace patchseek::index {

/// What archives hold now, compared with what the index knows of them.
struct Reading {
    archive::Catalog catalog;
    std::vector<store::Origin> gone;   ///< places that hold no message any more
    std::vector<std::string> states;   ///< of each archive, as it was before
    std::vector<Error> failures;       ///< archives that could not be read
    std::set<std::uint32_t> doubtful;  ///< archives of which not all could be seen, and nothing tells what was there
};

/// Scans one archive into `reading`. An archive whose last reading came to its end is
/// scanned from there; any other is scanned whole, to be compared message by message.
/// An archive that was scanned before in this run is left out. What cannot be seen just now
/// is never taken for gone.
void scan_archive(Reading& reading, const IndexFolder& folder, const Known& known, const std::filesystem::path& path,
                  const std::optional<archive::Kind>& kind, const std::filesystem::path& spool);

/// Drops from `gone` what lies in sources that could not be read to their end: what is
/// not seen there may still be there.
void spare(Reading& reading, const std::set<std::uint32_t>& unsettled);

}  // namespace patchseek::index
