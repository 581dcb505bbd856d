// SPDX-License-Identifier: GPL-2.0-or-later
#include "copies.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>
#include <vector>

#include "common.hpp"
#include "patchseek/base/exit_code.hpp"

namespace patchseek {

SharedPulse::SharedPulse() {
    void* memory = ::mmap(nullptr, sizeof(reader::Pulse), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    pulse_ = new (memory) reader::Pulse;
}

SharedPulse::~SharedPulse() { ::munmap(pulse_, sizeof(reader::Pulse)); }

namespace {

[[noreturn]] void run_copy(const std::function<int()>& body, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int code = kExitInternal;
    try {
        if (::getppid() == parent) code = body();
    } catch (const std::bad_alloc&) {
        complain("out of memory");
        code = kExitOs;
    } catch (const std::exception& error) {
        complain(error.what());
    }
    std::fflush(nullptr);
    ::_exit(code);
}

// Killed, and not ended yet.
std::vector<pid_t>& left_over() {
    static std::vector<pid_t> all;
    return all;
}

}  // namespace

Copy::Copy(const std::function<int()>& body) {
    std::erase_if(left_over(), [](pid_t id) { return ::waitpid(id, nullptr, WNOHANG) != 0; });
    std::fflush(nullptr);
    const pid_t self = ::getpid();
    id_ = ::fork();
    if (id_ == 0) run_copy(body, self);
#ifdef SYS_pidfd_open
    if (id_ > 0) ended_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
#endif
}

Copy::~Copy() {
    if (id_ <= 0 || status_) return;
    ::kill(id_, SIGKILL);
    if (::waitpid(id_, nullptr, WNOHANG) == 0) left_over().push_back(id_);
}

bool Copy::has_ended() {
    int status = 0;
    if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) status_ = status;
    return status_.has_value();
}

bool Copy::waits_for_processor() const {
    // proc(5): the state stands behind the name, which stands in brackets.
    const auto status = read_file("/proc/" + std::to_string(id_) + "/stat");
    const auto end = status ? status->rfind(") ") : std::string::npos;
    return end != std::string::npos && status->substr(end + 2, 1) == "R";
}

int Copy::code() const { return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : static_cast<int>(kExitInternal); }

bool are_one_pipe(int one, int other) {
    struct stat a {
    }, b{};
    if (::fstat(one, &a) != 0 || ::fstat(other, &b) != 0) return false;
    return (S_ISFIFO(a.st_mode) || S_ISSOCK(a.st_mode)) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Relay::Relay(int target, std::string* sink) : target_(target), sink_(sink) {
    struct stat status {};
    const bool is_pipe = ::fstat(target, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
    std::array<int, 2> ends{};
    if ((!is_pipe && !sink) || ::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    from_ = UniqueFd(ends[0]);
    to_ = UniqueFd(ends[1]);
    ::fcntl(from_.get(), F_SETFL, O_NONBLOCK);
}

void Relay::take_place() {
    if (!to_) return;
    ::dup2(to_.get(), target_);
    to_ = UniqueFd();
    from_ = UniqueFd();
}

struct pollfd Relay::wanted() const {
    if (waits()) return {target_, POLLOUT, 0};
    return {from_.get(), POLLIN, 0};
}

bool Relay::step() {
    if (!from_) return false;
    if (waits()) return hand_on();
    std::array<char, 1 << 16> some;
    const auto got = ::read(from_.get(), some.data(), some.size());
    if (got == 0) from_ = UniqueFd();
    if (got <= 0) return false;
    if (sink_) {
        sink_->append(some.data(), static_cast<std::size_t>(got));
    } else {
        held_.assign(some.data(), static_cast<std::size_t>(got));
        at_ = 0;
        hand_on();
    }
    return true;
}

bool Relay::hand_on() {
    constexpr std::size_t kNeverWaits = 4096;  // PIPE_BUF: what poll() promises room for
    struct pollfd one {
        target_, POLLOUT, 0
    };
    if (::poll(&one, 1, 0) <= 0) return false;
    const auto put = ::write(target_, held_.data() + at_, std::min(kNeverWaits, held_.size() - at_));
    if (put < 0 && errno != EINTR && errno != EAGAIN) {
        // The copy finds out by itself, as it would have.
        from_ = UniqueFd();
        held_.clear();
        at_ = 0;
    }
    if (put > 0) at_ += static_cast<std::size_t>(put);
    return put > 0;
}

}  // namespace patchseek
