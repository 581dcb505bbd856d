// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "patchseek/base/file.hpp"
#include "supervisor.hpp"

namespace fs = std::filesystem;

namespace patchseek::sandbox {
namespace {

// Debian 12's header knows the second version of five and more (Documentation/userspace-api/landlock.rst).
struct Ruleset {
    std::uint64_t files = 0, network = 0, scopes = 0;
};
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14, kDeviceControl = std::uint64_t{1} << 15;
constexpr std::uint64_t kBindAndConnect = 3, kSocketsAndSignals = 3;
constexpr std::uint64_t kFiles = (std::uint64_t{1} << 13) - 1;  // of the first version
constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

Ruleset ruleset_of(long version) {
    Ruleset out{kFiles, 0, 0};
    if (version >= 2) out.files |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) out.files |= kTruncate;
    if (version >= 4) out.network = kBindAndConnect;
    if (version >= 5) out.files |= kDeviceControl;
    if (version >= 6) out.scopes = kSocketsAndSignals;
    return out;
}

std::size_t size_of(long version) {
    const std::size_t fields = version >= 6 ? 3 : version >= 4 ? 2 : 1;
    return fields * sizeof(std::uint64_t);
}

void allow(int ruleset, const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(info.st_mode) ? kRead : std::uint64_t{LANDLOCK_ACCESS_FS_READ_FILE};
    rule.parent_fd = fd.get();
    ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

}  // namespace

long landlock_version() {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? 0 : version;
}

void restrict_files(const std::vector<fs::path>& readable) {
    const long version = landlock_version();
    if (version == 0) return;
    const Ruleset rules = ruleset_of(version);
    const UniqueFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, size_of(version), 0U)));
    if (!ruleset) return;
    for (const fs::path& path : readable) allow(ruleset.get(), path);
    ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0U);
}

}  // namespace patchseek::sandbox
