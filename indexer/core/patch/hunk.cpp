// SPDX-License-Identifier: GPL-2.0-or-later
#include "hunk.hpp"

#include <optional>

#include "diffstat.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

constexpr std::string_view kStars = "***************";

/// The lines of a text, seen from a hunk.
class Body {
public:
    Body(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file)
        : text_(text), lines_(lines), file_(file), at_(at) {}

    std::size_t at() const { return at_; }
    bool ended() const { return at_ >= lines_.size(); }
    bool has(std::size_t i) const { return i < lines_.size(); }
    std::string_view line(std::size_t i) const { return has(i) ? lines_[i].of(text_) : std::string_view(); }
    std::string_view line() const { return line(at_); }
    void put(LineKind kind) {
        lines_[at_].file = file_;
        lines_[at_++].kind = kind;
    }
    bool is_file_pair(std::size_t i) const { return patch::is_file_pair(text_, lines_, i); }

private:
    std::string_view text_;
    std::vector<Line>& lines_;
    std::int32_t file_;
    std::size_t at_;
};

/// What a line of a hunk begins with; a blank for an empty one, whose blank a mail program took.
char mark_of(std::string_view line) { return line.empty() ? ' ' : line.front(); }
bool is_mark(char c) { return c == ' ' || c == '+' || c == '-' || c == '\\'; }

/// What may stand behind a hunk, and is none of its lines.
bool starts_something(std::string_view s) {
    return s.starts_with('>') || s.starts_with("@@") || s.starts_with("diff ") || s.starts_with("Index: ") ||
           is_signature(s);
}

/// How many lines a hunk still asks for.
struct Left {
    std::uint32_t old_lines, new_lines;
    bool none() const { return old_lines == 0 && new_lines == 0; }
    /// Whether a line with this mark is asked for; it is counted then.
    bool take(char mark) {
        if ((mark != '+' && old_lines == 0) || (mark != '-' && new_lines == 0)) return false;
        old_lines -= mark != '+';
        new_lines -= mark != '-';
        return true;
    }
};

class Hunk {
public:
    Hunk(Body& body, const HunkCounts& counts) : body_(body), left_{counts.old_lines[0], counts.new_lines} {}

    HunkEnd read() {
        while (!body_.ended() && !left_.none() && step()) {
        }
        return {body_.at(), whole_ && left_.none()};
    }

private:
    bool step() {
        const auto s = body_.line();
        const char mark = mark_of(s);
        if (!is_mark(mark)) return step_over(s);
        if (mark == '\\') {
            body_.put(LineKind::context);
            return true;
        }
        if (mark == '-' && !goes_on(s)) return false;
        if (!left_.take(mark)) {
            // A count that is too low: what is added is still there to be found.
            if (mark != '+' || s.starts_with("+++ ")) return false;
            whole_ = false;
        }
        last_ = mark == '+' ? LineKind::added : mark == '-' ? LineKind::removed : LineKind::context;
        body_.put(last_);
        return true;
    }

    /// False where the next patch, the next file or the signature stands although the hunk asks for more lines: its
    /// counts are wrong, or it is an example in a log.
    bool goes_on(std::string_view s) {
        const auto next = body_.line(body_.at() + 1);
        const bool suspect =
            s.starts_with("--") && ((is_separator(s) && may_be_stat_entry(next)) || body_.is_file_pair(body_.at()) ||
                                    (s == "-- " && !next.empty() && is_digit(next.front())));
        if (!suspect) return true;
        if (!ends_well_) ends_well_ = fits(Wrapped::none);
        return *ends_well_;
    }

    /// What a line without a mark is taken for.
    enum class Wrapped { none, goes_on, context };

    /// A line that mail damaged, if the hunk goes on behind it.
    bool step_over(std::string_view s) {
        if (starts_something(s)) return false;
        if (!wrapped_)
            wrapped_ = fits(Wrapped::goes_on)   ? Wrapped::goes_on
                       : fits(Wrapped::context) ? Wrapped::context
                                                : Wrapped::none;
        if (*wrapped_ == Wrapped::none && !resumes()) return false;
        whole_ = false;
        if (*wrapped_ == Wrapped::context) {
            if (!left_.take(' ')) return false;
            last_ = LineKind::context;
        }
        body_.put(last_);
        return true;
    }

    /// Whether the lines that are still asked for are there, followed by something that may stand behind a hunk. Asked
    /// at most three times for each hunk.
    bool fits(Wrapped wrapped) const {
        Left left = left_;
        auto i = body_.at();
        for (bool before = false; body_.has(i) && !left.none(); ++i) {
            const auto s = body_.line(i);
            const char mark = mark_of(s);
            if (mark == '\\') continue;
            const bool marked = is_mark(mark);
            if (!marked && (wrapped == Wrapped::none || before || starts_something(s))) return false;
            before = !marked;
            if (!marked && wrapped == Wrapped::goes_on) continue;
            if (!left.take(marked ? mark : ' ')) return false;
        }
        // The last line may be wrapped too.
        if (wrapped == Wrapped::goes_on && !is_blank(body_.line(i)) && !is_mark(mark_of(body_.line(i))) &&
            !starts_something(body_.line(i)))
            ++i;
        const auto s = body_.line(i);
        return left.none() && (is_blank(s) || s.front() == '\\' || starts_something(s) || s.starts_with("--- "));
    }

    /// Whether changed lines stand right behind a line without a mark, or behind one more line of context: more of the
    /// hunk may be lost, but this is no prose.
    bool resumes() const {
        const auto is_change = [&](std::size_t i) {
            const auto s = body_.line(i);
            return !s.empty() && (s.front() == '+' || (s.front() == '-' && !is_signature(s) && !body_.is_file_pair(i)));
        };
        const auto next = body_.at() + 1;
        return is_change(next) || (body_.line(next).starts_with(' ') && is_change(next + 1));
    }

    Body& body_;
    Left left_;
    LineKind last_ = LineKind::context;
    bool whole_ = true;
    std::optional<bool> ends_well_;
    std::optional<Wrapped> wrapped_;
};

/// One part of a context diff's hunk: its range, then as many lines at most, each behind a sign and a blank.
class ContextPart {
public:
    ContextPart(std::string_view front, std::string_view end, LineKind changed)
        : front_(front), end_(end), changed_(changed) {}

    /// False if there is none, or it has not all its lines.
    bool read(Body& body) const {
        const auto count = range(body.line());
        if (!count) return false;
        body.put(LineKind::header);
        for (std::uint32_t i = 0; i < *count; ++i) {
            const auto s = body.line();
            const bool changed = s.starts_with("! ") || s.starts_with(changed_ == LineKind::added ? "+ " : "- ");
            if (!changed && !s.starts_with("  ") && !(s.empty() && !body.ended())) return i == 0;  // left out by diff
            body.put(changed ? changed_ : LineKind::context);
        }
        return true;
    }

private:
    /// The number of lines of `*** 1,3 ****`.
    std::optional<std::uint32_t> range(std::string_view s) const {
        if (!eat(s, front_)) return std::nullopt;
        const auto first = eat_number(s);
        const auto last = eat(s, ",") ? eat_number(s) : first;
        if (!first || !last || !s.starts_with(end_) || *last < *first) return std::nullopt;
        return *last == 0 ? 0 : *last - *first + 1;
    }

    std::string_view front_, end_;
    LineKind changed_;
};

}  // namespace

bool is_context_hunk(std::string_view line) noexcept { return line.starts_with(kStars); }

bool is_file_pair(std::string_view text, const std::vector<Line>& lines, std::size_t at) {
    const auto line = [&](std::size_t i) { return i < lines.size() ? lines[i].of(text) : std::string_view(); };
    return line(at).starts_with("--- ") && line(at + 1).starts_with("+++ ") && line(at + 2).starts_with("@@ -");
}

HunkEnd read_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file,
                  const HunkCounts& counts) {
    Body body(text, lines, at, file);
    return Hunk(body, counts).read();
}

/// '-' in a column stands for a line that this parent has and the result has not, '+' for one the result has and this
/// parent has not.
HunkEnd read_combined_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file,
                           const HunkCounts& counts) {
    Body body(text, lines, at, file);
    HunkCounts left = counts;
    for (; !body.ended() && !left.used_up();) {
        const auto s = body.line();
        if (s.starts_with('\\')) {
            body.put(LineKind::context);
            continue;
        }
        const auto columns = s.substr(0, left.parents);
        if (columns.find_first_not_of(" +-") != columns.npos || (columns.size() < left.parents && !s.empty())) break;
        const bool removed = columns.find('-') != columns.npos;
        const bool added = columns.find('+') != columns.npos;
        if (!removed && left.new_lines == 0) break;
        for (std::size_t i = 0; i < left.parents; ++i) {
            const char mark = i < columns.size() ? columns[i] : ' ';
            auto& lines_left = left.old_lines[i];
            if (mark == (removed ? '-' : ' ')) lines_left -= lines_left > 0;
        }
        if (!removed) --left.new_lines;
        body.put(removed ? LineKind::removed : added ? LineKind::added : LineKind::context);
    }
    return {body.at(), left.new_lines == 0};
}

HunkEnd read_context_hunk(std::string_view text, std::vector<Line>& lines, std::size_t at, std::int32_t file) {
    Body body(text, lines, at, file);
    body.put(LineKind::hunk);
    const bool before = ContextPart("*** ", " ****", LineKind::removed).read(body);
    const bool after = before && ContextPart("--- ", " ----", LineKind::added).read(body);
    return {body.at(), after};
}

}  // namespace patchseek::patch
