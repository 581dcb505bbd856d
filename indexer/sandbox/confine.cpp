// SPDX-License-Identifier: GPL-2.0-or-later

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include "supervisor.hpp"

namespace fs = std::filesystem;

namespace patchseek::sandbox {
namespace {

void limit(int resource, std::uint64_t most) {
    const rlimit value{most, most};
    ::setrlimit(static_cast<__rlimit_resource_t>(resource), &value);
}

// What libraries read of their own accord: charsets, locales, their settings, and git's of this user and machine.
std::vector<fs::path> with_settings(std::vector<fs::path> readable) {
    for (const char* path : {"/usr/lib", "/usr/share/locale", "/lib", "/etc/ssl/openssl.cnf", "/etc/gitconfig",
                             "/dev/null", "/dev/urandom"})
        readable.emplace_back(path);
    const char* home = std::getenv("HOME");
    const char* config = std::getenv("XDG_CONFIG_HOME");
    if (home) readable.push_back(fs::path(home) / ".gitconfig");
    if (config)
        readable.push_back(fs::path(config) / "git");
    else if (home)
        readable.push_back(fs::path(home) / ".config" / "git");
    return readable;
}

}  // namespace

void confine(const Rights& rights) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, rights.descriptors);
#ifndef PATCHSEEK_SANITIZED  // its shadow of all memory counts as allocated
    limit(RLIMIT_DATA, rights.memory);
#endif
    restrict_files(with_settings(rights.readable));
    restrict_calls();
}

std::string missing_protection() {
    const bool files = landlock_version() > 0, calls = has_call_filter();
    if (files && calls) return {};
    return files ? "seccomp" : calls ? "Landlock" : "Landlock and seccomp";
}

}  // namespace patchseek::sandbox
