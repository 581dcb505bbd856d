#include "deadline.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include "patchseek/base/exit_code.hpp"

namespace patchseek::reader {
namespace {

bool never_set = false;

void set_timer(std::size_t seconds) {
    struct itimerval timer {};
    timer.it_value.tv_sec = static_cast<time_t>(seconds);
    ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// Does only what is safe in a signal handler.
extern "C" void out_of_time(int) {
    constexpr std::string_view kMessage = "patchseek: out of time; --timeout allows more\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
    ::_exit(kExitBusy);
}

}  // namespace

Watchdog::Watchdog(std::size_t seconds) {
    constexpr std::size_t kMost = 1'000'000;
    if (seconds == 0 || never_set) return;
    std::signal(SIGALRM, out_of_time);
    set_timer(std::min(seconds, kMost) + 1);
}

Watchdog::~Watchdog() { set_timer(0); }

void Watchdog::never() { never_set = true; }

}  // namespace patchseek::reader
