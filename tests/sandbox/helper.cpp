// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/helper.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>

#include "../folder.hpp"
#include "sandbox/supervisor.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

/// What a request asks a helper to do: all that an attacker would.
std::string serve(std::shared_ptr<void>& state, std::string_view request, std::span<const int> open) {
    const auto outcome = [](long result) { return result < 0 ? std::to_string(errno) : std::string("done"); };
    const std::string argument(request.substr(std::min(request.find(' ') + 1, request.size())));
    if (request == "count") {
        if (!state) state = std::make_shared<int>(0);
        return std::to_string(++*static_cast<int*>(state.get()));
    }
    if (request == "crash") ::raise(SIGSEGV);
    if (request == "abort") std::abort();
    if (request == "leave") ::_exit(0);
    if (request == "spin") {
        for (std::atomic<unsigned> i = 0;; ++i) {
        }
    }
    if (request == "throw") throw std::runtime_error("no such luck");
    if (request == "eat") return std::to_string(std::string(std::size_t{3} << 30, 'x').size());
    if (request == "fork") return outcome(::fork());
    if (request == "socket") return outcome(::socket(AF_INET, SOCK_STREAM, 0));
    if (request == "kill") return outcome(::kill(::getppid(), 0));
    if (request == "execute") return outcome(::execl("/bin/true", "true", nullptr));
    if (request == "code")
        return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                   ? std::to_string(errno)
                   : "done";
    if (request.starts_with("write ")) return outcome(::open(argument.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (request.starts_with("remove ")) return outcome(::unlink(argument.c_str()));
    if (request.starts_with("read ")) return outcome(::open(argument.c_str(), O_RDONLY | O_CLOEXEC));
    if (request == "take") {
        std::array<char, 16> bytes{};
        const ssize_t got = ::pread(open[0], bytes.data(), bytes.size(), 0);
        return std::string(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    if (request == "descriptors") {
        int count = 0;
        for (int fd = 0; fd < 1024; ++fd) {
            struct stat info {};
            count += ::fstat(fd, &info) == 0 && fd > STDERR_FILENO;
        }
        return std::to_string(count);
    }
    return std::string(request);
}

sandbox::Helper helper() {
    const int inherited = ::open("/dev/null", O_RDONLY | O_CLOEXEC);  // what no helper may have
    REQUIRE(sandbox::start());
    ::close(inherited);
    return sandbox::Helper(serve);
}

std::string answer(sandbox::Helper& of, std::string_view request) {
    const auto reply = of.call(request, {}, std::chrono::seconds(1));
    return reply ? *reply : "error: " + reply.error().message;
}

}  // namespace

#ifndef PATCHSEEK_SANITIZED  // their checks make pipes, and their handlers of signals end the process
TEST_CASE("a helper answers, keeps its state, and takes long requests") {
    auto one = helper();
    CHECK(answer(one, "hello") == "hello");
    CHECK(answer(one, "count") == "1");
    CHECK(answer(one, "count") == "2");
    const std::string large(std::size_t{5} << 20, 'y');
    CHECK(answer(one, large) == large);
}

TEST_CASE("what brings a helper down is an error, and the next call has a new one") {
    auto one = helper();
    CHECK(answer(one, "crash") == "error: ended by signal 11 (Segmentation fault)");
    CHECK(answer(one, "abort") == "error: ended by signal 6 (Aborted)");
    CHECK(answer(one, "leave") == "error: ended too early");
    CHECK(answer(one, "throw") == "error: failed: no such luck");
    CHECK(answer(one, "count") == "1");
}
#endif

TEST_CASE("a helper has little time") {
    auto one = helper();
    CHECK(answer(one, "spin") == "error: took too long");
    CHECK(answer(one, "hello") == "hello");
}

TEST_CASE("a helper can read what it was given, and do nothing else") {
    const Folder folder;
    std::ofstream(folder.path / "mine") << "mine";
    std::ofstream(folder.path / "yours") << "yours";
    const std::string mine = (folder.path / "mine").native(), yours = (folder.path / "yours").native();
    auto one = helper();
    one.may_read(mine);
    const std::string refused = std::to_string(EPERM);
    CHECK(answer(one, "read " + mine) == "done");
    for (const char* what : {"fork", "socket", "kill", "execute", "code"}) {
        CAPTURE(what);
        CHECK(answer(one, what) == refused);
    }
    CHECK(answer(one, "write " + mine) == refused);
    CHECK(answer(one, "write " + (folder.path / "new").native()) == refused);
    CHECK(answer(one, "remove " + mine) == refused);
    CHECK(fs::exists(mine));
    if (sandbox::missing_protection().empty()) CHECK(answer(one, "read " + yours) == std::to_string(EACCES));
    one.may_read(yours);
    CHECK(answer(one, "read " + yours) == "done");
}

TEST_CASE("a helper has the descriptors that it is handed and no others") {
    const Folder folder;
    std::ofstream(folder.path / "mine") << "handed over";
    auto one = helper();
    CHECK(answer(one, "descriptors") == "1");  // the socket
    const int fd = ::open((folder.path / "mine").c_str(), O_RDONLY | O_CLOEXEC);
    const std::array<int, 1> open{fd};
    const auto reply = one.call("take", open);
    REQUIRE(reply);
    CHECK(*reply == "handed over");
    ::close(fd);
    CHECK(answer(one, "descriptors") == "1");
}

#ifndef PATCHSEEK_SANITIZED  // where memory is not limited
TEST_CASE("a helper has little memory") {
    auto one = helper();
    CHECK(answer(one, "eat") == "error: took more than 1024 MiB of memory");
    CHECK(answer(one, "hello") == "hello");
}
#endif

TEST_CASE("a frame takes memory for what comes, whatever size it says") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const std::string large(3'000'000, 'x');
    sandbox::Frame frame;
    const pid_t sender = ::fork();
    if (sender == 0) {
        const bool sent = sandbox::send_frame(ends[1], "a", large) && sandbox::send_frame(ends[1], "", "");
        const std::uint64_t size = sandbox::kLongestFrame;
        ::_exit(sent && ::write(ends[1], &size, sizeof size) == sizeof size ? 0 : 1);
    }
    ::close(ends[1]);
    CHECK(sandbox::receive_frame(ends[0], frame) == sandbox::Received::frame);
    CHECK(frame.bytes == "a" + large);
    CHECK(sandbox::receive_frame(ends[0], frame) == sandbox::Received::frame);
    CHECK(frame.bytes.empty());
    frame = {};
    CHECK(sandbox::receive_frame(ends[0], frame) == sandbox::Received::end);
    CHECK(frame.bytes.capacity() <= (std::size_t{4} << 20));
    ::close(ends[0]);
    int status = 1;
    CHECK(::waitpid(sender, &status, 0) == sender);
    CHECK(status == 0);
}
