#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Writes an index of these mails in so many shards, as the indexer lays it out.
void build_index(const std::filesystem::path& index, const std::vector<std::string>& mails, std::size_t shards);
