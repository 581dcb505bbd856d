#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

using Digest = std::array<unsigned char, 32>;

/// The first 64 bits of a SHA-256, most significant byte first.
Key key_of(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. Holes of a sparse file count by their place and length, so that they cost
/// nothing; the same bytes without the hole have another digest.
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

/// Bytes [base, base + size) of an open file.
struct Region {
    int fd = -1;
    std::uint64_t base = 0, size = 0;
    std::string_view name;  ///< for errors
};

/// What one pass over a source found.
struct SourceContents {
    std::vector<Entry> entries;   ///< Entry::source is not set
    std::uint64_t size = 0;       ///< bytes read; less than asked for when the file shrank meanwhile
    Digest digest{};              ///< of them
    Digest before{};              ///< of the first `old_size`, when there were as many
    std::uint64_t open_from = 0;  ///< see SourceState
    bool quoted = true;           ///< see SourceState
};

/// Reads a source of a kind once from its beginning to its end. Memory does not grow with its size, save for a dump, of
/// which only the first kMaxDump bytes are looked at. Holes of a sparse file are not read.
Result<SourceContents> read_contents(const Region& region, SourceKind kind, std::uint64_t old_size = 0);

inline constexpr std::uint64_t kMaxDump = std::uint64_t{1} << 30;

}  // namespace patchseek::archive
