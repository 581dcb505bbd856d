// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

/// Where answers are written to: a descriptor, or a pager in front of it.
namespace patchseek::render {

/// Buffered bytes to a descriptor that stays its owner's. A failure is kept and
/// told by finish(), so that renderers need not look at every write: what is
/// written after it is dropped.
class Output {
public:
    /// `name` stands in errors: "standard output".
    explicit Output(int fd, std::string name = "standard output");
    /// Into a text that outlives it.
    explicit Output(std::string& sink) : fd_(-1), name_("text"), is_terminal_(false), sink_(&sink) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    /// Does not flush: only finish() can say that it failed.
    ~Output() = default;

    void write(std::string_view bytes);
    /// Hands on what is buffered, for a reader that waits for it.
    Result<Done> flush();
    /// flush(), and what the system says only on closing (a full disk behind a network).
    Result<Done> finish();

    /// Whether the failure is that nobody reads any more: no error for a person, the
    /// program leaves quietly as if by SIGPIPE.
    bool reader_gone() const noexcept { return reader_gone_; }
    bool failed() const noexcept { return failed_; }
    bool is_terminal() const noexcept { return is_terminal_; }

private:
    void fail(Error error);

    int fd_;
    std::string name_;
    std::string buffer_;
    bool is_terminal_;
    std::string* sink_ = nullptr;
    bool failed_ = false;
    bool reader_gone_ = false;
    Error error_{ErrorKind::io, {}};
};

/// core.pager of a file of git's configuration, as git-config(1) has its syntax; nullopt if it has none.
std::optional<std::string> pager_in(std::string_view config);

/// Sends what is written to standard output through the user's pager, as git does: $PATCHSEEK_PAGER, else $GIT_PAGER,
/// else core.pager of the user's own configuration (that of a repository is not asked: it is somebody else's, and a
/// pager is a command), else $PAGER, else less with LESS=FRX; none when the output is
/// no terminal or the pager is empty or "cat". The destructor waits for it.
class Pager {
public:
    explicit Pager(bool wanted);
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    ~Pager();
    bool running() const noexcept { return child_ > 0; }

private:
    pid_t child_ = -1;
    int stdout_ = -1;  // the terminal, kept while a pipe stands in its place
};

}  // namespace patchseek::render
