// SPDX-License-Identifier: GPL-2.0-or-later
#include "scanner.hpp"

#include <algorithm>
#include <utility>

#include "diffstat.hpp"
#include "encoded_block.hpp"
#include "hunk.hpp"
#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

/// States and what moves between them:
///
///     prose          --diff --git, Index:, `--- a` before `+++ b`, `*** a` before `--- b`--> header
///     prose          --quoted "GIT binary patch"-->                  quoted_binary
///     header         --a hunk, GIT binary patch-->                   prose, binary
///     header         --a line no header has-->                       prose
///     binary         --a line that is no data-->                     prose
///     quoted_binary  --a line that is no data-->                     prose
///
/// Blocks that end by themselves (hunks while a file's diff is open, diffstat, base64, uuencode, PGP) are taken whole.
class Scanner {
public:
    Scanner(std::string_view text, std::vector<Line> lines) : text_(text) { scan_.lines = std::move(lines); }

    Scan run() && {
        while (at_ < size()) step();
        scan_.cut_short = (state_ == State::binary && in_data_) || ends_in_hunk_;
        return std::move(scan_);
    }

private:
    enum class State : std::uint8_t { prose, header, binary, quoted_binary };

    std::size_t size() const { return scan_.lines.size(); }
    std::string_view line(std::size_t i) const { return i < size() ? scan_.lines[i].of(text_) : std::string_view(); }
    void put(LineKind kind) { scan_.lines[at_++].kind = kind; }
    void put_in_file(LineKind kind) {
        scan_.lines[at_].file = file_;
        put(kind);
    }

    void step() {
        switch (state_) {
            case State::prose: return prose();
            case State::header: return header();
            case State::binary: return binary();
            case State::quoted_binary: return quoted_binary();
        }
    }

    void prose();
    void header();
    void binary();
    void quoted_binary();

    bool take_diff_start(std::string_view s);
    bool take_hunk_start(std::string_view s);
    bool take_divider(std::string_view s);
    bool take_diffstat(std::string_view s);
    bool take_encoded(std::string_view s);
    bool starts_git_diff(std::string_view s) const;
    bool starts_plain_diff(std::string_view s) const;
    bool starts_context_diff(std::string_view s) const;
    bool starts_bare_binary(std::string_view s) const;
    void leave_hunk(HunkEnd end);
    void open_file();

    std::string_view text_;
    Scan scan_;
    std::size_t at_ = 0;
    State state_ = State::prose;
    std::int32_t file_ = -1;
    bool prose_since_diff_ = false;
    bool file_open_ = false;     ///< a further @@ belongs to file_
    bool seen_diff_ = false;     ///< header: has its `diff` line
    bool seen_minus_ = false;    ///< header: has its `--- ` line
    bool seen_binary_ = false;   ///< header: has its `Binary files` line
    bool in_data_ = false;       ///< binary: behind `literal` or `delta`
    bool ends_in_hunk_ = false;  ///< a hunk was left with lines still due, and only blank lines followed
};

void Scanner::open_file() {
    ++file_;
    prose_since_diff_ = false;
    file_open_ = true;
    seen_diff_ = seen_minus_ = seen_binary_ = false;
    state_ = State::header;
    if (!scan_.dividers.empty()) ++scan_.dividers.back().diffs;
}

/// "diff --git a b" with what must follow it; prose that names the command has neither.
bool Scanner::starts_git_diff(std::string_view s) const {
    if (!s.starts_with("diff --git ") && !s.starts_with("diff --cc ") && !s.starts_with("diff --combined "))
        return false;
    if (at_ + 1 >= size()) return true;
    const auto next = line(at_ + 1);
    return is_blank(next) || is_extended_header(next) || next.starts_with("--- ") || next.starts_with("diff --") ||
           is_signature(next);
}

bool Scanner::starts_plain_diff(std::string_view s) const {
    const auto next = line(at_ + 1);
    if (s.starts_with("diff -"))
        return next.starts_with("--- ") || next.starts_with("*** ") || next.starts_with("Binary files ") ||
               next.starts_with("index ") || next.starts_with("diff -") || at_ + 1 >= size();
    if (s.starts_with("Index: "))
        return next.starts_with("====") || next.starts_with("--- ") || next.starts_with("diff ") ||
               next.starts_with("RCS file: ");
    return false;
}

/// `*** old` and `--- new` of diff -c.
bool Scanner::starts_context_diff(std::string_view s) const {
    return s.starts_with("*** ") && line(at_ + 1).starts_with("--- ") && is_context_hunk(line(at_ + 2));
}

/// GNU diff -r has this one line for a binary file; git has it below a header.
bool Scanner::starts_bare_binary(std::string_view s) const {
    return file_open_ && (state_ != State::header || seen_binary_) && s.starts_with("Binary files ") &&
           s.ends_with(" differ");
}

bool Scanner::take_diff_start(std::string_view s) {
    if (starts_git_diff(s) || starts_plain_diff(s)) {
        // CVS puts its `diff` line below the `Index:` of the same file.
        const bool same = state_ == State::header && !seen_diff_ && !seen_minus_ && s.starts_with("diff -") &&
                          !s.starts_with("diff --git ");
        if (!same) open_file();
        seen_diff_ = s.starts_with("diff ");
    } else if (is_file_pair(text_, scan_.lines, at_) || starts_context_diff(s)) {
        if (state_ != State::header || seen_minus_) open_file();
        seen_minus_ = true;
    } else if (is_submodule_line(s) || starts_bare_binary(s)) {
        open_file();
        seen_diff_ = seen_binary_ = true;
    } else {
        return false;
    }
    put_in_file(LineKind::header);
    return true;
}

bool Scanner::take_hunk_start(std::string_view s) {
    if (!file_open_) return false;
    if (is_context_hunk(s) && line(at_ + 1).starts_with("*** ")) {
        leave_hunk(read_context_hunk(text_, scan_.lines, at_, file_));
        return true;
    }
    const auto counts = s.starts_with("@@") ? parse_hunk_header(s) : std::nullopt;
    if (!counts) return false;
    put_in_file(LineKind::hunk);
    const auto read = counts->parents == 1 ? read_hunk : read_combined_hunk;
    leave_hunk(read(text_, scan_.lines, at_, file_, *counts));
    return true;
}

void Scanner::leave_hunk(HunkEnd end) {
    if (!end.whole) scan_.corrupt.push_back(end.line - 1);
    ends_in_hunk_ = !end.whole;
    at_ = end.line;
    state_ = State::prose;
}

bool Scanner::take_divider(std::string_view s) {
    if (!is_separator(s)) return false;
    const auto next = line(at_ + 1);
    Divider divider{at_};
    divider.diffs_before = static_cast<std::uint32_t>(file_ + 1);
    divider.below_prose = prose_since_diff_;
    divider.stands_alone = is_blank(next) || may_be_stat_entry(next) || next.starts_with("diff ") ||
                           next.starts_with("Index: ") || next.starts_with("--- ");
    scan_.dividers.push_back(divider);
    file_open_ = false;
    put(LineKind::log);
    return true;
}

/// A run of entries that a totals line ends, or that can hardly be anything else, with
/// the totals and the summary lines below. A run that fails is prose as a whole, so
/// that no line is looked at twice.
bool Scanner::take_diffstat(std::string_view s) {
    const bool totals_only = parse_stat_totals(s).has_value();
    if (!totals_only && !may_be_stat_entry(s)) return false;
    auto end = at_;
    bool plain = true;
    while (end < size() && may_be_stat_entry(line(end))) {
        const auto entry = parse_stat_entry(line(end));
        if (!entry) break;
        plain = plain && entry->plain && line(end).front() == ' ';
        ++end;
    }
    const auto totals = parse_stat_totals(line(end));
    const bool behind_divider = !scan_.dividers.empty() && scan_.dividers.back().line + 1 == at_;
    const bool good = totals ? (end > at_ || behind_divider) : end > at_ && (plain || behind_divider);
    if (!good) {
        at_ = std::max(end, at_ + 1);
        return true;
    }
    while (at_ < end) put(LineKind::diffstat);
    if (totals) put(LineKind::diffstat);
    while (at_ < size() && is_summary_line(line(at_))) put(LineKind::summary);
    if (!scan_.dividers.empty() && scan_.dividers.back().diffs == 0) {
        scan_.dividers.back().stat = true;
        scan_.dividers.back().stat_files = totals ? totals->files : 0;
    }
    file_open_ = false;
    return true;
}

bool Scanner::take_encoded(std::string_view s) {
    if (!begins_encoded_block(s)) return false;
    const auto block = find_encoded_block(text_, scan_.lines, at_);
    for (std::size_t i = 0; i < block.size; ++i) put(block.encoded ? LineKind::binary : LineKind::log);
    return true;
}

void Scanner::prose() {
    const auto s = line(at_);
    if (is_blank(s)) return put(LineKind::blank);
    if (s.front() == '\\' && at_ > 0 && s.starts_with("\\ ") && scan_.lines[at_ - 1].file >= 0)
        return put_in_file(LineKind::context);  // "\ No newline at end of file" behind the last counted line
    ends_in_hunk_ = false;
    if (s.front() == '>') {
        if (strip_quotes(s) == "GIT binary patch") state_ = State::quoted_binary;
        return put(LineKind::quoted);
    }
    if (take_divider(s) || take_diff_start(s) || take_hunk_start(s)) return;
    if (take_diffstat(s) || take_encoded(s)) return;
    prose_since_diff_ = true;
    put(LineKind::log);
}

void Scanner::header() {
    const auto s = line(at_);
    if (take_diff_start(s) || take_hunk_start(s)) return;
    if (s.starts_with("--- ") || s.starts_with("+++ ") || s.starts_with("*** ")) {
        seen_minus_ = true;
        return put_in_file(LineKind::header);
    }
    if (!is_extended_header(s)) {
        state_ = State::prose;
        return;
    }
    if (s.starts_with("Binary files ")) seen_binary_ = true;
    if (s.starts_with("GIT binary patch")) {
        state_ = State::binary;
        in_data_ = false;
    }
    put_in_file(LineKind::header);
}

void Scanner::binary() {
    const auto s = line(at_);
    if (in_data_ && s.empty()) {
        in_data_ = false;
        return put(LineKind::blank);
    }
    if (in_data_ ? is_git_binary_line(s) : is_git_binary_start(s)) {
        in_data_ = true;
        return put_in_file(LineKind::binary);
    }
    state_ = State::prose;
}

void Scanner::quoted_binary() {
    const auto s = line(at_);
    const auto inside = strip_quotes(s);
    if (s.empty() || s.front() != '>' ||
        !(inside.empty() || is_git_binary_start(inside) || is_git_binary_line(inside))) {
        state_ = State::prose;
        return;
    }
    put(inside.empty() ? LineKind::quoted : LineKind::binary);
}

}  // namespace

Scan scan_lines(std::string_view text, std::vector<Line> lines) { return Scanner(text, std::move(lines)).run(); }

}  // namespace patchseek::patch
