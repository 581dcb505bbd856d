// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchseek {

/// A cryptographic hash over bytes that come in pieces (FIPS 180-4).
class Hash {
public:
    enum class Algorithm : std::uint8_t { sha1, sha256 };
    explicit Hash(Algorithm algorithm);
    Hash(Hash&&) noexcept;
    Hash& operator=(Hash&&) noexcept;
    ~Hash();
    void add(std::string_view bytes);
    /// Of all bytes until now, as 20 or 32 bytes; more may follow.
    void value(unsigned char* out) const;
    void restart();

private:
    struct State;
    std::unique_ptr<State> state_;
};

using Digest = std::array<unsigned char, 32>;

/// SHA-256.
Digest sha256(std::string_view bytes);
/// The same as 64 hex digits.
std::string sha256_hex(std::string_view bytes);

/// CRC-32 as gzip has it (RFC 1952), which tells damage and no malice: some 20 GB/s, so that files can be proven each
/// time they are read. `before` is that of the bytes in front of these.
std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0);

/// Whether all members of a gzip file (RFC 1952) have the checksum and the length that they say; zeros may follow them.
/// `read` gives the next bytes of it, none at its end. Decodes all, and keeps nothing.
bool is_whole_gzip(const std::function<std::string_view()>& read);

/// SHA-256 of a file that comes in pieces. Holes of a sparse file count by their place and length, so that they cost
/// nothing; the same bytes without the hole have another digest.
class Hasher {
public:
    void feed(std::string_view bytes);
    void skip(std::uint64_t hole);
    /// Of all that came until now; more may follow.
    Digest digest() const;

private:
    Hash hash_{Hash::Algorithm::sha256};
    std::uint64_t seen_ = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> holes_;  // offset, length
};

}  // namespace patchseek
