#pragma once

#include <optional>
#include <string>

#include "render/output.hpp"
#include "search/search.hpp"

namespace patchseek {

/// Lines of a descriptor, one at a time, however long: of a line over `most` bytes, the
/// first `most` + 1 are kept, which is enough to refuse it.
class LineReader {
public:
    LineReader(int fd, std::size_t most) : fd_(fd), most_(most) {}
    /// nullopt at the end. A last line needs no LF.
    std::optional<std::string> next();
    bool failed() const { return failed_; }

private:
    bool fill();

    int fd_;
    std::size_t most_;
    std::string buffer_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

/// All of a descriptor as one query, with the same limit; the LF at its end is left out.
std::string read_query(int fd);

/// Answers each line of stdin by one line: `like` with the line as its query. Blank lines are
/// left out. The exit code is that of the worst: an error, something not found in time, all
/// that was asked found nothing; else 0.
int run_batch(search::Index& index, const reader::Request& like, render::Output& out);

}  // namespace patchseek
