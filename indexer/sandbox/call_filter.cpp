// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>
#include "supervisor.hpp"

namespace patchseek::sandbox {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kMachine = 0;  // unknown: no filter
#endif

// Whatever their arguments are. No call of these makes, changes or names a file, a process or a connection.
constexpr auto kAllowed = std::to_array<std::uint32_t>({
    SYS_read, SYS_write, SYS_pread64, SYS_pwrite64, SYS_readv, SYS_writev, SYS_sendmsg, SYS_recvmsg, SYS_sendto,
        SYS_recvfrom, SYS_close, SYS_lseek, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_getdents64, SYS_readlinkat,
        SYS_faccessat, SYS_faccessat2, SYS_getcwd, SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_exit,
        SYS_exit_group, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
        SYS_clock_gettime, SYS_gettimeofday, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid,
        SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrusage, SYS_setitimer, SYS_sched_yield, SYS_sched_getaffinity,
        SYS_uname, SYS_sysinfo, SYS_ppoll, SYS_fadvise64,
#ifdef PATCHSEEK_SANITIZED  // sanitizers look by a pipe whether memory can be read
        SYS_pipe2,
#ifdef SYS_pipe
        SYS_pipe,
#endif
#endif
#if defined(__x86_64__)
        SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_time,
#endif
});

constexpr auto load(std::size_t offset) {
    return sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
constexpr auto jump_equal(std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
    return sock_filter{BPF_JMP | BPF_JEQ | BPF_K, yes, no, value};
}
constexpr auto jump_any_bit(std::uint32_t bits, std::uint8_t yes, std::uint8_t no) {
    return sock_filter{BPF_JMP | BPF_JSET | BPF_K, yes, no, bits};
}
constexpr auto answer(std::uint32_t value) { return sock_filter{BPF_RET | BPF_K, 0, 0, value}; }

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

// The low half of an argument; both machines have the low byte first.
constexpr std::size_t argument(std::size_t number) {
    return offsetof(seccomp_data, args) + number * sizeof(std::uint64_t);
}

class Filter {
public:
    Filter() {
        code_ = {load(offsetof(seccomp_data, arch)), jump_equal(kMachine, 1, 0), answer(SECCOMP_RET_KILL_PROCESS),
                 load(offsetof(seccomp_data, nr))};
    }
    void allow(std::uint32_t call) {
        code_.push_back(jump_equal(call, 0, 1));
        code_.push_back(answer(SECCOMP_RET_ALLOW));
    }
    /// Unless one of the bits is set in an argument.
    void allow_without(std::uint32_t call, std::size_t number, std::uint32_t bits) {
        code_.push_back(jump_equal(call, 0, 4));
        code_.push_back(load(argument(number)));
        code_.push_back(jump_any_bit(bits, 0, 1));
        code_.push_back(answer(kRefuse));
        code_.push_back(answer(SECCOMP_RET_ALLOW));
    }
    /// Where an argument is one of two values.
    void allow_where(std::uint32_t call, std::size_t number, std::uint32_t one, std::uint32_t other) {
        code_.push_back(jump_equal(call, 0, 5));
        code_.push_back(load(argument(number)));
        code_.push_back(jump_equal(one, 2, 0));
        code_.push_back(jump_equal(other, 1, 0));
        code_.push_back(answer(kRefuse));
        code_.push_back(answer(SECCOMP_RET_ALLOW));
    }
    void install() {
        code_.push_back(answer(kRefuse));
        const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
    }

private:
    std::vector<sock_filter> code_;
};

}  // namespace

bool has_call_filter() {
    // Without a filter to install, a kernel that takes some says EFAULT.
    return kMachine != 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr, 0, 0) != 0 && errno == EFAULT;
}

void restrict_calls() {
    if constexpr (kMachine == 0) return;
    constexpr std::uint32_t kChanges = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    Filter filter;
    for (const std::uint32_t call : kAllowed) filter.allow(call);
    filter.allow_without(SYS_openat, 2, kChanges);
#if defined(__x86_64__)
    filter.allow_without(SYS_open, 1, kChanges);
#endif
    filter.allow_without(SYS_mmap, 2, PROT_EXEC);
    filter.allow_without(SYS_mprotect, 2, PROT_EXEC);
    filter.allow_where(SYS_fcntl, 1, F_GETFL, F_GETFD);
    // abort() sends itself a signal.
    const auto self = static_cast<std::uint32_t>(::getpid());
    filter.allow_where(SYS_tgkill, 0, self, self);
    filter.install();
}

}  // namespace patchseek::sandbox
