// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>

/// Bounds on what one message may hold, so that no mail can cost more than a few times its size. What is beyond a bound
/// is left out, the rest is indexed, and the message is marked `truncated`.
namespace patchseek::mail {

inline constexpr std::size_t kMaxHeaderBlock = std::size_t{256} << 10;
inline constexpr std::size_t kMaxHeader = std::size_t{64} << 10;
inline constexpr std::size_t kMaxHeaders = 1000;
inline constexpr std::size_t kMaxAddresses = 1000;
inline constexpr std::size_t kMaxReferences = 500;
inline constexpr std::size_t kMaxEncodedWords = 1000;
inline constexpr std::size_t kMaxPieces = 100;  ///< of one RFC 2231 parameter
inline constexpr std::size_t kMaxParts = 1000;
inline constexpr std::size_t kMaxNesting = 20;
/// Of a signed S/MIME body: OpenSSL takes up to 50 bytes of memory for each byte of its lists.
inline constexpr std::size_t kMaxSigned = std::size_t{2} << 20;
inline constexpr std::size_t kMaxText = std::size_t{8} << 20;  ///< of the body that is kept and indexed
/// Of the body that is decoded: quoted-printable makes a text three times as long at most.
inline constexpr std::size_t kMaxEncoded = 3 * kMaxText;

}  // namespace patchseek::mail
