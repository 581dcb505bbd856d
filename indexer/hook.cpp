// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "patchseek/settings/settings.hpp"

extern char** environ;

namespace patchseek {
namespace {

/// The environment, with some variables in place of those of their names.
std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> out = more;
    for (char** one = environ; *one; ++one) {
        const std::string_view text = *one;
        bool replaced = false;
        for (const std::string& other : more)
            replaced = replaced || text.starts_with(other.substr(0, other.find('=') + 1));
        if (!replaced) out.emplace_back(text);
    }
    return out;
}

/// Starts a program with standard input empty; its number, or 0 with errno.
pid_t start(const std::string& program, std::vector<std::string> environment) {
    std::vector<char*> variables;
    for (std::string& one : environment) variables.push_back(one.data());
    variables.push_back(nullptr);
    std::string name = program;
    char* const arguments[] = {name.data(), nullptr};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t usual;
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGXFSZ);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = 0;
    const int error = ::posix_spawn(&child, program.c_str(), &files, &attributes, arguments, variables.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    errno = error;
    return error == 0 ? child : 0;
}

}  // namespace

std::string run_hook(const std::filesystem::path& hook, const std::filesystem::path& index, std::uint64_t added) {
    std::error_code error;
    if (hook.empty() || !std::filesystem::is_regular_file(hook, error) || ::access(hook.c_str(), X_OK) != 0) return {};
    if (!settings::is_ours(hook) || !settings::is_ours(hook.parent_path()))
        return "'" + hook.native() + "' is not run: it, or its folder, is another user's, or others can write it";
    const auto whole = std::filesystem::absolute(index, error);
    const pid_t child = start(hook.native(), environment_with({"PATCHSEEK_DB=" + (error ? index : whole).native(),
                                                               "PATCHSEEK_ADDED=" + std::to_string(added)}));
    if (child == 0) return "cannot run '" + hook.native() + "': " + std::strerror(errno);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return "cannot wait for '" + hook.native() + "': " + std::strerror(errno);
    if (WIFSIGNALED(status)) return "'" + hook.native() + "' was ended by signal " + std::to_string(WTERMSIG(status));
    const int code = WEXITSTATUS(status);
    return code == 0 ? std::string() : "'" + hook.native() + "' ended with " + std::to_string(code);
}

}  // namespace patchseek
