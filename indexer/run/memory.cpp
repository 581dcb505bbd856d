// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.hpp"

#ifdef PATCHSEEK_MIMALLOC
#include <mimalloc.h>

#include <cstdlib>
#include <new>
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

#ifdef PATCHSEEK_MIMALLOC
// The operators that mimalloc brings when it was built as C, as Debian's was, end the program where no memory is left.
// It frees what these give.
namespace {

void* given(void* memory) {
    if (!memory) throw std::bad_alloc();
    return memory;
}

void* aligned(std::size_t size, std::align_val_t alignment) {
    const auto unit = static_cast<std::size_t>(alignment);
    return given(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}

}  // namespace

void* operator new(std::size_t size) { return given(std::malloc(size)); }
void* operator new[](std::size_t size) { return given(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
#endif
