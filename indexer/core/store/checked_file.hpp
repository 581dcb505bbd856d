// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// A file of which parts are read, each proven by its checksum: what a damaged disk gives is an Error, kind data, and
/// never a wrong answer. It is read with pread: a file that shrinks or whose disk fails is an Error too.
///
/// Its bytes come first, then a CRC-32 of each 8 KiB of them, then a head, which is read at opening, then a fixed end:
/// how many bytes there are, how large the head is, a CRC-32 of checksums, head and these two, and "patchseek part".
namespace patchseek::store {

class CheckedFile {
public:
    /// So many bytes have a checksum; reads that end where one ends read nothing twice.
    static constexpr std::size_t kPiece = std::size_t{8} << 10;

    static Result<CheckedFile> open(const std::filesystem::path& path);
    std::uint64_t size() const { return size_; }
    const std::string& head() const { return head_; }
    const std::string& name() const { return name_; }
    /// The bytes [offset, offset + size), which must be there.
    Result<std::string> read(std::uint64_t offset, std::uint64_t size) const;
    /// That it is not what was written.
    Error damaged() const;

private:
    CheckedFile() = default;
    std::string name_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
    std::string sums_, head_;
};

class CheckedFileWriter {
public:
    static Result<CheckedFileWriter> create(const std::filesystem::path& path);
    Result<Done> append(std::string_view bytes);
    std::uint64_t size() const { return written_ + buffer_.size(); }
    /// The file is whole; syncing is left to whoever publishes it.
    Result<Done> finish(std::string_view head);

private:
    CheckedFileWriter() = default;
    Result<Done> flush(std::size_t size);

    std::string name_;
    UniqueFd fd_;
    std::uint64_t written_ = 0;
    std::string buffer_, sums_;
};

}  // namespace patchseek::store
