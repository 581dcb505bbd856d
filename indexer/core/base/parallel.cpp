// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/parallel.hpp"

#include <sched.h>

namespace patchseek {

unsigned processors() {
    cpu_set_t set;
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

}  // namespace patchseek
