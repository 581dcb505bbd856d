// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/text_group.hpp"

namespace patchseek::store {

/// Where a text lies in an index. Kept as bytes in value slot kSlotText.
struct TextLocation {
    std::uint32_t file = 0;    ///< which of the index's text files
    std::uint64_t offset = 0;  ///< of its group
    std::uint32_t number = 0;  ///< in the group, from 0 on
    std::string encode() const;
    static Result<TextLocation> decode(std::string_view bytes);
    friend bool operator==(const TextLocation&, const TextLocation&) = default;
};

/// The path of a text file of an index: `texts/000017`.
std::filesystem::path text_file(const std::filesystem::path& index, std::uint32_t number);

/// Texts lie in files beside the Xapian tables: groups of neighbours, see text_group.hpp, appended and never changed,
/// so that shards can be merged without touching them. Not in Xapian's document data, where glass would try to deflate
/// them again.
class TextWriter {
public:
    /// Opens text file `number` of an index, made if need be, to append to it: what a
    /// killed writer left behind its last frame is skipped.
    static Result<TextWriter> open(const std::filesystem::path& index, std::uint32_t number);
    TextWriter(TextWriter&&) noexcept;
    TextWriter& operator=(TextWriter&&) noexcept;
    ~TextWriter();
    /// Takes a copy of the text. Where it will lie is known at once; it lies there after sync(). An Error, kind data,
    /// if it is too large to be stored; then nothing has happened.
    Result<TextLocation> append(const TextView& text);
    /// Writes what was appended and syncs the file: until then no document may name it. The next text begins a group.
    Result<Done> sync();

private:
    struct Impl;
    explicit TextWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Reads texts back. One object serves one thread; any number may be open. Of each file it keeps what it decoded last,
/// so that texts that are read in the order in which they were written cost little.
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
    /// The same without the raw bytes, which take most of the time: headers and body.
    Result<TextView> view_body(const TextLocation& location);
    /// Where each read takes a round trip: reads what view() of these needs, else what view_body() does, many pieces at
    /// once, for the kernel to keep. What fails is left to these.
    void read_ahead(std::span<const TextLocation> places, bool whole);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::store
