// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// Work on foreign bytes by libraries that such bytes may bring down, in processes that can do no more than read.
///
/// start() makes one process, the supervisor, before there are threads and before an index is open: it inherits nothing
/// but standard streams, which it gives up. Whoever has foreign bytes to read has a Helper, for which the supervisor
/// makes a process with the first call, confined by its Rights. All of them end with the program, however that ends.
namespace patchseek::sandbox {

/// From here on helpers are processes; before, and where none can be made, they do their work where they are called.
/// To be called once, by a program that has one thread and no file open that a helper should not have.
Result<Done> start();
/// Waits for the end of the supervisor, when no helper is at work any more.
void stop() noexcept;

/// What a process may still do that reads foreign bytes.
struct Rights {
    std::vector<std::filesystem::path> readable;    ///< files, and folders with all that is below them
    std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes that it may allocate; mapped files do not count
    std::uint64_t descriptors = 1024;               ///< open at one time
};

/// What of these protections the kernel lacks: "Landlock", "seccomp", both or "". Looks at the kernel each time.
std::string missing_protection();

/// Answers a request, in the helper's process. `state`: what it keeps from call to call; it is lost when the process
/// ends. Exceptions become errors. Any function of this program will do: the helper is a copy of it.
using Service = std::string (*)(std::shared_ptr<void>& state, std::string_view request, std::span<const int> open);

/// One process that answers one call at a time. For one thread at a time.
class Helper {
public:
    /// What a call may take of the processor; by the clock, a minute more.
    static constexpr std::chrono::seconds kPatience{10};
    /// After so many ends, and so many calls that took too long, nothing is tried any more.
    static constexpr unsigned kMostEnds = 1000, kMostLate = 8;

    explicit Helper(Service service) : service_(service) {}
    Helper(Helper&& other) noexcept;
    Helper& operator=(Helper&& other) noexcept;
    ~Helper();

    /// From the next call on. A helper that is at work already is replaced by one that may.
    void may_read(const std::filesystem::path& path);

    /// An Error of kind data: the process ended over it, by a fault or a limit, which the message tells ("ended by
    /// signal 11 (Segmentation fault)"); the next call has a new process. Kind busy: it took too long by the clock,
    /// which a slow disk may do. Others: no process could be made.
    Result<std::string> call(std::string_view request, std::span<const int> open = {},
                             std::chrono::seconds most = kPatience);

private:
    Result<Done> begin();
    Error ended();
    void end() noexcept;

    Service service_;
    Rights rights_;
    std::shared_ptr<void> state_;  ///< without a process
    UniqueFd socket_;
    pid_t process_ = 0;
    unsigned ends_ = 0, late_ = 0;
};

}  // namespace patchseek::sandbox
