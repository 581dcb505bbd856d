#include "pager.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

extern char** environ;

namespace patchseek::render {
namespace {

std::string command() {
    for (const char* name : {"PATCHSEEK_PAGER", "PAGER"})
        if (const char* value = std::getenv(name)) return value;
    return "less";
}

}  // namespace

Pager::Pager(bool wanted) {
    if (!wanted || ::isatty(STDOUT_FILENO) != 1) return;
    const std::string program = command();
    if (program.empty() || program == "cat") return;
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
