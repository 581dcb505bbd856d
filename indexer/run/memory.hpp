// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>

namespace patchseek::run {

/// To be called once, before there are threads. Where no more than `allowed` bytes are to be taken and that is little,
/// what is freed goes back to the system at once, which takes a tenth more time.
void limit_memory(std::size_t allowed);

/// Gives memory that is free back to the system: what threads that have ended had, and what lies in small pieces.
void give_back_memory();

}  // namespace patchseek::run
