#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers as bytes: seven bits a byte, low ones first, the top bit saying that more
/// follow. Stored in indexes: never change it.
namespace patchseek::store {

inline void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

/// Takes one off the front; nullopt where none stands.
inline std::optional<std::uint64_t> take_varint(std::string_view& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

/// Takes that many bytes off the front; nullopt where there are fewer.
inline std::optional<std::string_view> take_bytes(std::string_view& in, std::uint64_t size) {
    if (size > in.size()) return std::nullopt;
    const auto piece = in.substr(0, static_cast<std::size_t>(size));
    in.remove_prefix(piece.size());
    return piece;
}

}  // namespace patchseek::store
