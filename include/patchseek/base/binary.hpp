// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

/// How numbers and strings become the bytes of an index, and come back. Whatever an index stores that is neither JSON,
/// MessagePack nor lines of text is written with BinaryWriter and read with BinaryReader. The bytes stand in indexes:
/// what a function here writes may never change.
namespace patchseek {

class BinaryWriter {
public:
    /// Appends to `out`, which must outlive the writer.
    explicit BinaryWriter(std::string& out) : out_(out) {}

    /// Seven bits a byte, the low ones first; the top bit says that more bytes follow.
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
        out_ += static_cast<char>(value);
    }
    /// As they are; the reader must know their number.
    void bytes(std::string_view bytes) { out_ += bytes; }
    /// The size as a varint, then the bytes.
    void text(std::string_view text) {
        varint(text.size());
        bytes(text);
    }
    /// All bytes of the number, the low one first.
    template <std::unsigned_integral Number>
    void little(Number value) {
        for (unsigned shift = 0; shift < 8 * sizeof value; shift += 8) out_ += static_cast<char>(value >> shift);
    }
    /// All bytes of the number, the high one first, so that the bytes sort as the numbers do.
    template <std::unsigned_integral Number>
    void big(Number value) {
        for (unsigned shift = 8 * sizeof value; shift > 0; shift -= 8) out_ += static_cast<char>(value >> (shift - 8));
    }
    /// As they stand in the memory of this machine: for what is made anew where another machine reads it.
    template <class T>
    void raw(const T* items, std::size_t count) {
        static_assert(std::has_unique_object_representations_v<T>, "bytes between the members would hold chance");
        out_.append(reinterpret_cast<const char*>(items), count * sizeof(T));
    }
    template <class T>
    void raw(const T& item) {
        raw(&item, 1);
    }

private:
    std::string& out_;
};

/// Takes off the front of some bytes what a BinaryWriter wrote. Where the bytes are not that, good() turns false, and
/// all that is taken from then on is 0 or empty: a caller looks once, at the end, and before it makes room for a number
/// of items that the bytes promise. Views point into the bytes.
class BinaryReader {
public:
    explicit BinaryReader(std::string_view bytes) noexcept : rest_(bytes) {}

    bool good() const noexcept { return good_; }
    /// Whether all was good and nothing is left.
    bool whole() const noexcept { return good_ && rest_.empty(); }
    std::size_t left() const noexcept { return rest_.size(); }  ///< bytes not yet taken

    std::uint64_t varint() noexcept {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::string_view bytes(std::uint64_t size) noexcept {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const auto out = rest_.substr(0, static_cast<std::size_t>(size));
        rest_.remove_prefix(out.size());
        return out;
    }
    std::string_view text() noexcept { return bytes(varint()); }
    template <std::unsigned_integral Number>
    Number little() noexcept {
        Number value = 0;
        unsigned shift = 0;
        for (const char c : bytes(sizeof(Number))) {
            value = static_cast<Number>(value | Number{static_cast<unsigned char>(c)} << shift);
            shift += 8;
        }
        return value;
    }
    template <std::unsigned_integral Number>
    Number big() noexcept {
        std::uint64_t value = 0;
        for (const char c : bytes(sizeof(Number))) value = value << 8 | static_cast<unsigned char>(c);
        return static_cast<Number>(value);
    }
    template <class T>
    T raw() noexcept {
        static_assert(std::is_trivially_copyable_v<T>);
        T item{};
        if (const auto from = bytes(sizeof item); good_) std::memcpy(&item, from.data(), sizeof item);
        return item;
    }
    /// For a caller that finds the values taken so far impossible.
    void fail() noexcept {
        good_ = false;
        rest_ = {};
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace patchseek
