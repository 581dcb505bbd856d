// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/encoding.hpp"

#include <cstdint>

#include "patchseek/base/ascii.hpp"

namespace patchseek {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::string_view kHex = "0123456789abcdef";

std::uint32_t byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const std::uint32_t group =
            byte(bytes[i]) << 16 | (left > 1 ? byte(bytes[i + 1]) << 8 : 0) | (left > 2 ? byte(bytes[i + 2]) : 0);
        out += kDigits[group >> 18];
        out += kDigits[group >> 12 & 63];
        out += left > 1 ? kDigits[group >> 6 & 63] : '=';
        out += left > 2 ? kDigits[group & 63] : '=';
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 4 <= text.size(); i += 4) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const std::size_t digit = kDigits.find(text[i + j]);
            group = group << 6 | static_cast<std::uint32_t>(digit == kDigits.npos ? 0 : digit);
        }
        const std::size_t padding = text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
        for (std::size_t j = 0; j < 3 - padding; ++j) out += static_cast<char>(group >> (16 - 8 * j) & 0xFF);
    }
    // Encoding again tells every malformed input at once: length, alphabet, padding, keep_unsettled bits.
    if (base64(out) != text) return std::nullopt;
    return out;
}

std::string hex(std::span<const unsigned char> bytes) {
    std::string out;
    for (const unsigned char one : bytes) {
        out += kHex[one >> 4];
        out += kHex[one & 15];
    }
    return out;
}

std::string hex(std::uint64_t number) {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[number >> shift & 15];
    return out;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool code = text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
        out += code ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
        if (code) i += 2;
    }
    return out;
}

}  // namespace patchseek
