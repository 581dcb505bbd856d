// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "content.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// "gzip", "bzip2", "xz", "zstd", "compress", by the first bytes of a file; "" for others.
std::string_view compression(std::string_view beginning) noexcept;
/// Whether a file is a tar: its first header's sum is right (POSIX ustar, and all before it).
bool is_tar(std::string_view beginning) noexcept;

/// A file of ours to which things are unpacked, one after another.
class Spool {
public:
    /// Within `folder`, under a name of its own.
    static Result<Spool> create(const std::filesystem::path& folder);
    /// One that is open elsewhere as well, and filled up to `end`. Somebody else closes the descriptor: see let_go().
    Spool(int fd, std::uint64_t end) : fd_(fd), end_(end) {}
    void let_go() noexcept { fd_.release(); }
    const std::filesystem::path& path() const { return path_; }
    int fd() const { return fd_.get(); }
    std::uint64_t end() const { return end_; }
    /// What lies between the end and `offset` is a hole.
    Result<Done> put(std::uint64_t offset, std::string_view bytes);
    /// Another process put so much into it.
    void grown_to(std::uint64_t end) { end_ = std::max(end_, end); }

private:
    Spool() = default;

    std::filesystem::path path_;
    UniqueFd fd_;
    std::uint64_t end_ = 0;
};

struct Member {
    std::string name;  ///< any bytes but NUL, from the tar; "" for all that a file holds which is no tar
    std::uint64_t base = 0, size = 0;  ///< in the spool
    const char* skipped = nullptr;     ///< why it has no content here
};

struct Unpacked {
    std::vector<Member> members;  ///< folders left out
    std::string format;           ///< for people: "gzip", "tar", "tar, xz"
    bool tar = false;
    std::string damage;       ///< why it ends before its end; "" when it does not
    std::uint64_t bytes = 0;  ///< that came out, headers of the tar included
};

/// How much may come out of so many bytes: 256 MiB and 200 times as much. Diffs shrink to a tenth.
std::uint64_t unpack_limit(std::uint64_t packed) noexcept;

/// Undoes compression, and takes a tar apart, in another process. libarchive without its filters that run programs.
/// Names of members are text; no file is made but the spool. An Error only when the spool cannot be written, or when
/// that process was brought down.
Result<Unpacked> unpack(const Region& packed, Spool& spool, std::uint64_t limit);

// How that process tells what it found. Ask the reader at the end whether it was whole.
void put(BinaryWriter& to, const Unpacked& unpacked);
Unpacked take_unpacked(BinaryReader& from);

}  // namespace patchseek::archive
