#pragma once

#include "storage/progress.hpp"

namespace patchseek::run {

/// SIGINT, SIGTERM and SIGHUP from now on ask for an end in good order: the flag is set,
/// and what was read is committed. Where nothing would be lost, and at a second signal, the
/// process ends at once.
storage::Stop& stop_on_signals();

/// The signal that came, or 0.
int stopped_by();

}  // namespace patchseek::run
