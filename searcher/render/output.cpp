// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/text/visible.hpp"

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
        if (const auto text = read_file(file))
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

// Whether a shell will find what a pager's command begins with; anything but a plain name is left to the shell.
bool is_there(const std::string& command) {
    const std::string name = command.substr(0, command.find(' '));
    if (name.empty() || name.find_first_of("|&;<>()$`\\\"'*?[]#~=%!{}") != name.npos) return true;
    if (name.find('/') != name.npos) return ::access(name.c_str(), X_OK) == 0;
    const std::string path = setting("PATH");
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find(':', begin), path.size());
        const std::string folder = end == begin ? "." : path.substr(begin, end - begin);
        if (::access((folder + '/' + name).c_str(), X_OK) == 0) return true;
        begin = end + 1;
    }
    return false;
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
    if (sink_)
        *sink_ += buffer_;
    else if (!failed_)
        if (auto done = write_all(fd_, buffer_, name_); !done) {
            reader_gone_ = nobody_reads(fd_);
            fail(done.error());
        }
    buffer_.clear();
    if (failed_) return error_;
    return Done{};
}

Result<Done> Output::finish() {
    if (auto done = flush(); !done || sink_) return done;
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
    const std::string program = pager_command();
    if (program.empty() || program == "cat") return;
    if (!is_there(program)) {
        const std::string line =
            "patchseek: cannot start the pager '" + text::visible(program, text::Breaks::blank) + "'\n";
        [[maybe_unused]] const auto said = ::write(STDERR_FILENO, line.data(), line.size());
        return;
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    ::setenv("LESS", "FRX", 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    // The pager's value is a shell command by convention; it is the user's own.
    std::string shell = "sh", flag = "-c", line = program;
    char* arguments[] = {shell.data(), flag.data(), line.data(), nullptr};
    const bool started = ::posix_spawnp(&child_, "sh", &actions, nullptr, arguments, environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    if (started) {
        stdout_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        ::dup2(ends[1], STDOUT_FILENO);
    } else {
        child_ = -1;
    }
    ::close(ends[1]);
}

Pager::~Pager() {
    if (child_ <= 0) return;
    // Back to the terminal, which closes the last end of the pipe that is ours.
    ::dup2(stdout_, STDOUT_FILENO);
    ::close(stdout_);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
}

}  // namespace patchseek::render
