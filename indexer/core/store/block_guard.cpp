// SPDX-License-Identifier: GPL-2.0-or-later
#include <dlfcn.h>
#include <link.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "patchseek/store/inventory.hpp"

namespace patchseek::store {
namespace {

/// Where the code of a library lies in this process.
struct Code {
    std::uintptr_t begin = 0, end = 0;
};

int find_xapian(dl_phdr_info* library, std::size_t /*size*/, void* out) {
    if (!library->dlpi_name || std::string_view(library->dlpi_name).find("libxapian") == std::string_view::npos)
        return 0;
    for (std::size_t i = 0; i < library->dlpi_phnum; ++i) {
        const auto& part = library->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
        const auto begin = library->dlpi_addr + part.p_vaddr;
        *static_cast<Code*>(out) = {begin, begin + part.p_memsz};
    }
    return 1;
}

bool is_of_xapian(const void* caller) {
    static const Code code = [] {
        Code found;
        ::dl_iterate_phdr(find_xapian, &found);
        return found;
    }();
    const auto at = reinterpret_cast<std::uintptr_t>(caller);
    return at >= code.begin && at < code.end;
}

std::atomic<void (*)(int)> tell_of_failed = nullptr;
std::atomic<BlockCache*> block_cache = nullptr;

// Of a block of a table of Xapian 1.4 (backends/glass/glass_table.h): a level, and from kDirectory to the end that is
// said at kEnd, two bytes an item. No level is as high as kLevels; other blocks have no items.
constexpr std::size_t kLevel = 4, kEnd = 9, kDirectory = 11, kLevels = 10;

}  // namespace

bool guard_block(std::byte* block, std::size_t size) {
    if (size < kDirectory || std::to_integer<std::size_t>(block[kLevel]) >= kLevels) return true;
    const auto end = std::to_integer<std::size_t>(block[kEnd]) << 8 | std::to_integer<std::size_t>(block[kEnd + 1]);
    if (end < kDirectory || end > size || (end - kDirectory) % 2 == 0) return true;
    block[kEnd] = block[kEnd + 1] = std::byte{0};
    return false;
}

void set_block_cache(BlockCache* cache) noexcept { block_cache = cache; }

void on_failed_read(void (*tell)(int fd)) noexcept { tell_of_failed = tell; }

namespace {

void tell_of(int fd) noexcept {
    const int error = errno;
    if (auto* const tell = tell_of_failed.load(); tell && error != EINTR && error != EBADF) tell(fd);
    errno = error;
}

}  // namespace

}  // namespace patchseek::store

/// The pread(2) of both programs, in the place of the C library's, which it asks. Xapian reads its tables by it.
extern "C" [[gnu::visibility("default")]] ssize_t guarded_pread(int fd, void* data, std::size_t size,
                                                                off_t at) __asm__("pread");
extern "C" ssize_t guarded_pread(int fd, void* data, std::size_t size, off_t at) {
    using Read = ssize_t (*)(int, void*, std::size_t, off_t);
    static const auto next = reinterpret_cast<Read>(::dlsym(RTLD_NEXT, "pread"));
    namespace store = patchseek::store;
    const bool is_xapian = store::is_of_xapian(__builtin_return_address(0));
    const std::span<std::byte> block(static_cast<std::byte*>(data), size);
    auto* const cache = is_xapian ? store::block_cache.load() : nullptr;
    const bool kept = cache && cache->get(fd, static_cast<std::uint64_t>(at), block);
    const ssize_t got = kept ? static_cast<ssize_t>(size) : next(fd, data, size, at);
    if (got < 0) store::tell_of(fd);
    if (cache && !kept && got == static_cast<ssize_t>(size)) cache->put(fd, static_cast<std::uint64_t>(at), block);
    if (got > 0 && is_xapian) store::guard_block(block.data(), static_cast<std::size_t>(got));
    return got;
}
