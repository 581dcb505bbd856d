// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// The key of the archive that build_index() says its mails come from; the places there are those in `mails`.
inline constexpr std::uint64_t kBuiltArchive = 0xABCDEF;

/// Writes an index of these mails in so many shards, as the indexer lays it out.
void build_index(const std::filesystem::path& index, const std::vector<std::string>& mails, std::size_t shards);
