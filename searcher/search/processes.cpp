// SPDX-License-Identifier: GPL-2.0-or-later
#include "processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include "patchseek/base/parallel.hpp"

namespace patchseek::search {
namespace {

bool write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

enum class Reading { whole, failed, given_up };

/// How long all copies together are waited for once what they do is not wanted any more.
class Patience {
public:
    explicit Patience(const std::function<bool()>& given_up) : given_up_(given_up) {}
    /// Waits until there is something to read.
    bool waits_for(int from) {
        constexpr int kMilliseconds = 50;
        struct pollfd one {
            from, POLLIN, 0
        };
        while (::poll(&one, 1, kMilliseconds) <= 0)
            if (given_up_ && given_up_() && left_-- <= 0) return false;
        return true;
    }

private:
    const std::function<bool()>& given_up_;
    int left_ = 5;
};

Reading read_all(int from, std::string& bytes, Patience& patience) {
    std::array<char, 1 << 16> some;
    for (;;) {
        if (!patience.waits_for(from)) return Reading::given_up;
        const auto got = ::read(from, some.data(), some.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 ? Reading::whole : Reading::failed;
        bytes.append(some.data(), static_cast<std::size_t>(got));
    }
}

/// A copy of this process that does one piece of work. One that nobody waited for is killed.
class Copy {
public:
    Copy() = default;
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    Copy(Copy&& other) noexcept : id_(std::exchange(other.id_, -1)), from_(std::exchange(other.from_, -1)) {}
    Copy& operator=(Copy&&) = delete;
    ~Copy() {
        if (from_ >= 0) ::close(from_);
        if (id_ < 0) return;
        ::kill(id_, SIGKILL);
        wait();
    }

    bool start(const std::function<std::string()>& work) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
        const auto parent = ::getpid();
        id_ = ::fork();
        if (id_ == 0) run(work, ends[1], parent);
        ::close(ends[1]);
        from_ = ends[0];
        return id_ > 0;
    }
    /// What the work returned; no bytes if it was given up.
    std::optional<std::string> result(Patience& patience) {
        std::string out;
        const auto reading = read_all(from_, out, patience);
        if (reading == Reading::given_up) return std::string();
        if (reading == Reading::failed) return std::nullopt;
        const auto status = wait();
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
        return out;
    }

private:
    // Leaves nothing to do at the end of a process: what stdout holds is printed by the one that this is a copy of.
    [[noreturn]] static void run(const std::function<std::string()>& work, int to, pid_t parent) {
        bool done = end_with(parent);
        try {
            done = done && write_all(to, work());
        } catch (...) {
            done = false;
        }
        ::_exit(done ? 0 : 1);
    }
    int wait() {
        int status = -1;
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        id_ = -1;
        return status;
    }

    pid_t id_ = -1;
    int from_ = -1;
};

}  // namespace

std::optional<std::vector<std::string>> in_processes(std::size_t count,
                                                     const std::function<std::string(std::size_t)>& work,
                                                     const std::function<bool()>& given_up) {
    std::vector<Copy> copies(count - 1);
    for (std::size_t i = 1; i < count; ++i)
        if (!copies[i - 1].start([&] { return work(i); })) return std::nullopt;
    std::vector<std::string> out{work(0)};
    Patience patience(given_up);
    for (Copy& copy : copies) {
        auto result = copy.result(patience);
        if (!result) return std::nullopt;
        out.push_back(std::move(*result));
    }
    return out;
}

}  // namespace patchseek::search
