// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// A file of which parts are read, each proven by its checksum: what a damaged disk gives is an Error, kind data, and
/// never a wrong answer. It is read with pread: a file that shrinks or whose disk fails is an Error too.
///
/// Its bytes come first, in pieces of 8 KiB, each as a zstd frame, or as it is where that is no smaller; then a table,
/// of each piece how many bytes stand there and a CRC-32 of them; then a head, which is read at opening; then a fixed
/// end: how many bytes there are, how large the head is, a CRC-32 of table, head and these two, and "patchseek part".
namespace patchseek::store {

/// That a file of an index is not what was written, and what to do.
Error not_as_written(const std::string& name);

class CheckedFile {
public:
    /// So many bytes are read and proven at once; reads that end where one ends read nothing twice.
    static constexpr std::size_t kPiece = std::size_t{8} << 10;

    static Result<CheckedFile> open(const std::filesystem::path& path);
    std::uint64_t size() const { return size_; }
    const std::string& head() const { return head_; }
    const std::string& name() const { return name_; }
    /// The bytes [offset, offset + size), which must be there.
    Result<std::string> read(std::uint64_t offset, std::uint64_t size) const;
    Error damaged() const { return not_as_written(name_); }

private:
    struct Piece {
        std::uint64_t offset;  ///< in the file
        std::uint32_t sum;
    };
    CheckedFile() = default;
    bool take_table(std::string_view table, std::uint64_t end);
    bool unpack(std::string_view stored, std::size_t piece, std::string& to) const;

    std::string name_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
    std::vector<Piece> pieces_;  ///< and one behind the last
    std::string head_;
};

class CheckedFileWriter {
public:
    CheckedFileWriter(CheckedFileWriter&&) noexcept;
    ~CheckedFileWriter();
    static Result<CheckedFileWriter> create(const std::filesystem::path& path);
    Result<Done> append(std::string_view bytes);
    std::uint64_t size() const { return written_ + buffer_.size(); }
    /// The file is whole; syncing is left to whoever publishes it.
    Result<Done> finish(std::string_view head);

private:
    struct Compressor;
    CheckedFileWriter();
    Result<Done> flush(std::size_t size);

    std::string name_;
    UniqueFd fd_;
    std::unique_ptr<Compressor> compressor_;
    std::uint64_t written_ = 0;  ///< of the bytes given
    std::string buffer_, table_;
};

}  // namespace patchseek::store
