// SPDX-License-Identifier: GPL-2.0-or-later
#include "claim.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <string_view>
#include <thread>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/schema/layout.hpp"

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

namespace patchseek::storage {
namespace {

constexpr std::size_t kIdDigits = 16;
/// More than a process number and some names of folders.
constexpr std::size_t kLargestLock = 256;

// A folder of data as make_data() names it.
bool is_data_name(std::string_view name) {
    const std::string_view prefix = layout::kDataPrefix;
    return name.starts_with(prefix) && name.size() == prefix.size() + kIdDigits &&
           std::ranges::all_of(name.substr(prefix.size()), is_hex);
}

std::string octal(mode_t mode) {
    std::ostringstream out;
    out << '0' << std::oct << (mode & 07777);
    return out.str();
}

Error not_an_index(const fs::path& folder) {
    return Error{ErrorKind::cannot_create,
                 "'" + folder.native() + "' holds other files and no index; name a new folder with --db"};
}

// That it is this user's, and nobody else can write it.
Result<Done> demand_private(const struct stat& status, const std::string& name) {
    if (status.st_uid != ::geteuid())
        return Error{ErrorKind::permission,
                     "index '" + name + "' belongs to another user; --shared writes it all the same"};
    if ((status.st_mode & 022) != 0)
        return Error{ErrorKind::permission, "index '" + name + "' can be written by other users (mode " +
                                                octal(status.st_mode) + "); chmod go-w it, or --shared"};
    return Done{};
}

// Whether it was made here.
Result<bool> make_folder(const fs::path& path, bool shared) {
    std::error_code error;
    if (const auto parent = path.parent_path(); !parent.empty()) fs::create_directories(parent, error);
    if (::mkdir(path.c_str(), shared ? 0777 : 0700) == 0) return true;
    if (errno != EEXIST) {
        auto failed = system_error("cannot make the index folder '" + path.native() + "'", errno);
        if (failed.kind == ErrorKind::no_input) failed.kind = ErrorKind::cannot_create;
        return failed;
    }
    if (!fs::is_directory(path, error))
        return Error{ErrorKind::cannot_create, "'" + path.native() + "' is not a folder"};
    return false;
}

// What lies in a folder that has no manifest; hidden files are nobody's index, and stay.
Result<std::vector<std::string>> names_in(const fs::path& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (auto name = it->path().filename().native(); !name.starts_with('.') && name != "lost+found")
            out.push_back(std::move(name));
    if (error) return system_error("cannot list '" + folder.native() + "'", error.value());
    return out;
}

/// What a lock says: the process that holds it, and the folders of data that it was making.
struct LockText {
    std::string process;
    std::vector<std::string> made;
};

// Whether a power cut may have left so much of the name of a folder of data.
bool is_part_of_name(std::string_view name) {
    const std::string_view prefix = layout::kDataPrefix;
    return prefix.starts_with(name) || (name.starts_with(prefix) && name.size() < prefix.size() + kIdDigits &&
                                        std::ranges::all_of(name.substr(prefix.size()), is_hex));
}

// What a power cut leaves of a lock is one too: zeros where bytes should be, or the beginning of a name.
std::optional<LockText> parse_lock(std::string text) {
    std::ranges::replace(text, '\0', ' ');
    std::istringstream words(text);
    LockText out;
    words >> out.process;
    if (!std::ranges::all_of(out.process, is_digit)) return std::nullopt;
    for (std::string name; words >> name;) {
        if (is_data_name(name))
            out.made.push_back(std::move(name));
        else if (!is_part_of_name(name) || !(words >> std::ws).eof())
            return std::nullopt;
    }
    return out;
}

bool try_lock(int fd) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    // Bound to the open file, not to the process: closing another descriptor of it
    // does not drop the lock, and the kernel frees it whatever kills us.
    return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

Result<Done> wait_for_lock(int fd, const fs::path& folder, const Opening& opening) {
    const auto message = [&] {
        const auto text = read_at(fd, 0, kLargestLock, folder.native());
        const auto holder = text ? parse_lock(*text) : std::nullopt;
        const std::string who = holder && !holder->process.empty() ? " (process " + holder->process + ")" : "";
        return "index '" + folder.native() + "' is being written by another indexer" + who;
    };
    const auto end = std::chrono::steady_clock::now() + opening.wait;
    bool told = false;
    while (!try_lock(fd)) {
        if (errno != EAGAIN && errno != EACCES) return system_error("cannot lock '" + folder.native() + "'", errno);
        if (std::chrono::steady_clock::now() >= end) return Error{ErrorKind::busy, message() + "; --wait waits for it"};
        if (!std::exchange(told, true) && opening.tell) opening.tell(message() + ", waiting");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    // Whoever made the folder, and nothing in it, took the lock away with it.
    struct stat status = {};
    if (::fstat(fd, &status) != 0 || status.st_nlink == 0)
        return Error{ErrorKind::busy, "index '" + folder.native() + "' was given up by another indexer; try again"};
    return Done{};
}

// The lock, open, which may have been made for it.
Result<UniqueFd> open_lock(int folder, const fs::path& path, bool shared, bool& made) {
    constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    UniqueFd fd(::openat(folder, layout::kWriterLock, kFlags | O_CREAT | O_EXCL, shared ? 0666 : 0600));
    made = bool(fd);
    if (!fd && errno == EEXIST) fd = UniqueFd(::openat(folder, layout::kWriterLock, kFlags));
    if (!fd && (errno == ELOOP || errno == ENXIO || errno == EISDIR)) return not_an_index(path);
    if (!fd) return system_error("index '" + path.native() + "' is not writable", errno);
    struct stat status = {};
    if (::fstat(fd.get(), &status) != 0) return system_error("cannot lock '" + path.native() + "'", errno);
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1) return not_an_index(path);
    if (!shared)
        if (auto ours = demand_private(status, (path / layout::kWriterLock).native()); !ours) return ours.error();
    return fd;
}

// Whether the folder has a manifest, which nobody else can have put there.
Result<bool> has_manifest(int folder, const fs::path& path, bool shared) {
    struct stat status = {};
    if (::fstatat(folder, layout::kManifest, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return false;
        return system_error("cannot read '" + (path / layout::kManifest).native() + "'", errno);
    }
    if (!S_ISREG(status.st_mode)) return not_an_index(path);
    if (!shared)
        if (auto ours = demand_private(status, (path / layout::kManifest).native()); !ours) return ours.error();
    return true;
}

/// What a folder holds by whose it may be.
struct Contents {
    bool has_manifest = false;
    std::vector<std::string> names = {};  ///< all that lies there, if it has none
};

Result<Contents> contents_of(int folder, const fs::path& path, bool shared) {
    const auto named = has_manifest(folder, path, shared);
    if (!named) return named.error();
    if (*named) return Contents{true};
    auto names = names_in(path);
    if (!names) return names.error();
    return Contents{false, std::move(*names)};
}

}  // namespace

Result<Claim> Claim::take(const fs::path& folder, const Opening& opening) {
    const auto made = make_folder(folder, opening.shared);
    if (!made) return made.error();
    // The folder that is named may be a link; nothing in it may.
    const UniqueFd top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status = {};
    if (!top || ::fstat(top.get(), &status) != 0) return system_error("cannot read '" + folder.native() + "'", errno);
    if (::faccessat(top.get(), ".", W_OK, AT_EACCESS) != 0)
        return system_error("index '" + folder.native() + "' is not writable", errno);
    if (!opening.shared)
        if (auto ours = demand_private(status, folder.native()); !ours) return ours.error();
    auto there = contents_of(top.get(), folder, opening.shared);
    if (!there) return there.error();
    const auto is_lock = [](const std::string& name) { return name == layout::kWriterLock; };
    if (!there->names.empty() && std::ranges::none_of(there->names, is_lock)) return not_an_index(folder);
    Claim out(folder, UniqueFd());
    auto lock = open_lock(top.get(), folder, opening.shared, out.made_lock_);
    if (!lock) return lock.error();
    if (auto waited = wait_for_lock(lock->get(), folder, opening); !waited) return waited.error();
    // Who had the lock may have made an index meanwhile.
    there = contents_of(top.get(), folder, opening.shared);
    if (!there) return there.error();
    const auto text = read_at(lock->get(), 0, kLargestLock, folder.native());
    if (!text) return text.error();
    auto before = there->has_manifest ? std::optional(parse_lock(*text).value_or(LockText{})) : parse_lock(*text);
    const auto is_ours = [&](const std::string& name) {
        return is_lock(name) || std::ranges::find(before->made, name) != before->made.end();
    };
    if (!before || text->size() == kLargestLock || !std::ranges::all_of(there->names, is_ours))
        return not_an_index(folder);
    if (!there->has_manifest && !*made && !opening.shared && (status.st_mode & 077) != 0 && opening.tell)
        opening.tell("'" + folder.native() + "' is open to other users (mode " + octal(status.st_mode) +
                     "); what is put into it is not, as long as --shared is not given");
    out.lock_ = std::move(*lock);
    out.shared_ = opening.shared;
    out.made_folder_ = *made;
    if (auto begun = out.begin(std::move(before->made), there->has_manifest); !begun) return begun.error();
    return out;
}

// `before`: what the lock named.
Result<Done> Claim::begin(std::vector<std::string> before, bool has_manifest) {
    made_ = std::move(before);
    if (auto written = write_lock(); !written) return written;
    // The next folder of data is named beside these: who is killed again and again must not fill the lock with names.
    if (!has_manifest) remove_others({});
    return Done{};
}

Claim::~Claim() {
    if (!lock_) return;
    // Whoever comes next has the lock only when this is closed.
    [[maybe_unused]] const int emptied = named_ ? 0 : ::ftruncate(lock_.get(), 0);
    if (kept_) return;
    if (made_lock_) ::unlink((folder_ / layout::kWriterLock).c_str());
    if (made_folder_) ::rmdir(folder_.c_str());
}

Result<Done> Claim::demand_ours(const std::string& data) const {
    struct stat status = {};
    const auto path = folder_ / data;
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return Done{};  // it is damaged, which others say
        return system_error("cannot read '" + path.native() + "'", errno);
    }
    if (!S_ISDIR(status.st_mode)) return not_an_index(folder_);
    return shared_ ? Result<Done>(Done{}) : demand_private(status, path.native());
}

// Which process it is, is a hint for whoever meets the lock; which folders it makes, what a later one may remove. What
// stands in the lock is written over and never cut: a power cut must not lose the name of a folder that is there.
Result<Done> Claim::write_lock() {
    constexpr std::size_t kDigits = 10;
    named_ = named_ || !made_.empty();
    std::string text = std::to_string(::getpid());
    text.resize(std::max(text.size(), kDigits), ' ');
    for (const std::string& name : made_) text += ' ' + name;
    struct stat status = {};
    if (::fstat(lock_.get(), &status) == 0)
        text.resize(std::max(text.size(), std::min(static_cast<std::size_t>(status.st_size), kLargestLock - 1)), ' ');
    if (::pwrite(lock_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) && !made_.empty())
        return system_error("index '" + folder_.native() + "' is not writable", errno);
    return Done{};
}

Result<std::string> Claim::make_data() {
    std::array<unsigned char, kIdDigits / 2> id{};
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
        return system_error("cannot make a name for '" + folder_.native() + "'", errno);
    std::string name = layout::kDataPrefix + hex(id);
    made_.push_back(name);
    if (auto written = write_lock(); !written) return written.error();
    if (::fsync(lock_.get()) != 0) return system_error("cannot write '" + folder_.native() + "'", errno);
    if (auto synced = sync_path(folder_); !synced) return synced.error();
    if (::mkdir((folder_ / name).c_str(), shared_ ? 0777 : 0700) != 0)
        return system_error("cannot make '" + (folder_ / name).native() + "'", errno);
    return name;
}

Result<Done> Claim::replaces(const std::string& data) {
    if (!is_data_name(data)) return Done{};  // of an index of another schema
    made_.push_back(data);
    return write_lock();
}

void Claim::remove(const std::string& data) const {
    if (!is_data_name(data) || !demand_ours(data)) return;
    std::error_code ignored;
    fs::remove_all(folder_ / data, ignored);
}

void Claim::keep(const std::string& data) {
    kept_ = true;
    remove_others(data);
}

void Claim::remove_others(const std::string& data) {
    if (made_.empty()) return;
    for (const std::string& name : made_)
        if (name != data) remove(name);
    // What is not yet removed on disk keeps its name in the lock.
    if (!sync_path(folder_)) return;
    made_.clear();
    named_ = false;
    [[maybe_unused]] const auto ignored = write_lock();
}

void Claim::give_up(const std::string& data) {
    for (const std::string& name : made_)
        if (name != data) remove(name);
    made_.clear();
}

}  // namespace patchseek::storage
