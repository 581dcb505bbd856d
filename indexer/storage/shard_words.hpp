#pragma once

#include <filesystem>

#include "patchseek/base/result.hpp"

/// The vocabulary of a shard, made from its terms (store/vocabulary.hpp).
namespace patchseek::storage {

/// Writes the vocabulary of a shard that will get no more messages into its folder. Memory does not grow with the
/// words. Throws what Xapian throws.
Result<Done> write_vocabulary(const std::filesystem::path& shard);

/// Whether a shard has none, or one with all words of its terms. Throws what Xapian throws.
Result<bool> vocabulary_is_whole(const std::filesystem::path& shard);

}  // namespace patchseek::storage
