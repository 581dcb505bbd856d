#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>

/// What --timeout means: a search looks at a deadline wherever much work goes on, and a watchdog is there for where it
/// does not.
namespace patchseek::reader {

/// Until when an answer may be worked on. Asking reads the clock, which costs less than reading a mail. Any number of
/// threads may ask whether it has passed.
class Deadline {
public:
    /// Begins anew, from now on; 0 seconds: for ever. While no other thread asks.
    void start(std::size_t seconds) {
        passed_ = false;
        end_.reset();
        if (seconds > 0) end_ = Clock::now() + std::chrono::seconds(seconds);
    }
    /// For Xapian, to which 0 means for ever: the seconds that are left, more than 0 if there is an end.
    double left() const {
        constexpr double kNone = 0.001;
        if (!end_) return 0;
        return std::max(kNone, std::chrono::duration<double>(*end_ - Clock::now()).count());
    }
    /// Once true, true until the next start.
    bool passed() {
        if (!passed_ && (stopped_ || (end_ && Clock::now() >= *end_))) passed_ = true;
        return passed_;
    }
    /// From any thread: it has passed, and so has each that is started, until resume().
    void stop() { stopped_ = true; }
    void resume() { stopped_ = false; }

private:
    using Clock = std::chrono::steady_clock;
    std::optional<Clock::time_point> end_;
    std::atomic<bool> passed_ = false, stopped_ = false;
};

/// Ends the process, with a line on stderr and kExitBusy, if it lives longer than `seconds` and one more. 0 seconds:
/// never. It takes SIGALRM and the process's timer, so there is one at a time.
class Watchdog {
public:
    explicit Watchdog(std::size_t seconds);
    ~Watchdog();
    /// From now on there is none: for a program that outlives an answer.
    static void never();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
};

}  // namespace patchseek::reader
