// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace patchseek {

/// Runs the user's program for after an update, beside the configuration, and waits for it; nothing if it is not there
/// or may not be run. It finds the index in PATCHSEEK_DB and the number of new messages in PATCHSEEK_ADDED. What went
/// wrong, for a person; empty if nothing did.
std::string run_hook(const std::filesystem::path& hook, const std::filesystem::path& index, std::uint64_t added);

}  // namespace patchseek
