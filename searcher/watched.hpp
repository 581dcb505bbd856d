// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>

#include "options.hpp"

/// Answers from indexes that may hang: a copy of this process reads, and this one keeps the clock.
///
/// A process that has asked a file system whose server stands still cannot be relied on: no signal handler of it runs,
/// and where the request is in the server's hands it does not even die. So whoever waits for an answer must never wait
/// for such a process, nor for the end of a pipe that it holds. The copy writes into pipes of ours where standard
/// output and error are pipes, and to a terminal or a file itself.
///
/// Beside it, other copies ask the servers of the indexes for something that no cache knows, over and over: that tells
/// an index that hangs from a question that takes long. Of several indexes of which one fails in the middle, and nobody
/// knows which, the question is put to each alone.
///
/// What it costs is a copy of a small process, some tenths of a millisecond, and only where an index lies on a file
/// system that is not known to be of this machine, or where several are searched as one.
namespace patchseek {

/// Whether answers from these indexes are to be watched: `one` is for a single answer, where several indexes suffice.
bool is_watched(const Options& options, bool one);

/// Something that answers, and what becomes of it where it does not.
struct Watched {
    /// Run in a copy of this process; its exit code. Its indexes are those of the options it is handed.
    std::function<int(const Options&)> body;
    /// Takes what an index that is left alone is told for, where nothing was written; the exit code.
    std::function<int(const Error&, int code)> lost;
    std::string* sink = nullptr;               ///< takes standard output in its place
    std::function<bool()> given_up = nullptr;  ///< asked now and then: nobody wants the answer any more
    bool silent = false;                       ///< says nothing of its own
};

/// Runs it, and returns its exit code, within Options::timeout and a second, of which the time of whoever reads is no
/// part.
///
/// Of several indexes, one whose server does not answer for a quarter of that time (at most 5 s), or in which reading
/// fails, is named and left out, and the answer begun anew where nothing of it was written. One is not asked again for
/// a quarter of a minute. Where none is left, or the only one does not answer until time is up, the code is
/// kExitUnavailable.
int run_watched(const Options& options, const Watched& watched);

/// Whether an error of reading an index is not to be told, since the one who watches may make another attempt. It is
/// kept for that one.
bool leaves_it_to_the_watch(const Error& error);

}  // namespace patchseek
