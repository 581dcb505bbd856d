// SPDX-License-Identifier: GPL-2.0-or-later
#include "sources.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <optional>
#include <set>
#include <string_view>

#include "deadline.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/settings/settings.hpp"
#include "patchseek/store/inventory.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {
namespace {

constexpr std::size_t kDigits = 32;  ///< of the name of a set
/// A set that was not used for so long is removed when another one is made.
constexpr auto kUnused = std::chrono::hours(24 * 30);

Result<store::Manifest> look(const fs::path& index, std::size_t threads = 1) {
    auto manifest = store::read_manifest(index);
    if (!manifest) return manifest;
    if (auto there = store::verify_presence(index, *manifest, threads); !there) return there.error();
    return manifest;
}

/// All of several: at once, where one lies elsewhere, since each look takes a round trip then.
std::vector<std::optional<Result<store::Manifest>>> look_at_all(const std::vector<fs::path>& indexes) {
    std::vector<std::optional<Result<store::Manifest>>> out(indexes.size());
    constexpr std::size_t kThreads = 8;
    const bool far = std::ranges::any_of(indexes, lies_elsewhere);
    const auto work = [&](std::size_t i) { out[i] = look(indexes[i], far ? kThreads : 1); };
    if (far)
        at_once(indexes.size(), work);
    else
        for (std::size_t i = 0; i < indexes.size(); ++i) work(i);
    return out;
}

/// File systems of this machine, by the kernel's names.
constexpr std::string_view kLocal[] = {"bcachefs", "btrfs", "devtmpfs", "erofs",  "exfat",    "ext2",   "ext3",
                                       "ext4",     "f2fs",  "iso9660",  "jfs",    "msdos",    "nilfs2", "ntfs3",
                                       "overlay",  "proc",  "ramfs",    "rootfs", "squashfs", "sysfs",  "tmpfs",
                                       "reiserfs", "ubifs", "udf",      "vfat",   "xfs",      "zfs"};

/// Undoes the octal escapes of /proc/self/mountinfo.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 3 >= text.size()) {
            out += text[i];
            continue;
        }
        out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
        i += 3;
    }
    return out;
}

/// Where file systems of others are mounted, as proc(5) lists them.
std::set<std::string> mounts_elsewhere() {
    std::set<std::string> out;
    const auto text = read_file("/proc/self/mountinfo");
    if (!text) return out;
    std::string_view rest = *text;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto middle = line.find(" - ");
        if (middle == line.npos) continue;
        auto type = line.substr(middle + 3);
        type = type.substr(0, type.find(' '));
        constexpr int kBefore = 4;  // fields before the mount point
        for (int i = 0; i < kBefore; ++i) line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
        auto point = unescaped(line.substr(0, line.find(' ')));
        // What was mounted last hides what was there.
        if (std::ranges::find(kLocal, type) == std::end(kLocal))
            out.insert(std::move(point));
        else
            out.erase(point);
    }
    return out;
}

fs::path folder_of_sets() {
    const auto cache = store::user_folder("XDG_CACHE_HOME", ".cache");
    return cache.empty() ? cache : cache / "sets";
}

/// Beside this program, else wherever the shell finds it.
std::string indexer() {
    std::error_code error;
    const auto here = fs::read_symlink("/proc/self/exe", error).parent_path() / "patchseek-index";
    return !error && fs::exists(here, error) ? here.native() : "patchseek-index";
}

/// Runs the indexer, which says on stderr what goes wrong; its exit code, or an Error where it cannot be run. It ends
/// with this process, or goes on without it.
Result<int> run(std::vector<std::string> words, bool goes_on) {
    constexpr const char* kWhat =
        "cannot run 'patchseek-index', which puts several indexes together: it is neither beside this program nor in "
        "PATH";
    constexpr int kNotRun = 127;  // as shells have it
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const pid_t self = ::getpid(), child = ::fork();
    if (child == 0) {
        if (!goes_on) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (goes_on || ::getppid() == self) {
            ::dup2(nothing.get(), STDIN_FILENO);
            ::dup2(nothing.get(), STDOUT_FILENO);
            if (pulse().quiet && ::isatty(STDERR_FILENO) != 1) ::dup2(nothing.get(), STDERR_FILENO);
            ::execvp(arguments.front(), arguments.data());
        }
        ::_exit(kNotRun);
    }
    if (child < 0) return system_error(kWhat, errno);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(kExitInternal);
    if (code == kNotRun) return Error{ErrorKind::no_input, kWhat};
    return code;
}

Error not_put_together(int code) {
    const auto kind = code == kExitBusy ? ErrorKind::busy : code == kExitIo ? ErrorKind::io : ErrorKind::cannot_create;
    return {kind, "the indexes cannot be put together; patchseek-index --join makes one of them"};
}

void remove_unused(const fs::path& sets, const fs::path& but) {
    std::error_code ignored;
    std::vector<fs::path> old;
    for (fs::directory_iterator it(sets, ignored), end; !ignored && it != end; it.increment(ignored)) {
        const auto name = it->path().filename().native();
        const bool is_set = name.size() == kDigits && name.find_first_not_of("0123456789abcdef") == name.npos;
        std::error_code error;
        const auto used = fs::last_write_time(it->path() / "manifest.json", error);
        if (is_set && !error && it->path() != but && fs::file_time_type::clock::now() - used > kUnused)
            old.push_back(it->path());
    }
    for (const fs::path& set : old) fs::remove_all(set, ignored);
}

void note_use(const fs::path& set) {
    std::error_code ignored;
    const auto now = fs::file_time_type::clock::now();
    if (now - fs::last_write_time(set / "manifest.json", ignored) > kUnused / 30)
        fs::last_write_time(set / "manifest.json", now, ignored);
}

bool is_of(const fs::path& set, const std::vector<store::Member>& members) {
    if (!settings::is_ours(set)) return false;
    const auto manifest = store::read_manifest(set);
    return manifest && manifest->members == members;
}

}  // namespace

bool lies_elsewhere(const fs::path& index) {
    const auto mounts = mounts_elsewhere();
    if (mounts.empty()) return false;
    if (mounts.contains("/")) return true;
    std::error_code error;
    const auto whole = fs::absolute(index, error);
    std::deque<fs::path> rest(whole.begin(), whole.end());
    fs::path at = "/";
    constexpr int kMost = 40;  // links, as the kernel has it
    for (int links = 0; !rest.empty() && links < kMost;) {
        const auto name = rest.front();
        rest.pop_front();
        if (name.empty() || name == "." || name == "/") continue;
        if (name == "..") {
            at = at.parent_path();
            continue;
        }
        const auto here = at / name;
        if (mounts.contains(here.native())) return true;
        const auto target = fs::read_symlink(here, error);
        if (error) {
            at = here;
            continue;
        }
        ++links;
        if (target.is_absolute()) at = "/";
        rest.insert(rest.begin(), target.begin(), target.end());
    }
    return false;
}

void ask_server(const fs::path& index, const std::function<void()>& tell) {
    struct statvfs status {};
    [[maybe_unused]] const int asked = ::statvfs(index.c_str(), &status);
    tell();
    const auto manifest = store::read_manifest(index);
    tell();
    if (!manifest) return;
    constexpr std::size_t kMost = 8, kBlock = 4096;
    std::size_t count = 0;
    alignas(kBlock) static char block[kBlock];
    for (const store::File& file : manifest->files) {
        if (!file.path.ends_with("/postlist.glass") || ++count > kMost) continue;
        const auto path = store::data_of(index, *manifest) / file.path;
        // Past the cache, which knows blocks that the server cannot give any more.
        UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
        if (!fd) fd = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        [[maybe_unused]] const auto got = ::pread(fd.get(), block, kBlock, 0);
        tell();
    }
}

Result<Done> read_tables(const fs::path& index) {
    const auto manifest = look(index);
    if (!manifest) return manifest.error();
    for (const store::File& file : manifest->files) {
        if (!file.path.ends_with(".glass") || file.path.ends_with("/position.glass")) continue;
        const auto whole = store::has_its_checksum(store::data_of(index, *manifest), file);
        if (!whole) return whole.error();
        if (!*whole) return Error{ErrorKind::data, "'" + file.path + "' is not what was written"};
    }
    return Done{};
}

// Those that can be read, as members are written down; why the others cannot be goes to missing_.
Sources::Members Sources::present() {
    missing_.clear();
    Members out;
    auto asked = indexes_;
    std::erase_if(asked, [&](const fs::path& one) { return absent_.contains(one); });
    const auto looked = look_at_all(asked);
    for (std::size_t i = 0, next = 0; i < indexes_.size(); ++i) {
        const std::string name = "index '" + indexes_[i].native() + "' ";
        if (const auto absent = absent_.find(indexes_[i]); absent != absent_.end()) {
            missing_.push_back(absent->second);
            continue;
        }
        const auto& manifest = *looked[next++];
        std::error_code error;
        const auto path = fs::canonical(indexes_[i], error);
        if (manifest && !manifest->members.empty())
            missing_.push_back({ErrorKind::usage, name + "only links others: name those"});
        else if (!manifest || error)
            missing_.push_back(manifest ? system_error("cannot read " + name, error.value()) : manifest.error());
        else
            out.push_back({path.native(), store::digest_of(*manifest)});
    }
    for (const Error& one : missing_) {
        if (std::ranges::find(told_, one.message) != told_.end()) continue;
        told_.push_back(one.message);
        if (!out.empty()) tell_(one);
    }
    std::ranges::sort(out, {}, &store::Member::path);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Result<fs::path> Sources::find() {
    if (!several()) return indexes_.front();
    const auto members = present();
    if (members.empty()) {
        std::string message = "no index can be read";
        for (const Error& one : missing_) message += "; " + one.message;
        return Error{ErrorKind::no_input, message};
    }
    if (members.size() == 1) return fs::path(members.front().path);
    auto out = linked(members);
    if (out) set_ = *out;
    return out;
}

Result<fs::path> Sources::linked(const Members& members) const {
    const auto sets = folder_of_sets();
    if (sets.empty())
        return Error{ErrorKind::cannot_create, "several indexes need a cache, and there is no home folder for one"};
    std::string paths;
    for (const store::Member& member : members) paths += member.path + '\0';
    const auto set = sets / sha256_hex(paths).substr(0, kDigits);
    std::error_code error;
    if (fs::symlink_status(sets, error).type() != fs::file_type::not_found && !settings::is_ours(sets))
        return Error{ErrorKind::permission, "'" + sets.native() +
                                                "' is another user's, or others can write it: nothing of it is "
                                                "believed; $XDG_CACHE_HOME names another folder"};
    if (is_of(set, members)) {
        note_use(set);
        return set;
    }
    if (!makes_) return Error{ErrorKind::no_input, "the indexes are not put together yet"};
    fs::create_directories(sets, error);
    if (error) return system_error("cannot make '" + sets.native() + "'", error.value());
    // Of another schema, or damaged: it is only a cache.
    if (const auto manifest = store::read_manifest(set); !manifest && manifest.error().kind == ErrorKind::data)
        fs::remove_all(set, error);
    std::vector<std::string> words = {indexer(), "--link", "--wait=600", "--db", set.native()};
    if (::isatty(STDERR_FILENO) != 1) words.emplace_back("--quiet");
    for (const store::Member& member : members) words.push_back(member.path);
    // What takes longer than a search may would else begin anew with each. Whoever waits for a server may do so for
    // ever.
    const bool goes_on = std::ranges::none_of(members, [](const auto& one) { return lies_elsewhere(one.path); });
    pulse().doing = goes_on ? " while the indexes are put together, which goes on; ask again"
                            : " while the indexes were put together";
    const auto code = run(std::move(words), goes_on);
    if (!code) return code.error();
    if (*code == kExitOk) pulse().doing = nullptr;
    if (*code != kExitOk) return not_put_together(*code);
    remove_unused(sets, set);
    return set;
}

void Sources::forget() const {
    std::error_code ignored;
    if (!set_.empty()) fs::remove_all(set_, ignored);
}

}  // namespace patchseek::reader
