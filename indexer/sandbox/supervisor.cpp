// SPDX-License-Identifier: GPL-2.0-or-later

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <utility>

#include "helper.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/parallel.hpp"
#include "supervisor.hpp"

namespace fs = std::filesystem;

namespace patchseek::sandbox {
namespace {

constexpr char kMake = 'm', kEnd = 'e';

// To the supervisor; -1: there is none.
int supervisor_socket = -1;
pid_t supervisor_process = 0;
std::mutex supervisor_mutex;

std::string encoded(const Rights& rights) {
    std::string out(1, kMake);
    BinaryWriter to(out);
    to.varint(rights.memory);
    to.varint(rights.descriptors);
    for (const fs::path& path : rights.readable) to.text(path.native());
    return out;
}

Rights decoded(std::string_view bytes) {
    BinaryReader from(bytes);
    Rights out;
    out.memory = from.varint();
    out.descriptors = from.varint();
    while (from.left() > 0) out.readable.emplace_back(from.text());
    return out;
}

void close_all_but(int socket) {
    const auto close_range = [](unsigned first, unsigned last) {
        if (first <= last) ::syscall(SYS_close_range, first, last, 0U);
    };
    close_range(3, static_cast<unsigned>(socket) - 1);
    close_range(static_cast<unsigned>(socket) + 1, ~0U);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (null >= 0) ::dup2(null, standard);
    if (null > STDERR_FILENO) ::close(null);
}

// Whoever stops the program by a signal to its whole group speaks to the program alone; that its end is theirs, the
// kernel sees to.
void follow(pid_t parent) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) ::signal(number, SIG_IGN);
    if (!end_with(parent)) ::_exit(0);
}

void make_helper(int socket, Frame& request) {
    if (request.descriptors.empty()) return;
    const pid_t self = ::getpid(), made = ::fork();
    if (made == 0) {
        follow(self);
        ::close(socket);
        confine(decoded(std::string_view(request.bytes).substr(1)));
        serve(request.descriptors.front().get());
    }
    std::string reply;
    BinaryWriter(reply).little(static_cast<std::uint64_t>(made < 0 ? -errno : made));
    send_frame(socket, reply, {});
}

void end_helper(int socket, const Frame& request) {
    BinaryReader from(std::string_view(request.bytes).substr(1));
    const auto id = static_cast<pid_t>(from.little<std::uint64_t>());
    int status = 0;
    ::kill(id, SIGKILL);  // nobody but us takes its number away
    while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
    }
    std::string reply;
    BinaryWriter(reply).little(static_cast<std::uint64_t>(status));
    send_frame(socket, reply, {});
}

[[noreturn]] void supervise(int socket, pid_t parent) {
    follow(parent);
    close_all_but(socket);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (;;) {
        Frame request;
        if (receive_frame(socket, request) != Received::frame || request.bytes.empty()) ::_exit(0);
        if (request.bytes.front() == kMake) make_helper(socket, request);
        if (request.bytes.front() == kEnd) end_helper(socket, request);
    }
}

// A number in answer to a request; nullopt: the supervisor is gone.
std::optional<std::int64_t> ask(std::string_view request, std::span<const int> descriptors) {
    const std::lock_guard lock(supervisor_mutex);
    Frame reply;
    if (!send_frame(supervisor_socket, request, {}, descriptors) ||
        receive_frame(supervisor_socket, reply) != Received::frame)
        return std::nullopt;
    BinaryReader from(reply.bytes);
    const auto number = static_cast<std::int64_t>(from.little<std::uint64_t>());
    return from.whole() ? std::optional(number) : std::nullopt;
}

struct Pair {
    UniqueFd ours, theirs;
};
Result<Pair> socket_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return system_error("cannot start a process that reads archives", errno);
    return Pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace

Result<Done> start() {
    if (supervisor_socket >= 0) return Done{};
    auto ends = socket_pair();
    if (!ends) return ends.error();
    const pid_t self = ::getpid(), made = ::fork();
    if (made == 0) supervise(ends->theirs.get(), self);
    if (made < 0) return system_error("cannot start a process that reads archives", errno);
    supervisor_socket = ends->ours.release();
    supervisor_process = made;
    return Done{};
}

void stop() noexcept {
    if (supervisor_socket < 0) return;
    ::close(std::exchange(supervisor_socket, -1));
    while (::waitpid(supervisor_process, nullptr, 0) < 0 && errno == EINTR) {
    }
}

namespace supervisor {

bool is_running() { return supervisor_socket >= 0; }

Result<Process> make(const Rights& rights) {
    auto ends = socket_pair();
    if (!ends) return ends.error();
    const std::array<int, 1> theirs{ends->theirs.get()};
    const auto id = ask(encoded(rights), theirs);
    if (!id) return Error{ErrorKind::internal, "the process is gone that supervises those that read archives"};
    if (*id < 0) return system_error("cannot start a process that reads archives", static_cast<int>(-*id));
    return Process{static_cast<pid_t>(*id), std::move(ends->ours)};
}

int end(pid_t process) {
    if (!is_running()) return 0;
    std::string request(1, kEnd);
    BinaryWriter(request).little(static_cast<std::uint64_t>(process));
    return static_cast<int>(ask(request, {}).value_or(SIGKILL));
}

}  // namespace supervisor
}  // namespace patchseek::sandbox
