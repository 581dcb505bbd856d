// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "scan_files.hpp"

namespace patchseek::archive {

/// A file that is compressed, or a tar, by its beginning.
bool is_packed(std::string_view beginning);
void scan_packed(Scan& scan, const OpenFile& file);

}  // namespace patchseek::archive
