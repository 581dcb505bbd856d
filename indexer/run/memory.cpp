// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.hpp"

#ifdef PATCHSEEK_MIMALLOC
#include <mimalloc.h>
#else
#include <malloc.h>
#endif

namespace patchseek::run {

#ifdef PATCHSEEK_MIMALLOC
void limit_memory(std::size_t allowed) {
    constexpr std::size_t kLittle = std::size_t{256} << 20;
    if (allowed < kLittle) ::mi_option_set(mi_option_decommit_delay, 0);
}

void give_back_memory() { ::mi_collect(true); }
#else
void limit_memory(std::size_t) {}

void give_back_memory() { ::malloc_trim(0); }
#endif

}  // namespace patchseek::run
