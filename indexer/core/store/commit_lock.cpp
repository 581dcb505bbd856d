#include "patchseek/store/commit_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <thread>

#include "patchseek/schema/layout.hpp"

namespace patchseek::store {

UniqueFd hold_commit_lock(const std::filesystem::path& index, CommitLockSide side, std::chrono::milliseconds patience) {
    const auto file = index / schema::layout::kCommitLock;
    const bool writer = side == CommitLockSide::writer;
    UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | (writer ? O_CREAT : 0), 0666));
    if (!fd) return {};
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(fd.get(), (writer ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() >= end) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return fd;
}

}  // namespace patchseek::store
