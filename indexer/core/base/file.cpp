// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>

#include "patchseek/base/ascii.hpp"

namespace patchseek {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;

template <class Call>
auto retry(Call&& call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

std::string quoted(std::string_view verb, std::string_view name) {
    return "cannot " + std::string(verb) + " '" + std::string(name) + "'";
}

ErrorKind kind_of(int error_number) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR: return ErrorKind::no_input;
        case EACCES:
        case EPERM:
        case EROFS: return ErrorKind::permission;
        case ENOMEM:
        case EMFILE:
        case ENFILE: return ErrorKind::resources;
        default: return ErrorKind::io;
    }
}

// What a file is that is no regular one; "" for a regular one.
const char* oddity(mode_t mode) {
    if (S_ISREG(mode)) return "";
    if (S_ISDIR(mode)) return "is a folder";
    if (S_ISFIFO(mode)) return "is a FIFO";
    if (S_ISSOCK(mode)) return "is a socket";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "is a device";
    return "is not a regular file";
}

constexpr std::size_t kMostReserved = std::size_t{64} << 20;

// Fills `out` with what `read_some(to, room)` gives until `limit` bytes are there or
// it gives none. Grows as the bytes come, so that a size which lies costs nothing.
template <class ReadSome>
Result<std::string> read_until(std::size_t limit, std::size_t first, std::string_view name, ReadSome&& read_some) try {
    std::string out;
    std::size_t filled = 0;
    if (limit <= kMostReserved) out.reserve(limit);  // memory that is not touched costs nothing
    while (filled < limit) {
        if (filled == out.size()) out.resize(std::min(limit, filled + std::max(first, filled)));
        const ssize_t got = retry([&] { return read_some(out.data() + filled, out.size() - filled, filled); });
        if (got < 0) return system_error(quoted("read", name), errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    out.resize(filled);
    return out;
} catch (const std::bad_alloc&) {
    return system_error(quoted("read", name), ENOMEM);
}

// A name that nobody else uses, created and open; `path` is what it will become.
struct Temporary {
    std::filesystem::path path;
    UniqueFd fd;
};
Result<Temporary> create_in(const std::filesystem::path& folder, const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    for (int tries = 0; tries < 100; ++tries) {
        const std::string name = "tmp-" + std::to_string(::getpid()) + "." + std::to_string(counter++);
        Temporary made{folder / name, UniqueFd{}};
        made.fd =
            UniqueFd(retry([&] { return ::open(made.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); }));
        if (made.fd) return made;
        // A killed process may have had this number and left its file.
        if (errno != EEXIST) break;
    }
    return system_error(quoted("write", path.native()), errno);
}

Result<Done> fill_and_rename(const Temporary& temporary, const std::filesystem::path& path, std::string_view bytes) {
    if (auto written = write_all(temporary.fd.get(), bytes, path.native()); !written) return written;
    if (retry([&] { return ::fsync(temporary.fd.get()); }) < 0)
        return system_error(quoted("write", path.native()), errno);
    if (::rename(temporary.path.c_str(), path.c_str()) < 0) return system_error(quoted("write", path.native()), errno);
    return Done{};
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

UniqueFd::~UniqueFd() {
    if (fd_ >= 0) ::close(fd_);
}

Error system_error(std::string_view what, int error_number) {
    return Error{kind_of(error_number), std::string(what) + ": " + std::strerror(error_number)};
}

Error creation_error(std::string_view what, int error_number) {
    Error error = system_error(what, error_number);
    for (const int number : {ENOENT, ENOTDIR, EEXIST, EISDIR, ELOOP, ENAMETOOLONG, EINVAL})
        if (error_number == number) error.kind = ErrorKind::cannot_create;
    return error;
}

std::optional<ErrorKind> kind_of_reason(std::string_view text) {
    const auto lower = lowered(text);  // Xapian has some in words of its own
    // Those of the second line a server leaves behind that is gone.
    for (const int number :
         {ENOSPC,   EDQUOT,     EFBIG,        EIO,        EMFILE,    ENFILE,    ENOMEM,       EACCES, EPERM, EROFS,  //
          ESTALE,   ENOTCONN,   ECONNABORTED, ECONNRESET, ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH, ENODEV, ENXIO, EREMOTEIO,
          ENETDOWN, ENETUNREACH})
        if (lower.find(lowered(std::strerror(number))) != lower.npos) return kind_of(number);
    return std::nullopt;
}

namespace {

// Without O_NONBLOCK the open of a FIFO waits for a writer.
constexpr int kReading = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// What was opened, or why it was not, which `errno` says.
Result<UniqueFd> demand_regular(UniqueFd fd, const std::filesystem::path& path) {
    const auto not_regular = [&](const char* why) {
        return Error{ErrorKind::no_input, quoted("read", path.native()) + ": " + why};
    };
    struct stat status = {};
    if (!fd) {
        const int why = errno;
        // A socket cannot be opened at all, and "No such device or address" tells nobody that.
        if (::stat(path.c_str(), &status) == 0 && why == ENXIO && *oddity(status.st_mode))
            return not_regular(oddity(status.st_mode));
        if (why == ELOOP && ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode))
            return not_regular("a symbolic link, not followed");
        return system_error(quoted("read", path.native()), why);
    }
    if (::fstat(fd.get(), &status) < 0) return system_error(quoted("read", path.native()), errno);
    if (*oddity(status.st_mode)) return not_regular(oddity(status.st_mode));
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) < 0)
        return system_error(quoted("read", path.native()), errno);
    return fd;
}

}  // namespace

Result<UniqueFd> open_regular(const std::filesystem::path& path) {
    return demand_regular(UniqueFd(retry([&] { return ::open(path.c_str(), kReading); })), path);
}

Result<UniqueFd> open_regular_below(const std::filesystem::path& path, const std::filesystem::path& inner) {
    const std::string_view whole = path.native(), end = inner.native();
    if (end.empty() || !whole.ends_with(end)) return open_regular(path);
    const std::string top(whole.substr(0, whole.size() - end.size()));
    UniqueFd fd(::open(top.empty() ? "." : top.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (auto part = inner.begin(); fd && part != inner.end(); ++part) {
        const bool last = std::next(part) == inner.end();
        const int flags = last ? kReading : O_PATH | O_DIRECTORY | O_CLOEXEC;
        fd = UniqueFd(retry([&] { return ::openat(fd.get(), part->c_str(), flags | O_NOFOLLOW); }));
    }
    return demand_regular(std::move(fd), path);
}

Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size, std::string_view name) {
    constexpr std::uint64_t kLast = std::numeric_limits<off_t>::max();
    if (offset > kLast) return std::string();
    const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(size, kLast - offset));
    return read_until(limit, kChunk, name, [&](char* to, std::size_t room, std::size_t filled) {
        return ::pread(fd, to, room, static_cast<off_t>(offset + filled));
    });
}

Result<std::string> read_file(const std::filesystem::path& path) {
    auto fd = open_regular(path);
    if (!fd) return fd.error();
    constexpr std::size_t kFirst = 16384;  // most are small, and memory that is not touched costs nothing
    return read_until(std::numeric_limits<std::size_t>::max(), kFirst, path.native(),
                      [&](char* to, std::size_t room, std::size_t) { return ::read(fd->get(), to, room); });
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const auto fd = open_regular(path);
    if (!fd) return fd.error();
    struct stat status = {};
    if (::fstat(fd->get(), &status) < 0) return system_error(quoted("read", path.native()), errno);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return MappedFile({});
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd->get(), 0);
    if (bytes == MAP_FAILED) return system_error(quoted("read", path.native()), errno);
    return MappedFile({static_cast<const char*>(bytes), size});
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

Result<Done> write_all(int fd, std::string_view bytes, std::string_view name) {
    while (!bytes.empty()) {
        const ssize_t put = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
        // Another program may have left the terminal or pipe that we share in this mode.
        if (put < 0 && errno == EAGAIN) {
            pollfd wanted{fd, POLLOUT, 0};
            if (retry([&] { return ::poll(&wanted, 1, -1); }) > 0) continue;
        }
        if (put < 0) return system_error(quoted("write", name), errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return Done{};
}

Result<Done> replace_file(const std::filesystem::path& path, std::string_view bytes) {
    return replace_file(path, bytes, path.parent_path());
}

Result<Done> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          const std::filesystem::path& temporaries) {
    auto temporary = create_in(temporaries, path);
    if (!temporary) return temporary.error();
    if (auto done = fill_and_rename(*temporary, path, bytes); !done) {
        ::unlink(temporary->path.c_str());
        return done;
    }
    return sync_path(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<Done> sync_path(const std::filesystem::path& path) {
    const UniqueFd fd(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
    if (!fd || retry([&] { return ::fsync(fd.get()); }) < 0) return system_error(quoted("sync", path.native()), errno);
    return Done{};
}

void reserve_standard_descriptors() noexcept {
    for (int fd = 0; fd <= 2; ++fd)
        // open() gives the lowest free number, which is this one: those below are taken.
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

void raise_descriptor_limit() noexcept {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace patchseek
