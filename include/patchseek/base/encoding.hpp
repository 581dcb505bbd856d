// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace patchseek {

/// RFC 4648 section 4, with padding, in one line. For bytes that JSON cannot hold.
std::string base64(std::string_view bytes);

/// The bytes back; nullopt for anything that base64() would not have written.
std::optional<std::string> from_base64(std::string_view text);

/// Two lower-case hex digits for each byte.
std::string hex(std::span<const unsigned char> bytes);
/// 16 of them, the most significant first.
std::string hex(std::uint64_t number);

/// `%40` and the like undone (RFC 3986 section 2.1); a '%' that no two hex digits follow stays.
std::string percent_decoded(std::string_view text);

}  // namespace patchseek
