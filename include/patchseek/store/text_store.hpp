#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::store {

/// A message's text as the index keeps it, so that showing and proving need neither
/// the archive nor a MIME library.
struct Text {
    std::string headers;  ///< decoded, unfolded `Name: value` lines that a reader wants
    std::string body;     ///< decoded body, UTF-8
    std::string raw;      ///< the message's exact bytes
    friend bool operator==(const Text&, const Text&) = default;
};

/// Where a text lies in its shard's store. Kept as bytes in value slot kSlotPlace.
struct Place {
    std::uint64_t offset = 0;
    std::uint32_t size = 0;  ///< compressed bytes
    std::string encode() const;
    static Result<Place> decode(std::string_view bytes);
    friend bool operator==(const Place&, const Place&) = default;
};

/// The store is one file per shard beside its Xapian tables: zstd frames, one per
/// message, appended. Not in Xapian's document data, where glass would try to
/// deflate them again. Body and raw lie in one frame, so the usual body, which is a
/// piece of raw, costs a few bytes.
class TextWriter {
public:
    static Result<TextWriter> create(const std::filesystem::path& file);
    TextWriter(TextWriter&&) noexcept;
    TextWriter& operator=(TextWriter&&) noexcept;
    ~TextWriter();
    Result<Place> append(const Text& text);
    /// Writes what is buffered and syncs the file.
    Result<Done> finish();

private:
    struct Impl;
    explicit TextWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Reads texts back. One object serves one thread; any number may be open.
class TextReader {
public:
    static Result<TextReader> open(const std::filesystem::path& file);
    TextReader(TextReader&&) noexcept;
    TextReader& operator=(TextReader&&) noexcept;
    ~TextReader();
    /// A place that is not in the file, or a damaged frame, is an Error, kind data.
    Result<Text> read(const Place& place);

private:
    struct Impl;
    explicit TextReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::store
