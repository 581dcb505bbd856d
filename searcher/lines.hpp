// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>

/// Queries that are read from standard input.
namespace patchseek {

/// Lines of a descriptor, one at a time, however long: of a line over query::kMaxQueryBytes, one byte more than
/// those is kept, which is enough to refuse it.
class LineReader {
public:
    explicit LineReader(int fd);
    /// nullopt at the end, and where reading fails. A last line needs no LF.
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

}  // namespace patchseek
