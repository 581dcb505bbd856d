#include "signals.hpp"

#include <unistd.h>

#include <csignal>

namespace patchseek::run {
namespace {

storage::Stop stop;
volatile std::sig_atomic_t signal_number = 0;
static_assert(std::atomic<bool>::is_always_lock_free, "it is set in a signal handler");

void on_signal(int number) {
    if (signal_number != 0 || stop.idle) ::_exit(128 + number);
    signal_number = number;
    stop.asked = true;
}

}  // namespace

storage::Stop& stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        // Ignored from outside (nohup): it stays ignored.
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        ::sigaction(number, &action, nullptr);
    }
    return stop;
}

int stopped_by() { return signal_number; }

}  // namespace patchseek::run
