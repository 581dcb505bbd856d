#include <algorithm>
#include <charconv>
#include <optional>

#include "header_lines.hpp"
#include "mbox.hpp"

namespace patchseek::archive {
namespace {

// No separator or header line that matters is longer.
constexpr std::size_t kLongLine = 4096;
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

}  // namespace

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
    if (is_blank(text)) {
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
        separator = candidate_promise_.kept || (after_blank_ && is_separator(text)) || is_git_separator(text);
        last_from_ = offset + 1;
    }
    if (separator) {
        has_candidate_ = true;
        candidate_ = offset;
    }
    after_blank_ = is_blank(text);
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

}  // namespace patchseek::archive
