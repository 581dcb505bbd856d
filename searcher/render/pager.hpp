#pragma once

#include <sys/types.h>

namespace patchseek::render {

/// Sends what is written to standard output through the user's pager, as git does:
/// $PATCHSEEK_PAGER, else $PAGER, else less with LESS=FRX; none when the output is
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
