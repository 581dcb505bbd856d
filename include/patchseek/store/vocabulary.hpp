// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/schema/schema.hpp"

/// The words of a shard as one text, each with the areas it stands in: a part of a word is found in it a hundred
/// times sooner than in Xapian's list of terms. Made when a shard gets its last message and kept in its folder; a shard
/// without one is looked through term by term. It has all words of the shard's terms, and those of messages that were
/// removed since.
namespace patchseek::store {

/// Bit i of a word's areas is schema::kAreaTable[i]; the next one stands for schema::kRestPrefix.
inline constexpr schema::Areas kRestArea = schema::Areas{1} << schema::kAreas;
inline constexpr std::size_t kVocabularyAreas = schema::kAreas + 1;
constexpr std::string_view vocabulary_prefix(std::size_t bit) {
    return bit < schema::kAreas ? schema::kAreaTable[bit].prefix : schema::kRestPrefix;
}

struct VocabularyWord {
    std::string_view text;  ///< as in a term, without its prefix
    schema::Areas areas = 0;
};

class Vocabulary {
public:
    /// That of the shard in a folder; nothing if there is none, or if it is of another state of the shard, which has
    /// `last` as its largest document number. A damaged file is an Error, kind data.
    /// So is one that has not the checksum, if one is given.
    static Result<std::optional<Vocabulary>> open(const std::filesystem::path& shard, std::uint32_t last,
                                                  std::optional<std::uint32_t> sum = {});

    /// Where in a word a part of it stands.
    struct At {
        bool begins = false, ends = false;
    };
    using Visit = std::function<bool(const VocabularyWord&)>;
    /// Calls `visit`, until it says false, with each word that has `part` there, one byte at least, save with words
    /// too long for a term.
    void with(std::string_view part, At at, const Visit& visit) const;
    /// Of words too long for a term only the beginning is known, as schema::term() keeps it.
    void cut_words(const Visit& visit) const;
    /// All words, in ascending order.
    void words(const Visit& visit) const;

private:
    explicit Vocabulary(MappedFile file) : file_(std::move(file)) {}
    void lines_with(std::string_view part, const Visit& visit) const;

    MappedFile file_;
    std::string_view lines_;  // of file_
};

/// Writes the vocabulary of a shard.
class VocabularyWriter {
public:
    static Result<VocabularyWriter> create(const std::filesystem::path& shard);
    VocabularyWriter(VocabularyWriter&&) noexcept;
    ~VocabularyWriter();
    /// In ascending order, each word once.
    Result<Done> add(const VocabularyWord& word);
    /// The file is whole; syncing is left to whoever publishes the shard.
    Result<Done> finish(std::uint32_t last);

private:
    struct Impl;
    explicit VocabularyWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::store
