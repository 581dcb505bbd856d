// SPDX-License-Identifier: GPL-2.0-or-later
#include "paint.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {
namespace {

using reader::Mark;

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// `at` moved back to where a character begins; bytes that are no UTF-8 do not take it far.
std::size_t character_start(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    for (int i = 0; i < 3 && at > 0 && at < text.size() && continues(text[at]); ++i) --at;
    return at;
}

struct Piece {
    std::string clean;
    bool marked;
};

// In order, inside the text, on characters, apart from each other.
std::vector<Mark> tidy(std::string_view text, std::vector<Mark> marks) {
    std::ranges::sort(marks, {}, &Mark::begin);
    std::vector<Mark> out;
    for (Mark mark : marks) {
        mark.begin = std::max(character_start(text, mark.begin), out.empty() ? 0 : out.back().end);
        mark.end = character_start(text, mark.end);
        if (mark.begin < mark.end) out.push_back(mark);
    }
    return out;
}

std::vector<Piece> pieces(std::string_view text, const std::vector<Mark>& marks) {
    std::vector<Piece> out;
    const auto add = [&](std::size_t begin, std::size_t end, bool marked) {
        if (begin < end) out.push_back({text::visible(text.substr(begin, end - begin), text::Breaks::blank), marked});
    };
    std::size_t at = 0;
    for (const Mark& mark : marks) {
        add(at, mark.begin, false);
        add(mark.begin, mark.end, true);
        at = mark.end;
    }
    add(at, text.size(), false);
    return out;
}

/// Columns [begin, end) of a line, and whether something lies before and behind.
struct Window {
    std::size_t begin, end;
    bool before, behind;
};

// From the beginning, if that leaves room behind the mark; else it stands a third from the left, so that more of what
// follows it is seen.
Window window_around_mark(const std::vector<Piece>& line, std::size_t width, bool before, bool behind) {
    std::size_t total = 0, mark = 0, end = 0;
    bool has_mark = false;
    for (const Piece& piece : line) {
        const bool first = piece.marked && !has_mark;
        if (first) mark = total, has_mark = true;
        total += text::columns(piece.clean);
        if (first) end = total;
    }
    std::size_t begin = mark > width / 3 ? mark - width / 3 : 0;
    if (total <= width || end + width / 8 <= width) begin = 0;
    begin = std::min(begin, total - std::min(total, width));
    Window window{begin, std::min(total, begin + width), before || begin > 0, behind || begin + width < total};
    // The ellipsis takes a column.
    if (window.before && window.end - window.begin > 1) ++window.begin;
    if (window.behind && window.end - window.begin > 1) --window.end;
    return window;
}

std::string paint_piece(std::string_view clean, bool marked, std::string_view base, bool enabled) {
    return paint(clean, marked ? sgr::kMark : base, enabled);
}

const char* setting(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? value : "";
}

}  // namespace

bool want_colour(Colour mode, int fd) {
    if (mode != Colour::automatic) return mode == Colour::always;
    const std::string_view terminal = setting("TERM");
    return ::isatty(fd) == 1 && *setting("NO_COLOR") == '\0' && !terminal.empty() && terminal != "dumb";
}

std::string paint(std::string_view clean, std::string_view colour, bool enabled) {
    if (!enabled || colour.empty() || clean.empty()) return std::string(clean);
    std::string out = "\x1B[";
    ((out += colour) += 'm') += clean;
    return out += "\x1B[m";
}

namespace {

std::string percent_encoded(std::string_view id) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : id) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_digit(c) || is_alpha(c) || std::string_view("-._~@+=$").find(c) != std::string_view::npos)
            out += c;
        else
            ((out += '%') += kHex[byte >> 4]) += kHex[byte & 0xF];
    }
    return out;
}

}  // namespace

std::string link_to(std::string_view id, std::string_view pattern) {
    std::string address = text::visible(pattern, text::Breaks::blank);
    const auto place = address.find("%s");
    address.replace(std::min(place, address.size()), place == address.npos ? 0 : 2, percent_encoded(id));
    return address;
}

std::string paint_id(std::string_view clean, std::string_view id, const Style& style, std::string_view archived_at) {
    std::string shown = paint(clean, sgr::kId, style.colour);
    const std::string address = !style.link.empty() ? link_to(id, style.link)
                                : style.width > 0   ? text::visible(archived_at, text::Breaks::blank)
                                                    : std::string();
    if (address.empty()) return shown;
    return "\x1B]8;;" + address + "\x1B\\" + shown + "\x1B]8;;\x1B\\";
}

std::string paint_line(std::string_view text, const std::vector<Mark>& all_marks, std::string_view base, bool enabled,
                       unsigned width) {
    auto marks = tidy(text, all_marks);
    bool before = false, behind = false;
    if (width > 0 && text.size() > std::size_t{16} * width) {
        // A character has at most four bytes: this leaves enough on both sides.
        const std::size_t first = marks.empty() ? 0 : marks.front().begin;
        const std::size_t begin = character_start(text, first - std::min(first, std::size_t{4} * width));
        const std::size_t end = character_start(text, std::min(text.size(), begin + std::size_t{12} * width));
        before = begin > 0;
        behind = end < text.size();
        text = text.substr(begin, end - begin);
        for (Mark& mark : marks) mark = {mark.begin - begin, mark.end - begin};
        marks = tidy(text, std::move(marks));
    }
    const auto line = pieces(text, marks);
    const Window window =
        width > 0 ? window_around_mark(line, width, before, behind) : Window{0, std::string::npos, false, false};
    std::string out;
    if (window.before) out += kEllipsis;
    std::size_t column = 0;
    for (const Piece& piece : line) {
        const std::size_t size = text::columns(piece.clean);
        const std::size_t begin = std::clamp(window.begin, column, column + size) - column;
        const std::size_t end = std::clamp(window.end, column, column + size) - column;
        out += paint_piece(text::between_columns(piece.clean, begin, end), piece.marked, base, enabled);
        column += size;
    }
    if (window.behind) out += kEllipsis;
    return out;
}

namespace {

/// Where lines of at most `width` columns begin, the first left out; they are broken at blanks.
std::vector<std::size_t> line_starts(std::string_view text, std::size_t width, std::size_t indent) {
    std::vector<std::size_t> out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at + 1), text.size());
        const std::size_t word = text::columns(text::visible(text.substr(at, end - at), text::Breaks::blank));
        if (at > 0 && column + word > width) {
            out.push_back(at);
            column = indent + word - 1;  // the blank is not shown
        } else {
            column += word;
        }
        at = end;
    }
    return out;
}

}  // namespace

std::string paint_words(std::string_view text, const std::vector<Mark>& marks, std::string_view base, bool enabled,
                        unsigned width, std::string_view indent) {
    if (width == 0) return paint_line(text, marks, base, enabled);
    std::string out;
    auto ends = line_starts(text, width, indent.size());
    ends.push_back(text.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        if (begin > 0) (out += '\n') += indent, ++begin;
        auto shifted = marks;
        for (Mark& mark : shifted)
            mark = {mark.begin - std::min(mark.begin, begin), mark.end - std::min(mark.end, begin)};
        out += paint_line(text.substr(begin, end - begin), shifted, base, enabled);
        begin = end;
    }
    return out;
}

Untabbed without_tabs(std::string_view text, std::size_t from, std::vector<Mark> marks) {
    constexpr std::size_t kStop = 8, kLongest = std::size_t{16} << 10;
    if (text.size() > kLongest || text.find('\t') == text.npos) return {std::string(text), std::move(marks)};
    std::string out;
    std::vector<std::size_t> moved(text.size() + 1);  // where each byte stands afterwards
    std::size_t column = 0, begin = std::min(from, text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        moved[at] = out.size();
        if (text[at] != '\t' || at < from) {
            out += text[at];
            continue;
        }
        column += text::columns(text::visible(text.substr(begin, at - begin), text::Breaks::blank));
        begin = at + 1;
        const std::size_t blanks = kStop - column % kStop;
        out.append(blanks, ' ');
        column += blanks;
    }
    moved.back() = out.size();
    for (Mark& mark : marks) mark = {moved[std::min(mark.begin, text.size())], moved[std::min(mark.end, text.size())]};
    return {std::move(out), std::move(marks)};
}

void fit_indent(Untabbed& line, std::size_t from, unsigned width) {
    if (width == 0 || line.text.size() <= from) return;
    // More than is shown needs no measure.
    const auto some = std::string_view(line.text).substr(0, std::size_t{16} * width);
    const std::size_t size = text::columns(text::visible(some, text::Breaks::blank));
    const std::size_t code = std::min(line.text.find_first_not_of(' ', from), line.text.size());
    const std::size_t gone = std::min(code - from, size - std::min<std::size_t>(size, width));
    line.text.erase(from, gone);
    const auto moved = [&](std::size_t at) { return at <= from ? at : std::max(at, from + gone) - gone; };
    for (Mark& mark : line.marks) mark = {moved(mark.begin), moved(mark.end)};
}

void Flow::make_room(std::size_t size, std::string_view between) {
    if (!first_ && width_ > 0 && column_ + between.size() + size > width_) {
        out_ += between.substr(0, between.find_last_not_of(' ') + 1);
        out_.erase(out_.find_last_not_of(' ') + 1);
        out_ += '\n';
        column_ = 0;
        if (indent_.size() + size <= width_ || size > width_) out_ += indent_, column_ = indent_.size();
        first_ = true;
    }
    if (!first_) out_ += between, column_ += between.size();
    first_ = false;
    column_ += size;
}

void Flow::add(std::string_view clean, std::string_view colour, bool enabled,
               std::optional<std::string_view> own_between) {
    if (clean.empty()) return;
    make_room(text::columns(clean), own_between.value_or(between_));
    out_ += paint(clean, colour, enabled);
}

void Flow::add_words(std::string_view clean, std::string_view colour, bool enabled) {
    if (width_ == 0) return add(clean, colour, enabled);
    for (std::size_t begin = 0; begin < clean.size();) {
        const auto end = std::min(clean.find(' ', begin + 1), clean.size());
        const bool first = begin == 0;
        if (!first) ++begin;
        add(clean.substr(begin, end - begin), colour, enabled,
            first ? std::nullopt : std::optional<std::string_view>(" "));
        begin = end;
    }
}

void Flow::add_id(std::string_view clean, std::string_view id, const Style& style, std::string_view archived_at) {
    make_room(text::columns(clean), between_);
    out_ += paint_id(clean, id, style, archived_at);
}

}  // namespace patchseek::render
