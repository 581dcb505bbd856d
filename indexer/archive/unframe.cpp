#include <algorithm>
#include <array>

#include "header_lines.hpp"
#include "mbox.hpp"

namespace patchseek::archive {
namespace {

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

bool is_blank_line(std::string_view line) { return line == "\n" || line == "\r\n"; }

bool has_marks(std::string_view message) {
    std::string_view line;
    for (Lines lines(message); lines.next(line) && !is_blank_line(line);)
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
        if (is_blank_line(line)) break;
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

std::string unframe(std::string span, Framing framing) {
    const std::size_t begin = message_begin(span);
    const std::size_t end = message_end(span, begin);
    if (begin > 0 || end < span.size()) span = span.substr(begin, end - begin);
    if (framing.marked && has_marks(span)) span = without_marks(span);
    if (framing.quoted && span.find(">From ") != span.npos) span = without_quotes(span);
    return span;
}

}  // namespace patchseek::archive
