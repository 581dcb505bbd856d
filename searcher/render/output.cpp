// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/settings/settings.hpp"
#include "patchseek/text/visible.hpp"
#include "reader/deadline.hpp"

extern char** environ;

namespace patchseek::render {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;

// A pipe or socket whose other end is closed is in error for poll(); a full device is not.
bool nobody_reads(int fd) {
    pollfd state{fd, POLLOUT, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// Of git's files for a user, the last that has it counts.
std::optional<std::string> git_pager() {
    const std::string home = setting("HOME"), xdg = setting("XDG_CONFIG_HOME"), named = setting("GIT_CONFIG_GLOBAL");
    std::vector<std::string> files{(xdg.empty() ? home + "/.config" : xdg) + "/git/config", home + "/.gitconfig"};
    if (!named.empty()) files = {named};
    std::optional<std::string> out;
    for (const std::string& file : files)
        // A home may be somebody else's, as under sudo.
        if (const auto text = settings::is_ours(file) ? read_file(file) : std::string())
            if (auto pager = pager_in(*text)) out = std::move(pager);
    return out;
}

std::string pager_command() {
    for (const char* name : {"PATCHSEEK_PAGER", "GIT_PAGER"})
        if (const char* value = std::getenv(name)) return value;
    if (const auto pager = git_pager()) return *pager;
    if (const char* value = std::getenv("PAGER")) return value;
    return "less";
}

void tell(const std::string& line) {
    const std::string text = "patchseek: " + text::visible(line, text::Breaks::blank) + '\n';
    (void)write_all(STDERR_FILENO, text, "standard error");
}

// Whether all of these bytes still lie in a pipe, of which this is an end, and no other process will ever read them.
bool nobody_has_read(int end, std::size_t bytes) {
    int left = 0;
    return nobody_reads(end) && ::ioctl(end, FIONREAD, &left) == 0 && static_cast<std::size_t>(left) == bytes;
}

// The other end of a pipe; none where /proc is not to be had.
UniqueFd other_end(int end, int flags) {
    return UniqueFd(::open(("/proc/self/fd/" + std::to_string(end)).c_str(), flags | O_NONBLOCK | O_CLOEXEC));
}

// How a process ended; empty: well.
std::string failure_of(int status) {
    if (WIFSIGNALED(status))
        return "was ended by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ')';
    return WEXITSTATUS(status) == 0 ? std::string() : "ended with code " + std::to_string(WEXITSTATUS(status));
}

// For the handler of signals alone.
volatile std::sig_atomic_t the_pager = 0, the_terminal = 0;

// As git does: the keyboard is the pager's, and whoever called gets it back when the pager has ended.
extern "C" void on_interrupt(int number) {
    ::dup2(the_terminal, STDOUT_FILENO);
    while (::waitpid(the_pager, nullptr, 0) < 0 && errno == EINTR) continue;
    ::signal(number, SIG_DFL);
    ::raise(number);
}

constexpr auto kFromKeyboard = std::to_array<int>({SIGINT, SIGQUIT});

// Unless they are ignored, as for what a shell has put in the background.
void handle_interrupts(void (*from)(int), void (*to)(int)) {
    for (const int number : kFromKeyboard) {
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) != 0 || action.sa_handler != from) continue;
        action.sa_handler = to;
        for (const int other : kFromKeyboard) ::sigaddset(&action.sa_mask, other);
        ::sigaction(number, &action, nullptr);
    }
}

/// A value as git reads it: without quotes, with escapes undone, up to a comment.
std::string config_value(std::string_view text) {
    std::string out;
    bool quoted = false;
    std::size_t kept = 0;  // blanks at the end go, unless they are quoted
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
            continue;
        }
        if (!quoted && (text[i] == '#' || text[i] == ';')) break;
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        out += text[i];
        if (quoted || (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')) kept = out.size();
    }
    return out.substr(0, kept);
}

}  // namespace

std::optional<std::string> pager_in(std::string_view config) {
    std::optional<std::string> out;
    bool in_core = false;
    while (!config.empty()) {
        const auto end = config.find('\n');
        const auto line = trim(config.substr(0, end));
        config.remove_prefix(end == config.npos ? config.size() : end + 1);
        if (line.starts_with('[')) {
            in_core = starts_with_any_case(line, "[core]");
        } else if (const auto equals = line.find('='); in_core && equals != line.npos) {
            const auto key = trim(line.substr(0, equals));
            if (key.size() == 5 && starts_with_any_case(key, "pager"))
                out = config_value(trim(line.substr(equals + 1)));
        }
    }
    return out;
}

Output::Output(Pager& pager) : Output(STDOUT_FILENO) {
    if (!pager.running()) return;
    pager_ = &pager;
    is_terminal_ = true;
}

Output::Output(int fd, std::string name) : fd_(fd), name_(std::move(name)), is_terminal_(::isatty(fd) == 1) {}

void Output::write(std::string_view bytes) {
    if (failed_) return;
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) (void)flush();
}

void Output::fail(Error error) {
    failed_ = true;
    error_ = std::move(error);
    buffer_.clear();
}

Result<Done> Output::flush() {
    if (sink_) {
        *sink_ += buffer_;
    } else if (!failed_ && !buffer_.empty()) {
        const reader::Waiting waiting;
        reader::pulse().written = true;
        if (auto done = pager_ ? pager_->write(buffer_, name_) : write_all(fd_, buffer_, name_); !done) {
            reader_gone_ = nobody_reads(fd_);
            fail(done.error());
        }
    }
    buffer_.clear();
    if (failed_) return error_;
    return Done{};
}

Result<Done> Output::finish() {
    auto done = flush();
    if (pager_)
        if (auto ended = pager_->finish(); !ended) {
            reader_gone_ = false;
            fail(ended.error());
        }
    if (failed_) return error_;
    if (sink_) return done;
    // Closing a duplicate asks the file system for its verdict and leaves the descriptor open.
    const int copy = ::dup(fd_);
    if (copy < 0 || (::close(copy) < 0 && errno != EINTR)) {
        fail(system_error("cannot write '" + name_ + "'", errno));
        return error_;
    }
    return Done{};
}

Pager::Pager(bool wanted) {
    if (!wanted || ::isatty(STDOUT_FILENO) != 1) return;
    command_ = pager_command();
    if (command_.empty() || command_ == "cat") return;
    start();
    if (!running()) tell("cannot start the pager '" + command_ + "'");
}

void Pager::start() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    const UniqueFd theirs(ends[0]), ours(ends[1]);
    ::setenv("LESS", "FRX", 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
    // We ignore it; a pager that is made of several programs has some that must not.
    posix_spawnattr_t attributes;
    sigset_t usual;
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    // The pager's value is a shell command by convention; it is the user's own.
    std::string shell = "sh", flag = "-c", line = command_;
    char* arguments[] = {shell.data(), flag.data(), line.data(), nullptr};
    if (::posix_spawnp(&child_, "sh", &actions, &attributes, arguments, environ) != 0) child_ = -1;
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (!running()) return;
    stdout_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    ::dup2(ours.get(), STDOUT_FILENO);
    the_pager = child_;
    the_terminal = stdout_;
    handle_interrupts(SIG_DFL, on_interrupt);
}

Result<Done> Pager::write(std::string_view bytes, std::string_view name) {
    constexpr std::size_t kPipe = std::size_t{64} << 10;
    while (running() && !bytes.empty()) {
        const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            auto error = system_error("cannot write '" + std::string(name) + "'", errno);
            if (!nobody_has_read(STDOUT_FILENO, size_) || size_ != written_.size()) return error;
            if (auto done = show_without_it(end()); !done) return done;
            break;
        }
        const auto some = bytes.substr(0, static_cast<std::size_t>(put));
        if (size_ + some.size() <= kPipe) written_ += some;
        size_ += some.size();
        bytes.remove_prefix(some.size());
    }
    return write_all(STDOUT_FILENO, bytes, name);
}

Result<Done> Pager::finish() {
    if (!running()) return Done{};
    auto reading = other_end(STDOUT_FILENO, O_RDONLY);
    const auto ended = end();
    if (size_ == 0) return Done{};
    // That we hold the end for reading must not count, and a pager that went into the background may still read.
    const auto writing = other_end(reading.get(), O_WRONLY);
    reading = UniqueFd();
    if (size_ == written_.size() && nobody_has_read(writing.get(), size_)) return show_without_it(ended);
    if (ended.empty()) return Done{};
    return Error{ErrorKind::io, "the pager '" + command_ + "' " + ended + ", maybe before it had shown all"};
}

/// Waits for the pager, which is told that this was all; how it ended, empty: well. Standard output is the terminal
/// from here on.
std::string Pager::end() {
    // This closes the last end of the pipe for writing.
    ::dup2(stdout_, STDOUT_FILENO);
    const reader::Waiting waiting;
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    handle_interrupts(on_interrupt, SIG_DFL);
    ::close(stdout_);
    child_ = -1;
    return failure_of(status);
}

Result<Done> Pager::show_without_it(const std::string& ended) {
    tell("the pager '" + command_ + "' " + (ended.empty() ? "ended" : ended) + " before it had read anything");
    return write_all(STDOUT_FILENO, written_, "standard output");
}

Pager::~Pager() {
    if (running()) (void)end();
}

}  // namespace patchseek::render
