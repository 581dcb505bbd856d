// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "patchseek/base/file.hpp"
#include "reader/deadline.hpp"

/// Copies of this process that may hang, and what they write (watched.hpp).
namespace patchseek {

/// Memory that copies of this process share with it.
class SharedPulse {
public:
    /// Throws std::bad_alloc.
    SharedPulse();
    ~SharedPulse();
    SharedPulse(const SharedPulse&) = delete;
    SharedPulse& operator=(const SharedPulse&) = delete;
    reader::Pulse& operator*() const { return *pulse_; }
    reader::Pulse* operator->() const { return pulse_; }

private:
    reader::Pulse* pulse_;
};

/// A copy of this process. It is never waited for: one that hangs in its file system ends when that lets it go. It is
/// killed when this goes, and when the process does that it is a copy of.
class Copy {
public:
    /// Runs `body`, which returns its exit code; what it throws is told.
    explicit Copy(const std::function<int()>& body);
    ~Copy();
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    bool made() const { return id_ > 0; }
    /// What becomes readable when it ends; -1 where the kernel has no such thing.
    int descriptor() const { return ended_.get(); }
    bool has_ended();
    /// Whether it would go on if it were let: it waits for nothing but a processor.
    bool waits_for_processor() const;
    /// As waitpid() tells it, of one that has ended.
    int status() const { return *status_; }
    /// Its exit code; of one that a signal ended, kExitInternal.
    int code() const;

private:
    pid_t id_ = -1;
    UniqueFd ended_;
    std::optional<int> status_;
};

/// Whether two descriptors are of one pipe or socket.
bool are_one_pipe(int one, int other);

/// A pipe in the place of a descriptor of a copy, where somebody may wait for the end of that descriptor.
class Relay {
public:
    /// Into a text, if there is one.
    Relay(int target, std::string* sink);
    /// In the copy.
    void take_place();
    /// In this process, once there is a copy.
    void begin() { to_ = UniqueFd(); }
    /// Whether whoever reads is waited for.
    bool waits() const { return at_ < held_.size(); }
    /// What to poll() for.
    struct pollfd wanted() const;
    /// Hands on what can be without waiting; whether there was anything.
    bool step();

private:
    bool hand_on();

    int target_;
    std::string* sink_;
    UniqueFd from_, to_;
    std::string held_;
    std::size_t at_ = 0;
};

}  // namespace patchseek
