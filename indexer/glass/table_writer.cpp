// SPDX-License-Identifier: GPL-2.0-or-later
#include "table_writer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "patchseek/base/binary.hpp"

namespace patchseek::glass {
namespace {

// An item of a leaf: two bytes of its size less kSizeBias, with flags in the high bits, a byte of the size of the key,
// the key, from the second piece of a tag on two bytes of its number, and the bytes of the tag.
constexpr std::size_t kItemHead = 3, kPieceNumber = 2, kSizeBias = 3;
constexpr std::uint16_t kLast = 0x4000, kFirst = 0x2000;
constexpr std::size_t kMostKey = 255;
/// Four items of this size fit into a block: Xapian can then take them into a table of its own as they are.
constexpr std::size_t kMostItem = (8192 - 11 - 4 * 2) / 4;
/// A tag of several pieces begins in a block that has room for so many bytes of it.
constexpr std::size_t kWorthwhile = 64;
constexpr std::uint32_t kRevision = 1;

void put_big(std::string& bytes, std::size_t at, std::uint16_t number) {
    bytes[at] = static_cast<char>(number >> 8);
    bytes[at + 1] = static_cast<char>(number);
}

// The shortest beginning of a key by which it stands behind another one: of pieces of one tag the whole key.
std::string_view separator(std::string_view before, std::string_view key) {
    const auto same = std::ranges::mismatch(before, key).in2 - key.begin();
    return key.substr(0, static_cast<std::size_t>(same) + 1);
}

}  // namespace

void append_sorted(std::string& key, std::uint32_t number) {
    BinaryWriter out(key);
    if (number < 0x8000) return out.big(static_cast<std::uint16_t>(number));
    // As many ones as it has bytes, less two, then a zero, then the number.
    const unsigned size = (static_cast<unsigned>(std::bit_width(number)) + 5) / 7;
    const std::uint64_t ones = (std::uint64_t{0xFF} << (10 - size)) & 0xFF;
    std::string bytes;
    BinaryWriter(bytes).big(std::uint64_t{number} | ones << (8 * (size - 1)));
    out.bytes(std::string_view(bytes).substr(bytes.size() - size));
}

void TableWriter::Block::add(std::string_view item) {
    begin_ -= item.size();
    std::ranges::copy(item, bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    put_big(bytes_, end_, static_cast<std::uint16_t>(begin_));
    end_ += kOffset;
}

std::string TableWriter::Block::take(unsigned level) {
    std::string out(kSize, '\0');
    out.swap(bytes_);
    put_big(out, 2, kRevision);
    out[4] = static_cast<char>(level);
    put_big(out, 5, static_cast<std::uint16_t>(free()));
    put_big(out, 7, static_cast<std::uint16_t>(free()));
    put_big(out, 9, static_cast<std::uint16_t>(end_));
    end_ = kHead, begin_ = kSize;
    return out;
}

Result<Done> TableWriter::write(Block& block, unsigned level) {
    ++blocks_;
    return write_all(fd_.get(), block.take(level), path_.native());
}

// The first leaf begins with an item of no key and no tag, before which nothing can stand.
void TableWriter::begin_leaf(std::string_view key, std::uint32_t component) {
    if (blocks_ > 0) return children_.push_back({std::string(separator(last_, key)), component, blocks_});
    children_.push_back({{}, 0, 0});
    leaf_.add(std::string_view("\x60\0\0", 3));
}

Result<Done> TableWriter::begin() {
    fd_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    return fd_ ? Result<Done>(Done{}) : system_error("cannot create '" + path_.native() + "'", errno);
}

// What is left of the tag.
Result<std::string_view> TableWriter::put_piece(std::string_view key, std::string_view tag, std::uint32_t piece) {
    const auto before = kItemHead + key.size() + (piece > 1 ? kPieceNumber : 0);
    auto size = std::min(tag.size(), kMostItem - before);
    if (before + size > leaf_.room()) {
        if (size < tag.size() && leaf_.room() > before + kWorthwhile) {
            size = leaf_.room() - before;
        } else {
            if (auto written = write(leaf_, 0); !written) return written.error();
            begin_leaf(key, piece);
        }
    }
    item_.clear();
    BinaryWriter out(item_);
    const auto flags = (size == tag.size() ? kLast : 0) | (piece == 1 ? kFirst : 0);
    out.big(static_cast<std::uint16_t>((before + size - kSizeBias) | static_cast<unsigned>(flags)));
    out.big(static_cast<std::uint8_t>(key.size()));
    out.bytes(key);
    if (piece > 1) out.big(static_cast<std::uint16_t>(piece));
    out.bytes(tag.substr(0, size));
    leaf_.add(item_);
    return tag.substr(size);
}

Result<Done> TableWriter::put(std::string_view key, std::string_view tag) {
    if (key.empty() || key.size() > kMostKey) return Error{ErrorKind::internal, "a term is too long for the index"};
    if (key <= last_) return Error{ErrorKind::internal, "a key of the index does not come in its order"};
    if (!fd_) {
        if (auto begun = begin(); !begun) return begun;
        begin_leaf(key, 1);
    }
    ++entries_;
    for (std::uint32_t piece = 1; piece == 1 || !tag.empty(); ++piece) {
        if (piece > UINT16_MAX) return Error{ErrorKind::internal, "an entry is too large for the index"};
        const auto rest = put_piece(key, tag, piece);
        if (!rest) return rest.error();
        tag = *rest;
        last_ = key;
    }
    return Done{};
}

// One level of blocks that lead to those of the level below.
Result<Done> TableWriter::write_above() {
    std::vector<Child> below;
    below.swap(children_);
    Block block;
    ++level_;
    bool first = true;
    for (Child& child : below) {
        // Four bytes of a block, one of the size of the key, the key, two of the number of the piece.
        if (!first && 7 + child.key.size() > block.room()) {
            if (auto written = write(block, level_); !written) return written;
            first = true;
        }
        if (first) children_.push_back({std::move(child.key), child.component, blocks_});
        const auto key = first ? std::string_view() : std::string_view(child.key);
        item_.clear();
        BinaryWriter out(item_);
        out.big(child.block);
        out.big(static_cast<std::uint8_t>(key.size()));
        out.bytes(key);
        out.big(static_cast<std::uint16_t>(first ? 0 : child.component));
        block.add(item_);
        first = false;
    }
    return write(block, level_);
}

Result<Done> TableWriter::finish() {
    if (!fd_) return Done{};
    if (auto written = write(leaf_, 0); !written) return written;
    while (children_.size() > 1)
        if (auto written = write_above(); !written) return written;
    fd_ = UniqueFd();
    return Done{};
}

std::string TableWriter::root() const {
    constexpr unsigned kInOrder = 2, kEmpty = 1;  // leaves stand in the order of their keys; there is no block
    std::string out, free;
    BinaryWriter list(free);
    list.varint(kRevision);
    list.varint(blocks_);
    for (int i = 0; i < 4; ++i) list.varint(0);  // no block is free
    BinaryWriter writer(out);
    writer.varint(blocks_ > 0 ? blocks_ - 1 : 0);
    writer.varint(level_ << 2 | kInOrder | (blocks_ > 0 ? 0 : kEmpty));
    writer.varint(entries_);
    writer.varint(Block::kSize >> 11);
    writer.varint(0);  // tags are never compressed
    writer.text(blocks_ > 0 ? std::string_view(free) : std::string_view());
    return out;
}

}  // namespace patchseek::glass
