#include "mbox.hpp"

#include <algorithm>
#include <array>

namespace patchseek::archive {
namespace {

// No separator or header line that matters is longer.
constexpr std::size_t kLongLine = 4096;
constexpr std::string_view kFrom = "From ";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kGitDate = " Mon Sep 17 00:00:00 2001";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(std::string_view line) { return line.empty() || line == "\r"; }

bool has_month(std::string_view line) {
    static constexpr auto kMonths = std::to_array<std::string_view>(
        {" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "});
    return std::ranges::any_of(kMonths, [&](std::string_view month) { return line.find(month) != line.npos; });
}

bool has_time(std::string_view line) {
    for (std::size_t i = 2; i + 2 < line.size(); ++i)
        if (line[i] == ':' && is_digit(line[i - 1]) && is_digit(line[i + 1]) && is_digit(line[i + 2])) return true;
    return false;
}

bool has_year(std::string_view line) {
    int digits = 0;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i < line.size() && is_digit(line[i])) {
            ++digits;
        } else {
            const bool apart = i == line.size() || line[i] == ' ' || line[i] == '\r' || line[i] == '\t';
            if (digits == 4 && apart && (line[i - 4] == '1' || line[i - 4] == '2')) return true;
            digits = 0;
        }
    }
    return false;
}

bool is_git_separator(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    constexpr std::size_t kSha1 = 40, kSha256 = 64;
    const bool sized = line.size() == kFrom.size() + kSha1 + kGitDate.size() ||
                       line.size() == kFrom.size() + kSha256 + kGitDate.size();
    return sized && line.starts_with(kFrom) && line.ends_with(kGitDate);
}

}  // namespace

bool is_separator(std::string_view line) noexcept {
    if (!line.starts_with(kFrom) || line.size() > kLongLine) return false;
    return has_month(line) && has_time(line) && has_year(line);
}

bool is_header_line(std::string_view line) noexcept {
    if (line.starts_with(">From ")) return true;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    // RFC 5322 3.6.8: a field name is printable ASCII without ':'; obsolete syntax lets blanks follow it.
    return std::ranges::all_of(line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1),
                               [](char c) { return c > ' ' && c < 0x7F; });
}

void MboxSplitter::line(std::string_view text, std::uint64_t offset) {
    if (has_candidate_) {
        has_candidate_ = false;
        if (is_header_line(text)) {
            // A separator behind nothing but blank lines opens the first message.
            if (!only_blank_) {
                spans_.back().size = candidate_ - spans_.back().offset;
                spans_.push_back({candidate_, 0});
            }
        }
        only_blank_ = false;
    }
    if (offset == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const bool separator = (after_blank_ && is_separator(text)) || is_git_separator(text);
    if (separator) {
        has_candidate_ = true;
        candidate_ = offset;
    }
    after_blank_ = is_blank(text);
    only_blank_ = only_blank_ && (after_blank_ || separator);
}

void MboxSplitter::feed(std::string_view piece) {
    if (seen_ == 0 && !piece.empty()) spans_.push_back({0, 0});
    seen_ += piece.size();
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        const auto part = piece.substr(0, end);
        // Of a long line the beginning is enough: it tells a header, and no separator is long.
        carry_.append(part.substr(0, kLongLine + 1 - carry_.size()));
        if (end == piece.npos) return;
        line(carry_, line_offset_);
        carry_.clear();
        piece.remove_prefix(end + 1);
        line_offset_ = seen_ - piece.size();
    }
}

std::vector<Span> MboxSplitter::finish() {
    if (!carry_.empty()) line(carry_, line_offset_);
    if (!spans_.empty()) spans_.back().size = seen_ - spans_.back().offset;
    return std::move(spans_);
}

std::string unframe(std::string span, bool quoted) {
    std::size_t begin = 0;
    std::size_t first = span.find_first_not_of("\r\n", span.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    first = std::min(first, span.size());
    const auto first_end = std::min(span.find('\n', first), span.size());
    if (is_separator(std::string_view(span).substr(first, first_end - first)))
        begin = std::min(first_end + 1, span.size());
    std::size_t end = span.size();
    if (end >= begin + 2 && span.compare(end - 2, 2, "\n\n") == 0) {
        end -= 1;
    } else if (end >= begin + 4 && span.compare(end - 4, 4, "\r\n\r\n") == 0) {
        end -= 2;
    }
    if (!quoted || span.find("\n>") == span.npos || span.find(">From ") == span.npos) {
        if (begin == 0 && end == span.size()) return span;
        return span.substr(begin, end - begin);
    }
    std::string out;
    out.reserve(end - begin);
    for (std::size_t pos = begin; pos < end;) {
        const auto stop = std::min(span.find('\n', pos), end - 1) + 1;
        std::string_view text(span.data() + pos, stop - pos);
        const auto quotes = text.find_first_not_of('>');
        if (quotes != text.npos && quotes > 0 && text.substr(quotes).starts_with(kFrom)) text.remove_prefix(1);
        out += text;
        pos = stop;
    }
    return out;
}

}  // namespace patchseek::archive
