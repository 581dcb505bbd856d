#include "output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "patchseek/base/file.hpp"

namespace patchseek::render {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;

// A pipe or socket whose other end is closed is in error for poll(); a full device is not.
bool nobody_reads(int fd) {
    pollfd state{fd, POLLOUT, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

Output::Output(int fd, std::string name) : fd_(fd), name_(std::move(name)), is_terminal_(::isatty(fd) == 1) {}

void Output::write(std::string_view bytes) {
    if (failed_) return;
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) (void)flush();
}

void Output::fail(Error error) {
    failed_ = true;
    error_ = std::move(error);
    buffer_.clear();
}

Result<Done> Output::flush() {
    if (!failed_)
        if (auto done = write_all(fd_, buffer_, name_); !done) {
            reader_gone_ = nobody_reads(fd_);
            fail(done.error());
        }
    buffer_.clear();
    if (failed_) return error_;
    return Done{};
}

Result<Done> Output::finish() {
    if (auto done = flush(); !done) return done;
    // Closing a duplicate asks the file system for its verdict and leaves the descriptor open.
    const int copy = ::dup(fd_);
    if (copy < 0 || (::close(copy) < 0 && errno != EINTR)) {
        fail(system_error("cannot write '" + name_ + "'", errno));
        return error_;
    }
    return Done{};
}

}  // namespace patchseek::render
