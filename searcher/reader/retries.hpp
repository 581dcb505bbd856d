#pragma once

#include <chrono>
#include <filesystem>
#include <thread>

#include "database.hpp"
#include "patchseek/store/commit_lock.hpp"

namespace patchseek::reader {

/// After so many failures a reader holds the lock, so that no commit can overtake it.
inline constexpr int kAttemptsWithoutLock = 3;
inline constexpr int kAttempts = 20;
/// Xapian may take a commit that passes under a read for damage; real damage stays.
inline constexpr int kAttemptsAtDamage = 4;

/// Whether an Error may come of the index having moved on since `database` was opened.
inline bool is_transient(const Error& error, const std::filesystem::path& index, const Database& database,
                         int attempt) {
    if (error.kind == ErrorKind::busy) return true;
    // A shard or a text file that is gone, or looks damaged.
    const bool doubtful = error.kind == ErrorKind::data || error.kind == ErrorKind::no_input;
    if (!doubtful) return false;
    const auto manifest = store::read_manifest(index);
    return manifest && (attempt < kAttemptsAtDamage || manifest->generation != database.generation);
}

/// Runs `body` over an open database. An answer is made whole or made again: the index may
/// have moved on under a slow query, and what it was read from is gone. `database` is
/// opened where it is not, and opened anew after each failure.
template <class Body>
auto with_retries(const std::filesystem::path& index, Database& database, const Body& body) -> decltype(body()) {
    using namespace std::chrono_literals;
    auto pause = 1ms;
    for (int attempt = 1;; ++attempt) {
        UniqueFd lock;
        if (attempt > kAttemptsWithoutLock) lock = store::hold_commit_lock(index, store::CommitLockSide::reader, 5s);
        auto result = [&]() -> decltype(body()) {
            if (!database.texts) {
                auto opened = Database::open(index);
                if (!opened) return opened.error();
                database = std::move(*opened);
            }
            return guarded(body);
        }();
        if (result || attempt == kAttempts || !is_transient(result.error(), index, database, attempt)) return result;
        database = Database{};
        lock = UniqueFd{};
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, 64ms);
    }
}

}  // namespace patchseek::reader
