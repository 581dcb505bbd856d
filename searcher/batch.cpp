#include "batch.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "patchseek/base/exit_code.hpp"
#include "query/lexer.hpp"
#include "render/render.hpp"
#include "watchdog.hpp"

namespace patchseek {

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
    LineReader lines(fd, query::kMaxQueryBytes);
    std::string out;
    while (out.size() <= query::kMaxQueryBytes) {
        const auto line = lines.next();
        if (!line) break;
        out += (out.empty() ? "" : "\n") + *line;
    }
    return out;
}

namespace {

/// The line that answers a query, and the code it alone would end the program with.
int answer_line(search::Index& index, const reader::Request& request, render::Output& out) {
    const Watchdog watchdog(request.timeout);
    const auto answer = index.search(request);
    if (!answer) {
        out.write(render::batch_error(request.query, answer.error()) + '\n');
        return exit_code(answer.error().kind);
    }
    out.write(render::batch_answer(request.query, answer->page, answer->partial) + '\n');
    if (answer->partial) return kExitPartial;
    return answer->page.matches > 0 ? kExitOk : kExitNoMatch;
}

}  // namespace

int run_batch(search::Index& index, const reader::Request& like, render::Output& out) {
    LineReader lines(STDIN_FILENO, query::kMaxQueryBytes);
    int worst = kExitOk;
    bool found = false;
    auto request = like;
    request.advice = false;
    while (auto line = lines.next()) {
        if (line->ends_with('\r')) line->pop_back();
        if (line->find_first_not_of(" \t") == line->npos) continue;
        request.query = std::move(*line);
        const int code = answer_line(index, request, out);
        found = found || code == kExitOk;
        if (code > kExitNoMatch) worst = std::max(worst, code);
        // Whoever asks one by one waits for each answer.
        if (const auto done = out.flush(); !done) break;
    }
    if (lines.failed()) return kExitIo;
    return worst != kExitOk || found ? worst : kExitNoMatch;
}

}  // namespace patchseek
