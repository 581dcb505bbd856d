#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
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

/// A text where it was read into: valid as long as what gave it says.
struct TextView {
    std::string_view headers, body, raw;
    Text copy() const { return {std::string(headers), std::string(body), std::string(raw)}; }
};

/// What one frame of the text store holds, before compression. The functions are here for those who test the form:
///
///     1 byte   0, or 1 when the body is a part of raw
///     varints  the sizes of headers, body and raw; then, for 1, where in raw the body begins
///     bytes    headers; for 0 the body; raw
///
/// The numbers are those of base/binary.hpp. pack_text() appends to `out`.
void pack_text(const Text& text, std::string& out);
/// nullopt unless `content`, in which the text stays, is one packed text, to its last byte.
std::optional<TextView> unpack_text(std::string_view content);

/// Where a text lies in an index. Kept as bytes in value slot kSlotText.
struct TextLocation {
    std::uint32_t file = 0;  ///< which of the index's text files
    std::uint64_t offset = 0;
    std::uint32_t size = 0;  ///< compressed bytes
    std::string encode() const;
    static Result<TextLocation> decode(std::string_view bytes);
    friend bool operator==(const TextLocation&, const TextLocation&) = default;
};

/// The path of a text file of an index: `texts/000017`.
std::filesystem::path text_file(const std::filesystem::path& index, std::uint32_t number);

/// Texts lie in files beside the Xapian tables: zstd frames, one per message, appended
/// and never changed, so that shards can be merged without touching them. Not in
/// Xapian's document data, where glass would try to deflate them again. Body and raw lie
/// in one frame, so the usual body, which is a part of raw, costs a few bytes.
class TextWriter {
public:
    /// Opens text file `number` of an index, made if need be, to append to it: what a
    /// killed writer left behind its last frame is skipped.
    static Result<TextWriter> open(const std::filesystem::path& index, std::uint32_t number);
    TextWriter(TextWriter&&) noexcept;
    TextWriter& operator=(TextWriter&&) noexcept;
    ~TextWriter();
    Result<TextLocation> append(const Text& text);
    /// The same for a frame as read_frame() gave it.
    Result<TextLocation> append_frame(std::string_view frame);
    /// Writes what is buffered and syncs the file: until then no document may name it.
    Result<Done> sync();

private:
    struct Impl;
    explicit TextWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Reads texts back. One object serves one thread; any number may be open.
class TextReader {
public:
    /// The text files of an index; each is opened when it is first asked for.
    explicit TextReader(const std::filesystem::path& index);
    TextReader(TextReader&&) noexcept;
    TextReader& operator=(TextReader&&) noexcept;
    ~TextReader();
    /// A location outside its file, or a damaged frame, is an Error, kind data; a
    /// file that is not there, kind no_input.
    Result<Text> read(const TextLocation& location);
    /// The same without a copy: valid until the next call.
    Result<TextView> view(const TextLocation& location);
    /// The compressed bytes, unproven.
    Result<std::string> read_frame(const TextLocation& location);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::store
