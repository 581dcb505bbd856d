// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <new>
#include <string_view>

#include "actions.hpp"
#include "common.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "reader/deadline.hpp"
#include "watched.hpp"

namespace {

using namespace patchseek;

int act(const Options& options) {
    switch (options.action) {
        case Options::Action::search: return run_search(options);
        case Options::Action::show: return run_show(options);
        case Options::Action::thread: return run_thread(options);
        case Options::Action::versions: return run_versions(options);
        case Options::Action::am: return run_am(options);
        case Options::Action::facets: return run_facets(options);
        case Options::Action::commit: return run_commit(options);
        case Options::Action::reviews: return run_reviews(options);
        case Options::Action::batch: return run_batch(options);
        case Options::Action::like: return run_like(options);
        case Options::Action::save:
        case Options::Action::forget:
        case Options::Action::saved: return run_keeping(options);
        case Options::Action::deliver: return run_deliver(options);
        case Options::Action::mcp: return run_mcp(options);
        case Options::Action::complete: return run_complete(options);
        case Options::Action::help: return run_help(options);
        case Options::Action::version:
            return run_print(fmt::format("patchseek {} (index schema {})\n", PATCHSEEK_VERSION, schema::kVersion));
    }
    return kExitInternal;
}

// Whether one answer from an index is all that is asked for.
bool asks_once(Options::Action action) {
    using Action = Options::Action;
    constexpr Action kOthers[] = {Action::batch, Action::mcp,   Action::help,  Action::version,
                                  Action::save,  Action::saved, Action::forget};
    return std::ranges::find(kOthers, action) == std::end(kOthers);
}

int run(int argc, char** argv) {
    auto options = parse_options(argc, argv);
    if (!options) return fail(options.error());
    if (options->quiet) be_quiet();
    if (!options->late.empty())
        say("'" + options->late + "' is a word of the query there; options with one dash stand before it");
    if (!asks_once(options->action) || !is_watched(*options, true)) return code_for_indexes(act(*options));
    const bool silent = options->action == Options::Action::complete;
    if (silent) options->timeout = 1;  // somebody types
    const auto lost = [&](const Error& error, int code) {
        if (!silent) complain(error.message);
        return silent ? static_cast<int>(kExitOk) : code;
    };
    return run_watched(
        *options, {[](const Options& asked) { return code_for_indexes(act(asked)); }, lost, nullptr, nullptr, silent});
}

#ifndef PATCHSEEK_SANITIZED  // sanitizers tell more
// Xapian's tables have no checksums, and damage in them may lead its code astray: an end with a line and a code is not
// taken for an answer, nor for a signal that somebody sent.
extern "C" void on_crash(int) {
    if (reader::pulse().quiet && !reader::pulse().written) ::_exit(kExitInternal);
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
    reader::Pulse& pulse = reader::pulse();
    if (pulse.quiet && !pulse.written) {
        pulse.fail("a file of it cannot be read any more: its file system has failed, or it was cut short");
        ::_exit(kExitIo);
    }
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
    return run(argc, argv);
} catch (const std::bad_alloc&) {
    complain("out of memory");
    return kExitOs;
} catch (const std::exception& error) {
    complain(error.what());
    return kExitInternal;
}
