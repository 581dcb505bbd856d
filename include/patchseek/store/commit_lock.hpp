#pragma once

#include <chrono>
#include <filesystem>

#include "patchseek/base/file.hpp"

namespace patchseek::store {

/// What keeps a busy writer from overtaking a slow reader for ever. Xapian keeps the
/// two last revisions of a database: a reader fails when two commits pass under it. It
/// reads again then, and after some failures it holds the lock while it reads; the
/// writer, which passes the lock for each commit, waits for it. A reader that never
/// fails never touches the lock, and a writer never waits longer than its patience: a
/// reader that hangs cannot stop it.
enum class CommitLockSide : bool { reader, writer };

/// Holds the lock until the result goes: an flock(2), which needs no right to write. An
/// empty descriptor when the patience ran out or there is no lock: both sides go on
/// without it.
UniqueFd hold_commit_lock(const std::filesystem::path& index, CommitLockSide side, std::chrono::milliseconds patience);

}  // namespace patchseek::store
