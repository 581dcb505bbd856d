// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <system_error>
#include <thread>
#include <vector>

namespace patchseek {

/// How many processors this process may use; what a container or taskset leaves of those of the machine.
unsigned processors();

/// In a copy of this process that fork() made: it is killed when the thread that made it ends, from here on. False:
/// `parent`, its process, is gone already, and nothing will.
bool end_with(int parent) noexcept;

/// Runs `work(i)` for i below `count`, each on a thread of its own; returns when all
/// have. `work` must not throw.
template <class Work>
void in_parallel(std::size_t count, const Work& work) {
    std::vector<std::thread> threads;
    std::size_t alone = 1;  // from here on there are no threads to be had
    try {
        threads.reserve(count);
        for (; alone < count; ++alone) threads.emplace_back([&work, alone] { work(alone); });
    } catch (const std::system_error&) {
    }
    if (count > 0) work(0);
    for (; alone < count; ++alone) work(alone);
    for (std::thread& thread : threads) thread.join();
}

}  // namespace patchseek
