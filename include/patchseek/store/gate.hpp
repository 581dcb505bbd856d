#pragma once

#include <chrono>
#include <filesystem>

#include "patchseek/base/file.hpp"

namespace patchseek::store {

/// What keeps a busy writer from overtaking a slow reader for ever. Xapian keeps the
/// two last revisions of a database: a reader fails when two commits pass under it. It
/// reads again then, and after some failures it holds the gate while it reads; the
/// writer, which passes the gate for each commit, waits for it. A reader that never
/// fails never touches the gate, and a writer never waits longer than its patience: a
/// reader that hangs cannot stop it.
enum class GateSide : bool { reader, writer };

/// Holds the gate until the result goes: an flock(2), which needs no right to write. An
/// empty descriptor when the patience ran out or there is no gate: both sides go on
/// without it.
UniqueFd hold_gate(const std::filesystem::path& index, GateSide side, std::chrono::milliseconds patience);

}  // namespace patchseek::store
