// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "storage/progress.hpp"

/// What the indexer has to do with whoever started it while it works: the line of progress, and signals.
namespace patchseek::run {

/// Shows how far the indexer is, on stderr: on a terminal a line that is rewritten in
/// place; to a file or a pipe a plain line now and then. Not for several threads at once.
class ProgressLine {
public:
    enum class Talk : std::uint8_t { quiet, usual, verbose };
    explicit ProgressLine(Talk talk);
    /// Takes the line off the terminal.
    ~ProgressLine();
    void update(const storage::Progress& progress);
    /// Takes the line off, so that something else can be said.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    std::string text(const storage::Progress& progress, Clock::time_point now) const;
    void say_disk(const storage::Progress& progress);

    Talk talk_;
    bool terminal_;
    bool drawn_ = false;
    storage::Progress::Phase phase_ = storage::Progress::Phase::finding;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_ = start_;
    Clock::time_point reading_since_;  ///< when the first message was read
    bool is_reading_ = false;
};

/// SIGINT, SIGTERM and SIGHUP from now on ask for an end in good order: the flag is set,
/// and what was read is committed. Where nothing would be lost, and at a second signal, the
/// process ends at once.
storage::Stop& stop_on_signals();

/// The signal that came, or 0.
int stopped_by();

}  // namespace patchseek::run
