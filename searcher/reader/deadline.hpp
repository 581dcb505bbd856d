// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

/// What --timeout means: a search looks at a deadline wherever much work goes on, and a watchdog is there for where it
/// does not.
namespace patchseek::reader {

/// What a process that answers lets another one know that watches over it (watched.hpp); of a process that nobody
/// watches, its own. It lies in memory that both share, and has nothing that one of them must hold.
struct Pulse {
    /// How many writes to whoever reads the answer, or pagers, are waited for: that is no time of a search.
    std::atomic<int> waiting = 0;
    std::atomic<bool> written = false;   ///< something of an answer
    std::atomic<bool> answered = false;  ///< whole records
    std::atomic<const char*> doing =
        nullptr;  ///< putting indexes together, as the line says it that time is up; of static life
    std::atomic<std::chrono::nanoseconds::rep> begin =
        0;                             ///< of the steady clock, when its time began; 0: with a search
    std::atomic<bool> quiet = false;   ///< what reading an index fails for is told here alone
    std::array<char, 1024> failure{};  ///< why, a text that ends with a zero
    std::atomic<int> failing = 0;      ///< of the indexes that are watched, counted from 1, one of which a read failed

    void fail(std::string_view why) {
        failure.fill('\0');
        std::ranges::copy(why.substr(0, failure.size() - 1), failure.begin());
    }
};
/// Of this process.
Pulse& pulse() noexcept;
/// From now on it is this one, which outlives the process.
void set_pulse(Pulse& shared) noexcept;

/// Lives while whoever reads the answer is waited for.
class Waiting {
public:
    Waiting() { ++pulse().waiting; }
    ~Waiting() { --pulse().waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
};

/// How long this process could not run since it began, as far as a Watchdog saw it, and for how long it waited for
/// whoever reads its output: neither is time of a search.
std::chrono::nanoseconds lost_time() noexcept;

/// Until when an answer may be worked on. Asking reads the clock, which costs less than reading a mail. Any number of
/// threads may ask whether it has passed.
class Deadline {
public:
    /// Begins anew, from now on, or from when the pulse() began; 0 seconds: for ever. While no other thread asks.
    void start(std::size_t seconds) {
        passed_ = false;
        end_.reset();
        if (seconds == 0) return;
        const Clock::time_point begin{std::chrono::nanoseconds(pulse().begin)};
        end_ = (pulse().begin == 0 ? now() : begin) + std::chrono::seconds(seconds);
    }
    /// For Xapian, to which 0 means for ever: the seconds that are left, more than 0 if there is an end.
    double left() const {
        constexpr double kNone = 0.001;
        if (!end_) return 0;
        return std::max(kNone, std::chrono::duration<double>(*end_ - now()).count());
    }
    /// Once true, true until the next start.
    bool passed() {
        if (!passed_ && (stopped_ || (end_ && now() >= *end_))) passed_ = true;
        return passed_;
    }
    /// From any thread: it has passed, and so has each that is started, until resume().
    void stop() { stopped_ = true; }
    void resume() { stopped_ = false; }

private:
    using Clock = std::chrono::steady_clock;
    static Clock::time_point now() { return Clock::now() - lost_time(); }
    std::optional<Clock::time_point> end_;
    std::atomic<bool> passed_ = false, stopped_ = false;
};

/// Ends the process, with a line on stderr, if it lives longer than `seconds` and one more; with kExitPartial if whole
/// records of an answer were written before, else kExitBusy. 0 seconds: never. It takes SIGALRM and the process's
/// timer, so there is one at a time. It counts seconds in which this process could run: one that was stopped, or whose
/// machine was, has lost no time.
class Watchdog {
public:
    explicit Watchdog(std::size_t seconds);
    ~Watchdog();
    /// From now on there is none: for a program that outlives an answer.
    static void never();

    /// Lives while whole records are written: that is the time of whoever reads them.
    class Pause {
    public:
        Pause();
        ~Pause();
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        std::chrono::steady_clock::time_point begin_;
    };
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
};

}  // namespace patchseek::reader
