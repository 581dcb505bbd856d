// SPDX-License-Identifier: GPL-2.0-or-later
#include "checked_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {
namespace {

constexpr std::size_t kPiece = CheckedFile::kPiece;
constexpr std::size_t kSum = sizeof(std::uint32_t);
constexpr std::string_view kMagic = "patchseek part 1";
constexpr std::size_t kEnd = sizeof(std::uint64_t) + 2 * sizeof(std::uint32_t) + kMagic.size();
constexpr std::size_t kBuffer = 32 * kPiece;

std::uint64_t pieces_of(std::uint64_t size) { return (size + kPiece - 1) / kPiece; }

}  // namespace

Error CheckedFile::damaged() const {
    return Error{ErrorKind::data, "the index is damaged: '" + name_ +
                                      "' is not what was written; patchseek-index --rebuild makes it anew"};
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
    if (in.bytes(kMagic.size()) != kMagic || out.size_ > all) return out.damaged();
    const auto sums = pieces_of(out.size_) * kSum;
    if (sums > all || out.size_ + sums + head + kEnd != all) return out.damaged();
    auto rest = read_at(out.fd_.get(), out.size_, sums + head, out.name_);
    if (!rest) return rest.error();
    const auto fixed = std::string_view(*end).substr(0, sizeof(std::uint64_t) + sizeof(std::uint32_t));
    if (rest->size() != sums + head || checksum(fixed, checksum(*rest)) != sum) return out.damaged();
    out.head_ = rest->substr(sums);
    rest->resize(sums);
    out.sums_ = std::move(*rest);
    return out;
}

Result<std::string> CheckedFile::read(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) return damaged();
    const auto begin = offset / kPiece * kPiece;
    const auto end = std::min(size_, pieces_of(offset + size) * kPiece);
    auto bytes = read_at(fd_.get(), begin, end - begin, name_);
    if (!bytes) return bytes;
    if (bytes->size() != end - begin) return damaged();
    for (std::size_t at = 0; at < bytes->size(); at += kPiece) {
        BinaryReader sum(std::string_view(sums_).substr((begin + at) / kPiece * kSum, kSum));
        if (checksum(std::string_view(*bytes).substr(at, kPiece)) != sum.little<std::uint32_t>()) return damaged();
    }
    bytes->erase(0, offset - begin);
    bytes->resize(size);
    return bytes;
}

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
    BinaryWriter sums(sums_);
    for (std::size_t at = 0; at < size; at += kPiece) sums.little(checksum(ready.substr(at, kPiece)));
    if (auto done = write_all(fd_.get(), ready, name_); !done) return done;
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
    sums_ += head;
    out.little(checksum(end, checksum(sums_)));
    out.bytes(kMagic);
    return write_all(fd_.get(), sums_ + end, name_);
}

}  // namespace patchseek::store
