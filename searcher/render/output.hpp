// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

/// Where answers are written to: a descriptor, or a pager in front of it.
namespace patchseek::render {

/// core.pager of a file of git's configuration, as git-config(1) has its syntax; nullopt if it has none.
std::optional<std::string> pager_in(std::string_view config);

/// Sends what is written to standard output through the user's pager, as git does: $PATCHSEEK_PAGER, else $GIT_PAGER,
/// else core.pager of the user's own configuration (that of a repository is not asked: it is somebody else's, and a
/// pager is a command), else $PAGER, else less with LESS=FRX; none when the output is
/// no terminal or the pager is empty or "cat".
///
/// No pager loses an answer in silence: one that ends before it has read anything is said, and the answer goes to the
/// terminal; one that fails later is an error. Interrupts from the keyboard are the pager's as long as it runs; then
/// they end the program. One at a time.
class Pager {
public:
    explicit Pager(bool wanted);
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    ~Pager();
    bool running() const noexcept { return child_ > 0; }

    /// Writes to the pager, or to standard output if none is running any more.
    Result<Done> write(std::string_view bytes, std::string_view name);
    /// Tells the pager that this was all, and waits for it. An Error: it failed, and may not have shown the answer.
    Result<Done> finish();

private:
    void start();
    std::string end();
    Result<Done> show_without_it(const std::string& ended);

    std::string command_;
    pid_t child_ = -1;
    int stdout_ = -1;       // the terminal, kept while a pipe stands in its place
    std::string written_;   // its beginning, as long as a pipe may hold all of it
    std::size_t size_ = 0;  // of all that was written
};

/// Buffered bytes to a descriptor that stays its owner's. A failure is kept and
/// told by finish(), so that renderers need not look at every write: what is
/// written after it is dropped.
class Output {
public:
    /// `name` stands in errors: "standard output".
    explicit Output(int fd, std::string name = "standard output");
    /// To a pager that outlives it, or to standard output if that is not running. finish() waits for the pager.
    explicit Output(Pager& pager);
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
    Pager* pager_ = nullptr;
    std::string name_;
    std::string buffer_;
    bool is_terminal_;
    std::string* sink_ = nullptr;
    bool failed_ = false;
    bool reader_gone_ = false;
    Error error_{ErrorKind::io, {}};
};

}  // namespace patchseek::render
