#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>

namespace patchseek::reader {

/// Until when an answer may be worked on. Reading the clock costs less than reading a mail. Any number of threads may
/// ask whether it has passed.
class Deadline {
public:
    /// From now on; 0 seconds: for ever.
    void start(std::size_t seconds) {
        passed_ = false;
        end_.reset();
        if (seconds > 0) end_ = Clock::now() + std::chrono::seconds(seconds);
    }
    /// Once true, true until the next start.
    bool passed() {
        if (!passed_ && end_ && Clock::now() >= *end_) passed_ = true;
        return passed_;
    }

private:
    using Clock = std::chrono::steady_clock;
    std::optional<Clock::time_point> end_;
    std::atomic<bool> passed_ = false;
};

}  // namespace patchseek::reader
