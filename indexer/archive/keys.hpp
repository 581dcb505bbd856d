#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog.hpp"

namespace patchseek::archive {

using Digest = std::array<unsigned char, 32>;

/// The first 64 bits of a SHA-256, most significant byte first.
Key key_of(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. Holes of a sparse file count by their place and length, so that
/// they cost nothing; the same bytes without the hole have another digest.
class Hasher {
public:
    Hasher();
    void feed(std::string_view bytes);
    void skip(std::uint64_t hole);
    /// Of all that came until now; more may follow.
    Digest digest() const;

private:
    struct Free {
        void operator()(void* context) const noexcept;
    };
    std::unique_ptr<void, Free> context_;
    std::uint64_t seen_ = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> holes_;  // offset, length
};

}  // namespace patchseek::archive
