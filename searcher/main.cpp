// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <csignal>
#include <new>
#include <string_view>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"

namespace {

using namespace patchseek;

int run(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) return fail(options.error());
    if (options->quiet) be_quiet();
    if (!options->late.empty())
        say("'" + options->late + "' is a word of the query there; options with one dash stand before it");
    switch (options->action) {
        case Options::Action::search: return run_search(*options);
        case Options::Action::show: return run_show(*options);
        case Options::Action::thread: return run_thread(*options);
        case Options::Action::versions: return run_versions(*options);
        case Options::Action::am: return run_am(*options);
        case Options::Action::facets: return run_facets(*options);
        case Options::Action::commit: return run_commit(*options);
        case Options::Action::reviews: return run_reviews(*options);
        case Options::Action::batch: return run_batch(*options);
        case Options::Action::like: return run_like(*options);
        case Options::Action::save:
        case Options::Action::forget:
        case Options::Action::saved: return run_keeping(*options);
        case Options::Action::deliver: return run_deliver(*options);
        case Options::Action::mcp: return run_mcp(*options);
        case Options::Action::complete: return run_complete(*options);
        case Options::Action::help: return run_help(*options);
        case Options::Action::version:
            return run_print(fmt::format("patchseek {} (index schema {})\n", PATCHSEEK_VERSION, schema::kVersion));
    }
    return kExitInternal;
}

#ifndef PATCHSEEK_SANITIZED  // sanitizers tell more
// Xapian's tables have no checksums, and damage in them may lead its code astray: an end with a line and a code is not
// taken for an answer, nor for a signal that somebody sent.
extern "C" void on_crash(int) {
    constexpr std::string_view kMessage =
        "patchseek: reading the index ended in a crash: it is damaged, or this is a bug; patchseek-index --check "
        "tells\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
    ::_exit(kExitInternal);
}

// A file that is read in place was cut short, or its file system has failed.
extern "C" void on_lost_file(int) {
    constexpr std::string_view kMessage =
        "patchseek: a file of the index cannot be read any more: its file system has failed, or it was cut short\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
    ::_exit(kExitIo);
}

void catch_crashes() {
    // A stack of its own, since the other may be what is used up.
    static std::array<char, 1 << 16> stack;
    const stack_t own{stack.data(), 0, stack.size()};
    ::sigaltstack(&own, nullptr);
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK;
    for (const int number : {SIGSEGV, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
    action.sa_handler = on_lost_file;
    ::sigaction(SIGBUS, &action, nullptr);
}
#else
void catch_crashes() {}
#endif

}  // namespace

int main(int argc, char** argv) try {
    reserve_standard_descriptors();
    raise_descriptor_limit();
    catch_crashes();
    std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone shows as an error of write()
    return code_for_indexes(run(argc, argv));
} catch (const std::bad_alloc&) {
    complain("out of memory");
    return kExitOs;
} catch (const std::exception& error) {
    complain(error.what());
    return kExitInternal;
}
