// SPDX-License-Identifier: GPL-2.0-or-later
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

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::nanoseconds::rep;

// What a signal handler reads and writes.
std::atomic<std::size_t> seconds_left = 0;
std::atomic<Nanoseconds> last_tick = 0, lost = 0;
Pulse own_pulse;
std::atomic<Pulse*> this_pulse = &own_pulse;
static_assert(std::atomic<Nanoseconds>::is_always_lock_free && std::atomic<std::size_t>::is_always_lock_free);

std::string_view out_of_time_doing() {
    const char* doing = pulse().doing;
    return doing ? doing : std::string_view();
}

Nanoseconds now() { return Clock::now().time_since_epoch().count(); }

// A tick each second, or none.
void set_timer(bool on) {
    struct itimerval timer {};
    timer.it_value.tv_sec = timer.it_interval.tv_sec = on ? 1 : 0;
    last_tick = now();
    ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// Does only what is safe in a signal handler. Ticks that come while nothing runs are one.
extern "C" void on_tick(int) {
    constexpr Nanoseconds kSecond = 1'000'000'000;
    const auto time = now(), passed = time - last_tick.exchange(time);
    if (passed > 2 * kSecond) lost += passed - kSecond;
    if (seconds_left > 1) {
        --seconds_left;
        return;
    }
    for (const std::string_view text : {std::string_view("patchseek: out of time"), out_of_time_doing(),
                                        std::string_view("; --timeout allows more\n")})
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(pulse().answered ? kExitPartial : kExitBusy);
}

}  // namespace

Pulse& pulse() noexcept { return *this_pulse; }
void set_pulse(Pulse& shared) noexcept { this_pulse = &shared; }

std::chrono::nanoseconds lost_time() noexcept { return std::chrono::nanoseconds(lost); }

Watchdog::Watchdog(std::size_t seconds) {
    constexpr std::size_t kMost = 1'000'000;
    if (seconds == 0 || never_set) return;
    struct sigaction action {};
    action.sa_handler = on_tick;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGALRM, &action, nullptr);
    seconds_left = std::min(seconds, kMost) + 1;
    set_timer(true);
}

Watchdog::~Watchdog() {
    set_timer(false);
    seconds_left = 0;
}

Watchdog::Pause::Pause() : begin_(Clock::now()) {
    set_timer(false);
    ++pulse().waiting;
}

Watchdog::Pause::~Pause() {
    --pulse().waiting;
    pulse().answered = true;
    lost += (Clock::now() - begin_).count();
    if (seconds_left > 0) set_timer(true);
}

void Watchdog::never() { never_set = true; }

}  // namespace patchseek::reader
