// SPDX-License-Identifier: GPL-2.0-or-later
#include "mbox.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "patchseek/base/ascii.hpp"

namespace patchseek::archive {
namespace {

// No separator or header line that matters is longer.
constexpr std::size_t kLongLine = 4096;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kFrom = "From ";
constexpr std::string_view kGitDate = " Mon Sep 17 00:00:00 2001";

// Whether a line, without its "\n", is empty.
bool is_empty_line(std::string_view line) { return line.empty() || line == "\r"; }

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

// `From nia@brook.example Mon Feb  5 10:00:00 2024`, as asctime() writes it. Some archivers put no blank line before
// it, and a message that ends without one must not swallow the next; prose does not look so.
bool has_whole_date(std::string_view line) {
    static constexpr auto kDays =
        std::to_array<std::string_view>({"Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "});
    line.remove_prefix(kFrom.size());
    const auto sender = line.find(' ');
    if (sender == 0 || sender == line.npos) return false;
    line.remove_prefix(std::min(line.find_first_not_of(' ', sender), line.size()));
    constexpr std::size_t kDay = 3;
    return std::ranges::any_of(kDays, [&](std::string_view day) { return line.starts_with(day); }) &&
           has_month(line.substr(kDay, std::string_view(" Jan ").size()));
}

// Below the greatest offset of a file, and far from an overflow.
constexpr std::uint64_t kMaxLength = std::uint64_t{1} << 62;

// The number of a Content-Length; nullopt when there is none, or not only one.
std::optional<std::uint64_t> number(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    text.remove_prefix(std::min(first, text.size()));
    text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > kMaxLength) return std::nullopt;
    return value;
}

// What programs that keep mail in an mbox note in it (mutt, pine, dovecot; the Content-Length of mboxcl).
bool is_mark(std::string_view line) {
    static constexpr auto kMarks = std::to_array<std::string_view>(
        {"status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase", "content-length", "lines"});
    // The letters a mark can start with: most lines need no more of a look.
    if (line.empty() || std::string_view("sSxXcClL").find(line.front()) == std::string_view::npos) return false;
    return std::ranges::any_of(kMarks, [&](std::string_view mark) { return is_field(line, mark); });
}

std::string_view unquoted(std::string_view line) {
    const auto quotes = line.find_first_not_of('>');
    if (quotes != line.npos && quotes > 0 && line.substr(quotes).starts_with("From ")) line.remove_prefix(1);
    return line;
}

// The message begins behind the separator, if the span begins with one.
std::size_t message_begin(std::string_view span) {
    std::size_t first = span.find_first_not_of("\r\n", span.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    first = std::min(first, span.size());
    const auto end = std::min(span.find('\n', first), span.size());
    return is_separator(span.substr(first, end - first)) ? std::min(end + 1, span.size()) : 0;
}

std::size_t message_end(std::string_view span, std::size_t begin) {
    const auto message = span.substr(begin);
    if (message.ends_with("\n\n")) return span.size() - 1;
    if (message.ends_with("\r\n\r\n")) return span.size() - 2;
    return span.size();
}

class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}
    bool next(std::string_view& line) {
        if (pos_ >= text_.size()) return false;
        const auto end = std::min(text_.find('\n', pos_), text_.size() - 1) + 1;
        line = text_.substr(pos_, end - pos_);
        pos_ = end;
        return true;
    }
    std::string_view rest() const { return text_.substr(pos_); }

private:
    std::string_view text_;
    std::size_t pos_ = 0;
};

bool has_marks(std::string_view message) {
    std::string_view line;
    for (Lines lines(message); lines.next(line) && line != "\n" && line != "\r\n";)
        if (is_mark(line)) return true;
    return false;
}

std::string without_marks(std::string_view message) {
    std::string out;
    out.reserve(message.size());
    Lines lines(message);
    bool dropping = false;
    for (std::string_view line; lines.next(line);) {
        const bool continuation = line.front() == ' ' || line.front() == '\t';
        dropping = continuation ? dropping : is_mark(line);
        if (!dropping) out += line;
        if (line == "\n" || line == "\r\n") break;
    }
    out += lines.rest();
    return out;
}

std::string without_quotes(std::string_view message) {
    std::string out;
    out.reserve(message.size());
    std::string_view line;
    for (Lines lines(message); lines.next(line);) out += unquoted(line);
    return out;
}

}  // namespace

bool is_separator(std::string_view line) noexcept {
    if (!line.starts_with(kFrom) || line.size() > kLongLine) return false;
    return has_month(line) && has_time(line) && has_year(line);
}

bool is_git_separator(std::string_view line) noexcept {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    constexpr std::size_t kSha1 = 40, kSha256 = 64;
    const bool sized = line.size() == kFrom.size() + kSha1 + kGitDate.size() ||
                       line.size() == kFrom.size() + kSha256 + kGitDate.size();
    return sized && line.starts_with(kFrom) && line.ends_with(kGitDate);
}

bool is_field(std::string_view line, std::string_view name) noexcept {
    if (line.size() <= name.size() || !starts_with_any_case(line, name)) return false;
    const auto colon = line.find_first_not_of(" \t", name.size());
    return colon != line.npos && line[colon] == ':';
}

bool is_header_line(std::string_view line) noexcept {
    if (line.starts_with(">From ")) return true;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    // RFC 5322 3.6.8: a field name is printable ASCII without ':'; obsolete syntax lets blanks follow it.
    return std::ranges::all_of(line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1),
                               [](char c) { return c > ' ' && c < 0x7F; });
}

bool MboxSplitter::is_live(const Promise& promise) const {
    return promise.index < spans_.size() && spans_[promise.index].offset == promise.start;
}

// Of the messages that were to end right before `offset`, where a line starts or the file ends, the first. All promises
// up to there are done with.
MboxSplitter::Promise MboxSplitter::promise_kept(std::uint64_t offset) {
    const auto nearest = [](const Promise& a, const Promise& b) { return a.end > b.end; };
    Promise best;
    while (!promises_.empty() && promises_.front().end <= offset) {
        Promise promise = promises_.front();
        std::ranges::pop_heap(promises_, nearest);
        promises_.pop_back();
        const bool here =
            promise.end == offset || promise.end == text_end_ || (after_blank_ && promise.end == text_end2_);
        if (!here || !is_live(promise) || (best.kept && best.start < promise.start)) continue;
        best = promise;
        best.kept = true;
        best.bare_from = last_from_ > promise.body;
    }
    return best;
}

// What looked like messages within one that is now known to reach so far was text.
void MboxSplitter::keep(const Promise& promise) {
    if (!promise.kept) return;
    spans_.resize(promise.index + 1);
    bare_from_ = bare_from_ || promise.bare_from;
}

void MboxSplitter::start_message() {
    keep(candidate_promise_);
    // A separator behind nothing but blank lines opens the first message.
    if (!only_blank_) {
        spans_.back().size = candidate_ - spans_.back().offset;
        spans_.push_back({candidate_, 0});
    }
    in_header_ = true;
    lengths_ = 0;
}

void MboxSplitter::header(std::string_view text, std::uint64_t next) {
    if (is_empty_line(text)) {
        if (only_blank_) return;
        in_header_ = false;
        if (lengths_ != 1) return;
        promises_.push_back({next + length_, next, spans_.back().offset, spans_.size() - 1});
        std::ranges::push_heap(promises_, [](const Promise& a, const Promise& b) { return a.end > b.end; });
    } else if (is_field(text, "content-length")) {
        const auto value = number(text.substr(text.find(':') + 1));
        lengths_ += value ? 1 : 2;  // one that is no number spoils it
        length_ = value.value_or(0);
    }
}

// A line without its end, its beginning if it is long; the next one starts at `next`.
void MboxSplitter::line(std::string_view text, std::uint64_t next) {
    const std::uint64_t offset = line_offset_;
    if (has_candidate_) {
        has_candidate_ = false;
        if (is_header_line(text)) start_message();
        only_blank_ = false;
    }
    if (in_header_) header(text, next);
    if (offset == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    bool separator = false;
    if (text.starts_with("From ")) {
        candidate_promise_ = is_separator(text) ? promise_kept(offset) : Promise();
        separator = candidate_promise_.kept || ((after_blank_ || has_whole_date(text)) && is_separator(text)) ||
                    is_git_separator(text);
        last_from_ = offset + 1;
    }
    if (separator) {
        has_candidate_ = true;
        candidate_ = offset;
    }
    after_blank_ = is_empty_line(text);
    only_blank_ = only_blank_ && (after_blank_ || separator);
    text_end2_ = text_end_;
    text_end_ = next - 1 - (text.ends_with('\r') ? 1 : 0);
}

void MboxSplitter::grow(std::uint64_t bytes) {
    if (seen_ == 0 && bytes > 0) spans_.push_back({0, 0});
    seen_ += bytes;
}

void MboxSplitter::feed(std::string_view piece) {
    grow(piece.size());
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        const auto part = piece.substr(0, end);
        // Of a long line the beginning is enough: it tells a header, and no separator is long.
        carry_.append(part.substr(0, kLongLine + 1 - carry_.size()));
        if (end == piece.npos) return;
        piece.remove_prefix(end + 1);
        line(carry_, seen_ - piece.size());
        carry_.clear();
        line_offset_ = seen_ - piece.size();
    }
}

void MboxSplitter::skip_nuls(std::uint64_t count) {
    grow(count);
    const std::uint64_t room = kLongLine + 1 - carry_.size();
    carry_.append(static_cast<std::size_t>(std::min(room, count)), '\0');
}

std::vector<Span> MboxSplitter::finish() {
    if (!carry_.empty()) {
        line(carry_, seen_ + 1);
        text_end_ = seen_;
    }
    keep(promise_kept(seen_));
    if (spans_.empty()) return {};
    spans_.back().size = seen_ - spans_.back().offset;
    open_from_ = spans_.back().offset;
    for (const Promise& promise : promises_)
        if (is_live(promise)) open_from_ = std::min(open_from_, promise.start);
    return std::move(spans_);
}

std::string unframe(std::string span, Framing framing) {
    const std::size_t begin = message_begin(span);
    const std::size_t end = message_end(span, begin);
    span.resize(end);
    span.erase(0, begin);
    if (framing.marked && has_marks(span)) span = without_marks(span);
    if (framing.quoted && span.find(">From ") != span.npos) span = without_quotes(span);
    return span;
}

}  // namespace patchseek::archive
