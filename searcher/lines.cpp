// SPDX-License-Identifier: GPL-2.0-or-later
#include "lines.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "query/lexer.hpp"

namespace patchseek {

LineReader::LineReader(int fd) : fd_(fd), most_(query::kMaxQueryBytes) {}

bool LineReader::fill() {
    std::array<char, 65536> block;
    ssize_t got = 0;
    do got = ::read(fd_, block.data(), block.size());
    while (got < 0 && errno == EINTR);
    failed_ = got < 0;
    buffer_.assign(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    at_ = 0;
    return !buffer_.empty();
}

std::optional<std::string> LineReader::next() {
    std::string line;
    bool any = false;
    while (at_ < buffer_.size() || fill()) {
        any = true;
        const auto end = std::min(buffer_.find('\n', at_), buffer_.size());
        line.append(buffer_, at_, std::min(end - at_, most_ + 1 - line.size()));
        at_ = end + 1;
        if (end < buffer_.size()) return line;
    }
    return any ? std::optional(line) : std::nullopt;
}

std::string read_query(int fd) {
    LineReader lines(fd);
    std::string out;
    while (out.size() <= query::kMaxQueryBytes) {
        const auto line = lines.next();
        if (!line) break;
        out += (out.empty() ? "" : "\n") + *line;
    }
    return out;
}

}  // namespace patchseek
