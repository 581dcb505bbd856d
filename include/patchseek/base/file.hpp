// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "patchseek/base/result.hpp"

namespace patchseek {

/// A file descriptor that is closed when its owner goes.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) noexcept : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    ~UniqueFd();
    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// The Error for `errno`: `what` names the action and the subject
/// ("cannot read 'a.mbox'"), the system's reason is added, the kind follows it.
Error system_error(std::string_view what, int error_number);
/// The same of a file or folder that is to be made: kind cannot_create where its name or the folder above it is why.
Error creation_error(std::string_view what, int error_number);

/// The kind of an error of which a library gives the system's text and not its number; nothing if it is none that says
/// more than that something failed.
std::optional<ErrorKind> kind_of_reason(std::string_view text);

/// Opens a regular file for reading. Anything else (FIFO, socket, device,
/// folder) is an Error, found without ever blocking on it.
Result<UniqueFd> open_regular(const std::filesystem::path& path);

/// The same of a file that was found in a folder: `inner`, with which `path` ends, is its path below that folder, and
/// no part of it may be a symbolic link, also none that took the place of something else since it was found. The folder
/// itself may be one.
Result<UniqueFd> open_regular_below(const std::filesystem::path& path, const std::filesystem::path& inner);

/// Bytes [offset, offset + size) of an open file; fewer only when the file ends
/// before that. Uses pread, not a mapping: a file that shrinks while it is read
/// must not raise SIGBUS.
Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size, std::string_view name);

Result<std::string> read_file(const std::filesystem::path& path);

/// The bytes of a file that nobody changes once it has its name, where they are read in place. (Reading a mapping of
/// a file that shrinks ends the program: archives are read with read_at().)
class MappedFile {
public:
    static Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();
    std::string_view bytes() const noexcept { return bytes_; }  ///< valid as long as this, also when it is moved

private:
    explicit MappedFile(std::string_view bytes) noexcept : bytes_(bytes) {}
    std::string_view bytes_;
};

Result<Done> write_all(int fd, std::string_view bytes, std::string_view name);

/// Writes `bytes` under a temporary name, syncs, renames over `path` and syncs
/// the folder: whoever reads sees the old file or the new one, whole.
Result<Done> replace_file(const std::filesystem::path& path, std::string_view bytes);
/// The same with the temporary name in a folder of the same file system.
Result<Done> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          const std::filesystem::path& temporaries);

/// Syncs a file or a folder to disk.
Result<Done> sync_path(const std::filesystem::path& path);

/// Opens /dev/null on descriptors 0 to 2 where they are closed, so that no
/// database file can land on one of them and be overwritten by a message; such that
/// reading or writing there fails, as it would have.
void reserve_standard_descriptors() noexcept;

/// Takes as many descriptors as this user may have: an index of many shards needs some for
/// each shard in each thread.
void raise_descriptor_limit() noexcept;

}  // namespace patchseek
