// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
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
    std::size_t alone = 1;  // from here on there are no threads to be had, or no memory for them
    try {
        threads.reserve(count);
        for (; alone < count; ++alone) threads.emplace_back([&work, alone] { work(alone); });
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    if (count > 0) work(0);
    for (; alone < count; ++alone) work(alone);
    for (std::thread& thread : threads) thread.join();
}

/// Runs `work(i)` for i below `count`, on as many threads as there are processors, eight at most. What `work` throws is
/// thrown again when all threads have ended; what that thread had left is done by others, or not at all.
template <class Work>
void for_each_in_parallel(std::size_t count, const Work& work) {
    constexpr std::size_t kMost = 8;
    const std::size_t threads = std::min<std::size_t>({count, processors(), kMost});
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> failures(threads);
    in_parallel(threads, [&](std::size_t thread) {
        try {
            for (std::size_t i = next++; i < count; i = next++) work(i);
        } catch (...) {
            failures[thread] = std::current_exception();
        }
    });
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

/// The same where each takes a round trip to a server: many at once, on no more than some tens of threads.
template <class Work>
void at_once(std::size_t count, const Work& work) {
    constexpr std::size_t kMost = 32;
    std::atomic<std::size_t> next = 0;
    in_parallel(count < kMost ? count : kMost, [&](std::size_t) {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    });
}

}  // namespace patchseek
