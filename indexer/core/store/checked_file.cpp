// SPDX-License-Identifier: GPL-2.0-or-later
#include "checked_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {
namespace {

constexpr std::size_t kPiece = CheckedFile::kPiece;
constexpr std::size_t kRow = sizeof(std::uint16_t) + sizeof(std::uint32_t);
constexpr std::string_view kMagic = "patchseek part 2";
constexpr std::size_t kEnd = sizeof(std::uint64_t) + 2 * sizeof(std::uint32_t) + kMagic.size();
constexpr std::size_t kBuffer = 32 * kPiece;
/// Numbers in few bytes have hardly anything that comes twice: what is gained, the first level gains.
constexpr int kLevel = 1;

std::uint64_t pieces_of(std::uint64_t size) { return (size + kPiece - 1) / kPiece; }

ZSTD_DCtx* decompressor() {
    struct Free {
        void operator()(ZSTD_DCtx* it) const { ZSTD_freeDCtx(it); }
    };
    thread_local std::unique_ptr<ZSTD_DCtx, Free> context;
    if (!context) context.reset(ZSTD_createDCtx());
    if (!context) throw std::bad_alloc();
    return context.get();
}

}  // namespace

Error not_as_written(const std::string& name) {
    return Error{ErrorKind::data, "the index is damaged: '" + name +
                                      "' is not what was written; patchseek-index --rebuild makes it anew"};
}

// `end`: where the table begins, and so the pieces end.
bool CheckedFile::take_table(std::string_view table, std::uint64_t end) {
    BinaryReader in(table);
    std::uint64_t offset = 0;
    for (std::uint64_t left = size_; left > 0; left -= std::min<std::uint64_t>(left, kPiece)) {
        const auto stored = in.little<std::uint16_t>();
        if (stored == 0 || stored > std::min<std::uint64_t>(left, kPiece)) return false;
        pieces_.push_back({offset, in.little<std::uint32_t>()});
        offset += stored;
    }
    pieces_.push_back({offset, 0});
    return offset == end;
}

Result<CheckedFile> CheckedFile::open(const fs::path& path) {
    CheckedFile out;
    out.name_ = path.native();
    auto fd = open_regular(path);
    if (!fd) return fd.error();
    out.fd_ = std::move(*fd);
    struct stat status = {};
    if (::fstat(out.fd_.get(), &status) != 0) return system_error("cannot read '" + out.name_ + "'", errno);
    const auto all = static_cast<std::uint64_t>(status.st_size);
    if (all < kEnd) return out.damaged();
    const auto end = read_at(out.fd_.get(), all - kEnd, kEnd, out.name_);
    if (!end) return end.error();
    BinaryReader in(*end);
    out.size_ = in.little<std::uint64_t>();
    const auto head = in.little<std::uint32_t>();
    const auto sum = in.little<std::uint32_t>();
    if (in.bytes(kMagic.size()) != kMagic || out.size_ / kPiece > all / kRow) return out.damaged();
    const auto table = pieces_of(out.size_) * kRow;
    if (table + head + kEnd > all) return out.damaged();
    const auto begin = all - kEnd - head - table;
    const auto rest = read_at(out.fd_.get(), begin, table + head, out.name_);
    if (!rest) return rest.error();
    const auto fixed = std::string_view(*end).substr(0, sizeof(std::uint64_t) + sizeof(std::uint32_t));
    if (rest->size() != table + head || checksum(fixed, checksum(*rest)) != sum) return out.damaged();
    if (!out.take_table(std::string_view(*rest).substr(0, table), begin)) return out.damaged();
    out.head_ = rest->substr(table);
    return out;
}

// `stored`: what stands in the file for the piece.
bool CheckedFile::unpack(std::string_view stored, std::size_t piece, std::string& to) const {
    if (checksum(stored) != pieces_[piece].sum) return false;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size_ - piece * kPiece));
    if (stored.size() == size) {
        to += stored;
        return true;
    }
    const auto before = to.size();
    to.resize(before + size);
    return ZSTD_decompressDCtx(decompressor(), to.data() + before, size, stored.data(), stored.size()) == size;
}

Result<std::string> CheckedFile::read(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) return damaged();
    const auto first = static_cast<std::size_t>(offset / kPiece),
               last = static_cast<std::size_t>(pieces_of(offset + size));
    if (first >= last) return std::string();
    const auto begin = pieces_[first].offset, end = pieces_[last].offset;
    const auto stored = read_at(fd_.get(), begin, end - begin, name_);
    if (!stored) return stored;
    if (stored->size() != end - begin) return damaged();
    std::string out;
    out.reserve((last - first) * kPiece);
    for (std::size_t piece = first; piece < last; ++piece) {
        const auto at = pieces_[piece].offset;
        if (!unpack(std::string_view(*stored).substr(at - begin, pieces_[piece + 1].offset - at), piece, out))
            return damaged();
    }
    out.erase(0, offset - first * kPiece);
    out.resize(size);
    return out;
}

struct CheckedFileWriter::Compressor {
    struct Free {
        void operator()(ZSTD_CCtx* it) const { ZSTD_freeCCtx(it); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
    std::string packed = std::string(ZSTD_compressBound(kPiece), '\0');

    // What is to stand in the file for a piece; valid until the next.
    std::string_view pack(std::string_view piece) {
        if (!context) return piece;  // no memory was left
        const auto size =
            ZSTD_compressCCtx(context.get(), packed.data(), packed.size(), piece.data(), piece.size(), kLevel);
        return ZSTD_isError(size) || size >= piece.size() ? piece : std::string_view(packed).substr(0, size);
    }
};

CheckedFileWriter::CheckedFileWriter() : compressor_(std::make_unique<Compressor>()) {}
CheckedFileWriter::CheckedFileWriter(CheckedFileWriter&&) noexcept = default;
CheckedFileWriter::~CheckedFileWriter() = default;

Result<CheckedFileWriter> CheckedFileWriter::create(const fs::path& path) {
    CheckedFileWriter out;
    out.name_ = path.native();
    out.fd_ = UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!out.fd_) return system_error("cannot create '" + out.name_ + "'", errno);
    return out;
}

Result<Done> CheckedFileWriter::append(std::string_view bytes) {
    buffer_ += bytes;
    return buffer_.size() < kBuffer ? Result<Done>(Done{}) : flush(buffer_.size() / kPiece * kPiece);
}

Result<Done> CheckedFileWriter::flush(std::size_t size) {
    const auto ready = std::string_view(buffer_).substr(0, size);
    BinaryWriter table(table_);
    std::string stored;
    for (std::size_t at = 0; at < size; at += kPiece) {
        const auto packed = compressor_->pack(ready.substr(at, kPiece));
        table.little(static_cast<std::uint16_t>(packed.size()));
        table.little(checksum(packed));
        stored += packed;
    }
    if (auto done = write_all(fd_.get(), stored, name_); !done) return done;
    written_ += size;
    buffer_.erase(0, size);
    return Done{};
}

Result<Done> CheckedFileWriter::finish(std::string_view head) {
    if (auto done = flush(buffer_.size()); !done) return done;
    std::string end;
    BinaryWriter out(end);
    out.little(written_);
    out.little(static_cast<std::uint32_t>(head.size()));
    table_ += head;
    out.little(checksum(end, checksum(table_)));
    out.bytes(kMagic);
    return write_all(fd_.get(), table_ + end, name_);
}

}  // namespace patchseek::store
