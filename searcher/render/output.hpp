#pragma once

#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"

namespace patchseek::render {

/// Buffered bytes to a descriptor that stays its owner's. A failure is kept and
/// told by finish(), so that renderers need not look at every write: what is
/// written after it is dropped.
class Output {
public:
    /// `name` stands in errors: "standard output".
    explicit Output(int fd, std::string name = "standard output");
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
    bool failed_ = false;
    bool reader_gone_ = false;
    Error error_{ErrorKind::io, {}};
};

}  // namespace patchseek::render
