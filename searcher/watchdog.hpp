#pragma once

#include <cstddef>

namespace patchseek {

/// Ends the process, with a line on stderr and exit code 75, if it lives longer than
/// `seconds` and one more: the search itself stops in time wherever it looks at the clock,
/// and this is for where it does not. 0 seconds: never. One at a time.
class Watchdog {
public:
    explicit Watchdog(std::size_t seconds);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
};

}  // namespace patchseek
