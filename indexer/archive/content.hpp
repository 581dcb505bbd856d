// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// The first 64 bits of a SHA-256, most significant byte first.
Key key_of(std::string_view bytes);

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
