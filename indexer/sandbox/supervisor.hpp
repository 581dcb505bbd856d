// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "helper.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// For the sources of this room: what a helper's process is made of, from the wire to the kernel.
namespace patchseek::sandbox {

// Pieces of bytes, and descriptors, from one process to another over a stream socket.

struct Frame {
    std::string bytes;
    std::vector<UniqueFd> descriptors;
};

/// No longer ones are sent or taken.
inline constexpr std::uint64_t kLongestFrame = std::uint64_t{512} << 20;
inline constexpr std::size_t kMostDescriptors = 4;

/// `first` and then `second` as one frame. False: the other end is gone.
bool send_frame(int socket, std::string_view first, std::string_view second, std::span<const int> descriptors = {});

enum class Received : std::uint8_t { frame, end, late };
/// `end`: the other end is gone, or what came is no frame. `late`: nothing came for so long.
Received receive_frame(int socket, Frame& frame, std::optional<std::chrono::seconds> most = std::nullopt);

// What takes rights away, for good.

/// Takes from this process, for good, all that it needs not to read what `rights` name and to answer on what is open:
/// new privileges (PR_SET_NO_NEW_PRIVS), core dumps, memory and descriptors beyond the limits, files beside the
/// readable ones and every way to change one (Landlock), and all system calls that reading does not take (seccomp): no
/// program, no socket, no other process, no memory that can be run. What the kernel lacks is left out: see
/// missing_protection(). For a process of one thread.
void confine(const Rights& rights);

/// The version of Landlock's interface that the kernel has; 0: none.
long landlock_version();
/// Nothing but these may be read from here on, and nothing written. Without Landlock nothing happens.
void restrict_files(const std::vector<std::filesystem::path>& readable);

/// Whether this build knows the system calls of its machine and the kernel takes filters for them.
bool has_call_filter();
/// Every other system call than those that reading takes fails with EPERM from here on.
void restrict_calls();

}  // namespace patchseek::sandbox

/// The supervisor as others see it: it makes helpers, and tells how they ended. Thread-safe.
namespace patchseek::sandbox::supervisor {

bool is_running();

struct Process {
    pid_t id = 0;
    UniqueFd socket;  ///< to serve()
};
Result<Process> make(const Rights& rights);

/// Ends it if it has not ended; how it ended, as wait(2) has it.
int end(pid_t process);

}  // namespace patchseek::sandbox::supervisor

namespace patchseek::sandbox {

/// What a helper does all its life: takes requests and answers them, until the other end is gone.
[[noreturn]] void serve(int socket);

}  // namespace patchseek::sandbox
