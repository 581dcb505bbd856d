// SPDX-License-Identifier: GPL-2.0-or-later
#include "mailbox.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <vector>

#include "am.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/file.hpp"

namespace patchseek::outbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOurs = ".patchseek";  // the end of the names of our messages
constexpr std::size_t kDigestSize = 32;           // hex digits of a digest in a name
constexpr std::string_view kSeparator = "From patchseek@z Thu Jan  1 00:00:00 1970\n";

Error failed(const char* what, const fs::path& path) {
    return system_error(fmt::format("cannot {} '{}'", what, path.native()), errno);
}

Error cannot_make(const char* what, const fs::path& path) {
    return creation_error(fmt::format("cannot {} '{}'", what, path.native()), errno);
}

/// A folder that is none by way of a symbolic link.
Result<UniqueFd> open_folder(int at, const char* name, const fs::path& path) {
    UniqueFd out(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (out) return out;
    if (errno == ELOOP || errno == ENOTDIR)
        return Error{ErrorKind::usage,
                     fmt::format("'{}' is no folder, or a symbolic link: nothing is written there", path.native())};
    return failed("open the folder", path);
}

struct CloseDirectory {
    void operator()(DIR* stream) const { ::closedir(stream); }
};

/// The names in a folder, those of dots alone left out.
Result<std::vector<std::string>> names_in(int folder, const fs::path& path) {
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseDirectory> stream(copy < 0 ? nullptr : ::fdopendir(copy));
    if (!stream) return failed("read the folder", path);
    std::vector<std::string> out;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") out.emplace_back(name);
    }
    return out;
}

/// The name of a message without its flags.
std::string name_of(const reader::Hit& hit) {
    const auto date = std::max<std::int64_t>(hit.record.date.value_or(0), 0);
    return fmt::format("{}.{}{}", date, hit.record.digest.substr(0, kDigestSize), kOurs);
}
std::string without_flags(const std::string& name) { return name.substr(0, name.find(':')); }

/// Whether name_of() can have made it.
bool is_ours(std::string_view name) {
    if (!name.ends_with(kOurs)) return false;
    name.remove_suffix(kOurs.size());
    const auto dot = name.find('.');
    if (dot == 0 || dot == name.npos || name.size() - dot - 1 != kDigestSize) return false;
    return std::ranges::all_of(name.substr(0, dot), is_digit) && std::ranges::all_of(name.substr(dot + 1), is_hex);
}

/// An open maildir that no other run writes to.
class Maildir {
public:
    static Result<Maildir> open(const fs::path& path);
    Result<Delivered> deliver(std::span<const reader::Hit> hits, const Fetch& fetch, Others others);

private:
    struct Place {
        int folder;
        const char* of;
        std::string name;
    };
    using Places = std::map<std::string, Place>;

    Result<Done> prepare();
    Result<Done> clear_tmp();
    Result<Places> messages();
    Result<Done> write(const std::string& name, std::string_view bytes);
    Result<Done> publish(const std::vector<std::string>& names);
    Result<std::size_t> remove(const Places& places);

    fs::path path_;
    UniqueFd top_, cur_, new_, tmp_;
};

Result<Maildir> Maildir::open(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot_make("make the folder", path);
    Maildir out;
    out.path_ = path;
    auto top = open_folder(AT_FDCWD, path.c_str(), path);
    if (!top) return top.error();
    out.top_ = *std::move(top);
    if (::flock(out.top_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return Error{ErrorKind::busy, fmt::format("another run writes to '{}'", path.native())};
    if (auto done = out.prepare(); !done) return done.error();
    if (auto done = out.clear_tmp(); !done) return done.error();
    return out;
}

Result<Done> Maildir::prepare() {
    const auto names = names_in(top_.get(), path_);
    if (!names) return names.error();
    const auto is_part = [](const std::string& name) { return name == "cur" || name == "new" || name == "tmp"; };
    const auto parts = std::ranges::count_if(*names, is_part);
    // Killed while it was made, it has some of them and nothing else.
    if (parts != 3 && static_cast<std::size_t>(parts) != names->size())
        return Error{ErrorKind::usage,
                     fmt::format("'{}' is neither empty nor a maildir: nothing is written there", path_.native())};
    for (const auto& [name, folder] : {std::pair{"cur", &cur_}, std::pair{"new", &new_}, std::pair{"tmp", &tmp_}}) {
        if (::mkdirat(top_.get(), name, 0700) != 0 && errno != EEXIST) return failed("make the folder", path_ / name);
        auto opened = open_folder(top_.get(), name, path_ / name);
        if (!opened) return opened.error();
        *folder = *std::move(opened);
    }
    return Done{};
}

/// Removes what a killed run has left.
Result<Done> Maildir::clear_tmp() {
    const auto names = names_in(tmp_.get(), path_ / "tmp");
    if (!names) return names.error();
    for (const std::string& name : *names)
        if (is_ours(name) && ::unlinkat(tmp_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
            return failed("remove", path_ / "tmp" / name);
    return Done{};
}

/// Ours, by their names without flags.
Result<Maildir::Places> Maildir::messages() {
    Places out;
    for (const auto& [of, folder] : {std::pair{"cur", cur_.get()}, std::pair{"new", new_.get()}}) {
        const auto names = names_in(folder, path_ / of);
        if (!names) return names.error();
        for (const std::string& name : *names)
            if (const auto plain = without_flags(name); is_ours(plain)) out.try_emplace(plain, Place{folder, of, name});
    }
    return out;
}

Result<Done> Maildir::write(const std::string& name, std::string_view bytes) {
    const UniqueFd file(::openat(tmp_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return failed("write", path_ / "tmp" / name);
    return write_all(file.get(), bytes, (path_ / "tmp" / name).native());
}

Result<Done> Maildir::publish(const std::vector<std::string>& names) {
    if (!names.empty() && ::syncfs(tmp_.get()) != 0) return failed("write", path_);
    for (const std::string& name : names)
        if (::renameat(tmp_.get(), name.c_str(), new_.get(), name.c_str()) != 0)
            return failed("write", path_ / "new" / name);
    return Done{};
}

Result<std::size_t> Maildir::remove(const Places& places) {
    for (const auto& [name, place] : places)
        if (::unlinkat(place.folder, place.name.c_str(), 0) != 0 && errno != ENOENT)
            return failed("remove", path_ / place.of / place.name);
    return places.size();
}

Result<Delivered> Maildir::deliver(std::span<const reader::Hit> hits, const Fetch& fetch, Others others) {
    auto there = messages();
    if (!there) return there.error();
    Delivered out;
    std::vector<std::string> names;
    for (const reader::Hit& hit : hits) {
        const std::string name = name_of(hit);
        if (there->erase(name) > 0) {
            ++out.kept;
            continue;
        }
        const auto bytes = fetch(hit);
        if (!bytes) return bytes.error();
        if (auto done = write(name, *bytes); !done) return done.error();
        names.push_back(name);
    }
    if (auto done = publish(names); !done) return done.error();
    out.added = names.size();
    if (others == Others::stay) return out;
    const auto removed = remove(*there);
    if (!removed) return removed.error();
    out.removed = *removed;
    return out;
}

/// Whether all messages of an mbox have our separator: a mail program may have put others in since.
Result<bool> has_only_ours(int fd, const fs::path& file) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    std::string text = "\n";
    for (std::uint64_t at = 0;;) {
        const auto piece = read_at(fd, at, kPiece, file.native());
        if (!piece) return piece.error();
        at += piece->size();
        text += *piece;
        const bool last = piece->size() < kPiece;
        std::size_t from = 0;
        for (auto found = text.find("\nFrom "); found != text.npos; found = text.find("\nFrom ", from)) {
            if (!last && text.size() - found <= kSeparator.size()) break;
            if (!std::string_view(text).substr(found + 1).starts_with(kSeparator)) return false;
            from = found + 1;
        }
        if (at == piece->size() && from == 0) return false;  // begins otherwise
        if (last) return true;
        text.erase(0, text.size() - std::min(text.size(), kSeparator.size()));
    }
}

/// Whether a file may be replaced: it is not there, empty, or one that we wrote.
Result<Done> check_mbox(const fs::path& file) {
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0) return errno == ENOENT ? Result<Done>(Done{}) : cannot_make("write", file);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorKind::usage, fmt::format("'{}' is no plain file: nothing is written there", file.native())};
    if (status.st_size == 0) return Done{};
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return failed("read", file);
    const auto ours = has_only_ours(fd.get(), file);
    if (!ours) return ours.error();
    if (*ours) return Done{};
    return Error{ErrorKind::usage,
                 fmt::format("'{}' has mail that patchseek did not write: it stays as it is", file.native())};
}

/// The file beside an mbox in which its next contents are written. It has one name, so that a killed run leaves nothing
/// that the next does not take; a lock keeps out a run beside this one.
class Draft {
public:
    static Result<Draft> open(const fs::path& file) {
        Draft out;
        out.path_ = file.native() + ".patchseek-draft";
        out.fd_ = UniqueFd(::open(out.path_.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
        if (!out.fd_) return cannot_make("write", out.path_);
        struct stat opened {
        }, there{};
        const bool locked = ::flock(out.fd_.get(), LOCK_EX | LOCK_NB) == 0;
        // Another run may have made it the mbox since it was opened.
        const bool same = ::fstat(out.fd_.get(), &opened) == 0 && ::lstat(out.path_.c_str(), &there) == 0 &&
                          opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
        if (!locked || !same) return Error{ErrorKind::busy, fmt::format("another run writes '{}'", file.native())};
        // Whoever made it may have it open, and read what is written.
        if (!S_ISREG(opened.st_mode) || opened.st_nlink != 1 || opened.st_uid != ::geteuid())
            return Error{ErrorKind::usage, fmt::format("'{}' is in the way", out.path_.native())};
        if (::ftruncate(out.fd_.get(), 0) != 0) return failed("write", out.path_);
        return out;
    }
    Result<Done> write(std::string_view bytes) { return write_all(fd_.get(), bytes, path_.native()); }
    Result<Done> put_over(const fs::path& file) {
        if (::fsync(fd_.get()) != 0 || ::rename(path_.c_str(), file.c_str()) != 0) return failed("write", file);
        return sync_path(file.has_parent_path() ? file.parent_path() : fs::path("."));
    }
    void discard() { ::unlink(path_.c_str()); }

private:
    fs::path path_;
    UniqueFd fd_;
};

Result<Done> fill(Draft& draft, std::span<const reader::Hit> hits, const Fetch& fetch) {
    for (const reader::Hit& hit : hits) {
        const auto bytes = fetch(hit);
        if (!bytes) return bytes.error();
        if (auto done = draft.write(mboxrd_entry(*bytes, kSeparator)); !done) return done;
    }
    return Done{};
}

}  // namespace

Result<Delivered> deliver(const fs::path& maildir, std::span<const reader::Hit> hits, const Fetch& fetch,
                          Others others) {
    auto opened = Maildir::open(maildir);
    if (!opened) return opened.error();
    return opened->deliver(hits, fetch, others);
}

Result<Delivered> write_mbox(const fs::path& file, std::span<const reader::Hit> hits, const Fetch& fetch) {
    if (auto done = check_mbox(file); !done) return done.error();
    auto draft = Draft::open(file);
    if (!draft) return draft.error();
    auto done = fill(*draft, hits, fetch);
    if (done) done = draft->put_over(file);
    if (!done) {
        draft->discard();
        return done.error();
    }
    return Delivered{hits.size(), 0, 0};
}

}  // namespace patchseek::outbox
