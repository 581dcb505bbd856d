// SPDX-License-Identifier: GPL-2.0-or-later
/// What it costs that another process reads repositories: the rate of indexing with and without.
///
///     child_cost ROUNDS INDEX ARCHIVE...
///
/// Indexes the archives anew ROUNDS times each way, by turns, in a process of its own each time, and prints seconds of
/// the processor, of all processes, and by the clock. INDEX is a folder that is removed each time.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "run/run.hpp"
#include "sandbox/helper.hpp"

using namespace patchseek;

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

int index_once(const run::Request& request, bool child) {
    if (child && !sandbox::start()) return EXIT_FAILURE;
    const auto report = run::add_archives(request);
    if (child) sandbox::stop();
    if (!report || !report->failures.empty()) return EXIT_FAILURE;
    fmt::print("{:8} {:.1f} MB,", child ? "child" : "itself", static_cast<double>(report->bytes) / 1e6);
    std::fflush(stdout);
    return EXIT_SUCCESS;
}

bool measure(const run::Request& request, bool child) {
    std::filesystem::remove_all(request.index);
    const auto start = std::chrono::steady_clock::now();
    const pid_t pid = ::fork();
    if (pid == 0) std::_Exit(index_once(request, child));
    int status = 0;
    rusage used{};
    if (pid < 0 || ::wait4(pid, &status, 0, &used) != pid || status != 0) return false;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    fmt::print(" {:.2f} s of the processor, {:.2f} s\n", seconds(used.ru_utime) + seconds(used.ru_stime), wall.count());
    std::fflush(stdout);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        fmt::print(stderr, "usage: child_cost ROUNDS INDEX ARCHIVE...\n");
        return EXIT_FAILURE;
    }
    run::Request request{};
    request.index = argv[2];
    request.archives.assign(argv + 3, argv + argc);
    request.now = std::time(nullptr);
    for (int round = std::atoi(argv[1]); round > 0; --round)
        for (const bool child : {round % 2 == 0, round % 2 != 0})
            if (!measure(request, child)) return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
