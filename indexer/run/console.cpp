// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "patchseek/text/visible.hpp"

namespace patchseek::run {
namespace {

namespace fs = std::filesystem;
using storage::Progress;
using namespace std::chrono_literals;

constexpr auto kTerminalPause = 200ms;
constexpr auto kPlainPause = 30s;
constexpr unsigned kWidth = 80;

std::string duration(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    if (whole < 100) return fmt::format("{} s", whole);
    if (whole < 6000) return fmt::format("{} min", (whole + 30) / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

unsigned terminal_width() {
    struct winsize size {};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kWidth;
}

storage::Stop stop;
volatile std::sig_atomic_t signal_number = 0;
static_assert(std::atomic<bool>::is_always_lock_free, "it is set in a signal handler");

void on_signal(int number) {
    if (signal_number != 0 || stop.idle) ::_exit(128 + number);
    signal_number = number;
    stop.requested = true;
}

}  // namespace

ProgressLine::ProgressLine(Talk talk) : talk_(talk), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

std::string ProgressLine::text(const Progress& progress, Clock::time_point now) const {
    switch (progress.phase) {
        case Progress::Phase::finding: return "looking into " + progress.archive;
        case Progress::Phase::removing: return fmt::format("forgetting: {} of {}", progress.done, progress.total);
        case Progress::Phase::merging: return "merging shards";
        case Progress::Phase::reading: break;
    }
    const double seconds = std::max(std::chrono::duration<double>(now - reading_since_).count(), 0.001);
    const double mb = static_cast<double>(progress.bytes) / 1e6, all = static_cast<double>(progress.all_bytes) / 1e6;
    const auto name = progress.archive == "-" ? "standard input" : fs::path(progress.archive).filename().native();
    auto out = fmt::format("indexing {}: {} of {} messages, {:.1f} of {:.1f} MB, {:.1f} MB/s", name, progress.done,
                           progress.total, mb, all, mb / seconds);
    // The first second tells nothing of the rest.
    if (seconds > 1 && progress.bytes > 0) out += ", " + duration((all - mb) * seconds / mb) + " left";
    return out;
}

void ProgressLine::say_disk(const Progress& progress) {
    constexpr std::uint64_t kWorthSaying = std::uint64_t{64} << 20;
    if (progress.disk < kWorthSaying) return;
    clear();
    const double mb = static_cast<double>(progress.disk) / 1e6;
    std::fputs(
        fmt::format("patchseek-index: it will take about {:.0f} MB of disk, {:.0f} MB while it is made\n", mb, 2 * mb)
            .c_str(),
        stderr);
}

void ProgressLine::update(const Progress& progress) {
    if (talk_ == Talk::quiet) return;
    const auto now = Clock::now();
    if (progress.phase == Progress::Phase::reading && !is_reading_) {
        is_reading_ = true;
        reading_since_ = now;
        say_disk(progress);
    }
    if (talk_ == Talk::verbose && progress.at_commit) {
        clear();
        std::fputs(fmt::format("patchseek-index: committed {} messages\n", progress.committed).c_str(), stderr);
        std::fflush(stderr);
    }
    const bool new_phase = terminal_ && progress.phase != phase_;
    phase_ = progress.phase;
    if (!new_phase &&
        now - last_ < (terminal_ ? std::chrono::nanoseconds(kTerminalPause) : std::chrono::nanoseconds(kPlainPause)))
        return;
    last_ = now;
    auto line = text::visible(text(progress, now), text::Breaks::blank);
    if (!terminal_) {
        std::fputs(fmt::format("patchseek-index: {}\n", line).c_str(), stderr);
        return;
    }
    drawn_ = true;
    // A line that wraps could not be taken back. Bytes, where columns are meant: too short is no harm.
    std::fputs(fmt::format("\r\x1b[K{}", text::valid_utf8(line.substr(0, terminal_width() - 1))).c_str(), stderr);
    std::fflush(stderr);
}

storage::Stop& stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        // Ignored from outside (nohup): it stays ignored.
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        ::sigaction(number, &action, nullptr);
    }
    return stop;
}

int stopped_by() { return signal_number; }

}  // namespace patchseek::run
