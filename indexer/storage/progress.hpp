// SPDX-License-Identifier: GPL-2.0-or-later
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
    std::uint64_t disk = 0;       ///< bytes that the index will take, about; as much again is needed while it is made
    std::uint64_t committed = 0;  ///< messages that no crash can lose any more
    bool at_commit = false;       ///< this call tells of a commit
};
/// Called often, from any thread, one call at a time; must be quick.
using OnProgress = std::function<void(const Progress&)>;

/// How work is ended early. A signal handler sets it, the threads that work read it.
struct Stop {
    std::atomic<bool> requested = false;  ///< what is done so far is to be committed, and no more begun
    /// Nothing would be lost if the process ended at this moment: there is no need to wait for the work.
    std::atomic<bool> idle = true;
};
/// Whether a stop is requested; `stop` may be null.
inline bool is_stop_requested(const Stop* stop) { return stop && stop->requested; }

/// Lives as long as there is work that would be lost if the process ended; `stop` may be null.
class UncommittedWork {
public:
    explicit UncommittedWork(Stop* stop) : stop_(stop) {
        if (stop_) stop_->idle = false;
    }
    ~UncommittedWork() {
        if (stop_) stop_->idle = true;
    }
    UncommittedWork(const UncommittedWork&) = delete;
    UncommittedWork& operator=(const UncommittedWork&) = delete;

private:
    Stop* stop_;
};

}  // namespace patchseek::storage
