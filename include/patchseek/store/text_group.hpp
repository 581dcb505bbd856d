// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// The form in which neighbouring texts are stored together. Here are bytes only; text_store.hpp has the files.
///
/// Proofs and snippets read many messages, and of each what a person reads; raw bytes, most of which are header lines
/// of the mail's way, are read when a message is shown whole. So a group is
///
///     a head         varints: the number of frames of bodies; of each the number of its texts, its decoded and its
///                    compressed size; then both sizes of the frame of rests
///     body frames    zstd, each of some neighbours, one after another
///     one rest frame zstd, with the decoded bodies of the whole group as its prefix
///
/// A body frame decoded:
///
///     varints  the number in the group of its first text, how many they are; of each the sizes of headers and body
///     bytes    of each headers and body
///
/// The rest frame decoded. A rest is the raw message without the body, if that is a part of it, else all of it; what
/// else the body repeats (lines whose ends or charset differ) costs little, since the bodies are the prefix:
///
///     varints  how many they are; of each 0, or 1 + where in it the body is to be put, and its size
///     bytes    the rests
///
/// The numbers are those of base/binary.hpp. All frames have checksums.
namespace patchseek::store {

/// A message's text as the index keeps it, so that showing and proving need neither
/// the archive nor a MIME library.
struct Text {
    std::string headers;  ///< decoded, unfolded `Name: value` lines that a reader wants
    std::string body;     ///< decoded body, UTF-8
    std::string raw;      ///< the message's exact bytes
    friend bool operator==(const Text&, const Text&) = default;
};

/// A text where it was read into, or where it waits to be stored: valid as long as what gave it says.
struct TextView {
    std::string_view headers, body, raw;
    Text copy() const { return {std::string(headers), std::string(body), std::string(raw)}; }
};

/// Decoded bytes of one frame. A mail of the largest size that is read whole stays far below; a damaged size must not
/// make us allocate what it says.
inline constexpr std::size_t kMostTextBytes = std::size_t{256} << 20;

/// Gathers texts and makes a group of them.
class TextGroupWriter {
public:
    TextGroupWriter();
    TextGroupWriter(TextGroupWriter&&) noexcept;
    TextGroupWriter& operator=(TextGroupWriter&&) noexcept;
    ~TextGroupWriter();

    std::size_t size() const { return count_; }  ///< texts
    /// Whether a text should be added to this group, which is decoded as a whole. An empty group takes any.
    bool fits(const TextView& text) const;
    /// Whether no text should be added any more.
    bool full() const;
    /// Adds a text, whose number in the group is the size() before. An Error, kind data, if it is too large to be
    /// stored; then it is not added. Of a text that makes the group full() the raw bytes are not copied: they must
    /// stay until seal().
    Result<Done> add(const TextView& text);
    /// Appends the group to `out`, and begins another. Nothing if there are no texts.
    Result<Done> seal(std::string& out);

private:
    struct Compressor;
    struct BodyFrame {
        std::size_t first = 0, count = 0;
        std::string sizes, bytes;  ///< of the texts in it: varints, and headers and bodies
    };
    struct Rest {
        std::string_view before, after;  ///< the body
        bool empty() const { return before.empty() && after.empty(); }
    };
    Result<Done> compress(std::initializer_list<std::string_view> pieces, std::string_view prefix, std::string& head,
                          std::string& out);

    std::unique_ptr<Compressor> compressor_;
    std::vector<BodyFrame> bodies_;
    std::string rest_sizes_, rests_;
    Rest last_;  ///< of the group when it is full, not in `rests_`
    std::size_t count_ = 0, bytes_ = 0;
};

/// What a group's head says.
struct TextGroupHead {
    struct Frame {
        std::size_t first = 0, count = 0;     ///< the texts of a frame of bodies; 0 for rests
        std::uint64_t offset = 0;             ///< in the group
        std::size_t content = 0, packed = 0;  ///< bytes, decoded and compressed
        std::size_t before = 0;               ///< decoded bytes of all frames of bodies before
    };
    std::vector<Frame> bodies;
    Frame rests;
    /// From the first bytes of a group, at least kMost of them if there are so many. nullopt: that is no head.
    static std::optional<TextGroupHead> decode(std::string_view bytes);
    static constexpr std::size_t kMost = 1024;  ///< bytes of a head
};

/// The text of that number in the content of a frame of bodies, without its raw bytes, as views into it. nullopt unless
/// the content is, to its last byte, that of this frame and has that text.
std::optional<TextView> text_in_bodies(std::string_view content, const TextGroupHead::Frame& frame, std::size_t number);

/// A rest in the content of a frame of rests, as views into it: the raw message is `before`, the body if it
/// `has_body`, and `after`.
struct TextRest {
    std::string_view before, after;
    bool has_body = false;
};
std::optional<TextRest> rest_in(std::string_view content, std::size_t count, std::size_t number);

/// Reads one group at a time, and keeps what it decoded of it: the next text of the same group costs next to nothing.
/// Views are valid until the next call.
class TextGroupReader {
public:
    /// Gives bytes of a group from an offset in it on; fewer where the file ends.
    using Fetch = std::function<Result<std::string>(std::uint64_t offset, std::size_t size)>;

    TextGroupReader();
    TextGroupReader(TextGroupReader&&) noexcept;
    TextGroupReader& operator=(TextGroupReader&&) noexcept;
    ~TextGroupReader();

    /// Which group the next calls read, by a key of the caller's; whatever is kept of another is let go.
    void turn_to(std::uint64_t key);
    /// Damage is an Error of kind data, whose message says nothing.
    Result<TextView> bodies(std::size_t number, const Fetch& fetch);
    Result<TextView> whole(std::size_t number, const Fetch& fetch);

private:
    struct Decompressor;
    Result<Done> read_head(const Fetch& fetch);
    Result<Done> decode(const TextGroupHead::Frame& frame, std::string_view prefix, std::string& into,
                        const Fetch& fetch);
    Result<std::string_view> content_of(const TextGroupHead::Frame& frame, const Fetch& fetch);
    Result<Done> decode_all(const Fetch& fetch);

    std::unique_ptr<Decompressor> decompressor_;
    std::optional<std::uint64_t> key_;
    std::optional<TextGroupHead> head_;
    const TextGroupHead::Frame* frame_ = nullptr;  ///< whose content bodies_ is; null: of all
    bool all_ = false;                             ///< bodies_ and rests_ are those of the whole group
    std::string bodies_, rests_, raw_;
};

}  // namespace patchseek::store
