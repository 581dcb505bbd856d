#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace patchseek::storage {

/// How far the work is.
struct Progress {
    enum class Phase : std::uint8_t { finding, reading, removing, merging } phase = Phase::finding;
    std::string archive;                ///< finding and reading: which; its path, "-" for standard input
    std::uint64_t done = 0, total = 0;  ///< messages
    std::uint64_t bytes = 0, all_bytes = 0;
    std::uint64_t committed = 0;  ///< messages that no crash can lose any more
    bool at_commit = false;       ///< this call tells of a commit
};
/// Called often, from any thread, one call at a time; must be quick.
using OnProgress = std::function<void(const Progress&)>;

/// How work is ended early.
struct Stop {
    std::atomic<bool> asked = false;  ///< what is done so far is to be committed, and no more begun
    /// Nothing would be lost if the process ended at this moment: there is no need to ask.
    std::atomic<bool> idle = true;
};
/// Whether a stop is asked for; `stop` may be null.
inline bool is_stop_requested(const Stop* stop) { return stop && stop->asked; }

/// Marks a stretch of work that would be lost.
class Busy {
public:
    explicit Busy(Stop* stop) : stop_(stop) {
        if (stop_) stop_->idle = false;
    }
    ~Busy() {
        if (stop_) stop_->idle = true;
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

private:
    Stop* stop_;
};

}  // namespace patchseek::storage
