// SPDX-License-Identifier: GPL-2.0-or-later
#include "sources.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "patchseek/base/digest.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/store/inventory.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kDigits = 32;  ///< of the name of a set
/// A set that was not used for so long is removed when another one is made.
constexpr auto kUnused = std::chrono::hours(24 * 30);

Result<store::Manifest> look(const fs::path& index) {
    auto manifest = store::read_manifest(index);
    if (!manifest) return manifest;
    if (auto there = store::verify_presence(index, *manifest); !there) return there.error();
    return manifest;
}

/// Looks at indexes from `first` on, in a copy of this process: it tells of each when it has come back. How many did
/// until `end`: a file system whose server is gone may never let a process go that has asked it for something.
std::size_t come_back(const std::vector<fs::path>& indexes, std::size_t first, Clock::time_point end) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return indexes.size() - first;
    const UniqueFd from(ends[0]);
    UniqueFd to(ends[1]);
    const pid_t copy = ::fork();
    if (copy == 0) {
        // Who waits for the end of our output must not wait for a copy that hangs.
        for (const int own : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(own);
        for (std::size_t i = first; i < indexes.size(); ++i) {
            [[maybe_unused]] const auto looked = look(indexes[i]);
            [[maybe_unused]] const auto told = ::write(to.get(), "", 1);
        }
        ::_exit(0);
    }
    to = UniqueFd();
    if (copy < 0) return indexes.size() - first;
    std::size_t count = 0;
    for (bool goes_on = true; goes_on && first + count < indexes.size();) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        struct pollfd waiting {
            from.get(), POLLIN, 0
        };
        const int got = ::poll(&waiting, 1, static_cast<int>(std::max<long>(left, 0)));
        char ignored = 0;
        if (got < 0 && errno == EINTR) continue;
        goes_on = got > 0 && ::read(from.get(), &ignored, 1) == 1;
        count += goes_on;
    }
    ::kill(copy, SIGKILL);
    // One that hangs in its file system ends when that lets it.
    ::waitpid(copy, nullptr, first + count < indexes.size() ? WNOHANG : 0);
    return count;
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

/// Runs the indexer, which says on stderr what goes wrong; its exit code, or an Error where it cannot be run.
Result<int> run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return system_error("cannot run 'patchseek-index', which puts several indexes together", failed);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(kExitInternal);
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
    const auto manifest = store::read_manifest(set);
    return manifest && manifest->members == members;
}

}  // namespace

// Those that can be read, as members are written down; why the others cannot be goes to missing_.
Sources::Members Sources::present() {
    missing_.clear();
    const auto end = Clock::now() + patience_;
    std::vector<bool> hangs(indexes_.size());
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
        i += come_back(indexes_, i, end);
        if (i < indexes_.size()) hangs[i] = true;
    }
    Members out;
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
        const std::string name = "index '" + indexes_[i].native() + "' ";
        if (hangs[i]) {
            missing_.push_back({ErrorKind::io, name + "does not answer"});
            continue;
        }
        const auto manifest = look(indexes_[i]);
        std::error_code error;
        const auto path = fs::canonical(indexes_[i], error);
        if (manifest && !manifest->members.empty())
            missing_.push_back({ErrorKind::usage, name + "only links others: name those"});
        else if (!manifest || error)
            missing_.push_back(manifest ? system_error("cannot read " + name, error.value()) : manifest.error());
        else
            out.push_back({path.native(), store::digest_of(*manifest)});
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
    if (is_of(set, members)) {
        note_use(set);
        return set;
    }
    if (!makes_) return fs::path(members.front().path);
    std::error_code error;
    fs::create_directories(sets, error);
    if (error) return system_error("cannot make '" + sets.native() + "'", error.value());
    // Of another schema, or damaged: it is only a cache.
    if (const auto manifest = store::read_manifest(set); !manifest && manifest.error().kind == ErrorKind::data)
        fs::remove_all(set, error);
    std::vector<std::string> words = {indexer(), "--link", "--wait=600", "--db", set.native()};
    if (::isatty(STDERR_FILENO) != 1) words.emplace_back("--quiet");
    for (const store::Member& member : members) words.push_back(member.path);
    const auto code = run(std::move(words));
    if (!code) return code.error();
    if (*code != kExitOk)
        return Error{*code == kExitBusy ? ErrorKind::busy
                     : *code == kExitIo ? ErrorKind::io
                                        : ErrorKind::cannot_create,
                     "the indexes cannot be put together; patchseek-index --join makes one of them"};
    remove_unused(sets, set);
    return set;
}

void Sources::forget() const {
    std::error_code ignored;
    if (!set_.empty()) fs::remove_all(set_, ignored);
}

}  // namespace patchseek::reader
