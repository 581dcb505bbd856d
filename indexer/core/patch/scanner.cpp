#include "scanner.hpp"

#include <algorithm>
#include <cstring>

#include "diffstat.hpp"
#include "encoded_block.hpp"
#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::patch {
namespace {

std::vector<Line> split_lines(std::string_view text) {
    std::vector<Line> lines;
    // A guess, but for large texts: a body of newlines must not be held twice while it grows.
    const bool large = text.size() > (1u << 20);
    lines.reserve((large ? static_cast<std::size_t>(std::ranges::count(text, '\n')) : text.size() / 32) + 1);
    const char* const base = text.data();
    for (std::size_t begin = 0; begin < text.size();) {
        const void* found = std::memchr(base + begin, '\n', text.size() - begin);
        const auto end = found ? static_cast<std::size_t>(static_cast<const char*>(found) - base) : text.size();
        auto size = end - begin;
        while (size > 0 && base[begin + size - 1] == '\r') --size;
        lines.push_back({LineKind::log, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size), -1});
        begin = end + 1;
    }
    return lines;
}

/// States and what moves between them:
///
///     prose          --diff --git, Index:, `--- a` before `+++ b`--> header
///     prose          --@@ while a file's diff is open-->             hunk, combined
///     prose          --quoted "GIT binary patch"-->                  quoted_binary
///     header         --@@-->                                         hunk
///     header         --@@@-->                                        combined
///     header         --GIT binary patch-->                           binary
///     header         --a line no header has-->                       prose
///     hunk, combined --counts used up, or a line no hunk has-->      prose
///     binary         --a line that is no data-->                     prose
///     quoted_binary  --a line that is no data-->                     prose
///
/// Blocks that end by themselves (diffstat, base64, uuencode, PGP) are taken whole in prose.
///
/// The counts of a hunk are the only way to know that a "--- x" in it is a removed
/// line and that the "-- " behind it is a signature.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) { scan_.lines = split_lines(text); }

    Scan run() && {
        while (at_ < size()) step();
        if (state_ == State::hunk || state_ == State::combined || (state_ == State::binary && in_data_) || broken_)
            scan_.cut_short = true;
        return std::move(scan_);
    }

private:
    enum class State : std::uint8_t { prose, header, hunk, combined, binary, quoted_binary };

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
            case State::hunk: return hunk();
            case State::combined: return combined();
            case State::binary: return binary();
            case State::quoted_binary: return quoted_binary();
        }
    }

    void prose();
    void header();
    void hunk();
    void combined();
    void binary();
    void quoted_binary();

    bool take_diff_start(std::string_view s);
    bool take_hunk_start(std::string_view s);
    bool take_divider(std::string_view s);
    bool take_diffstat(std::string_view s);
    bool take_encoded(std::string_view s);
    bool starts_git_diff(std::string_view s) const;
    bool starts_plain_diff(std::string_view s) const;
    bool starts_file_pair(std::string_view s) const;
    bool starts_bare_binary(std::string_view s) const;
    bool hunk_goes_on(std::string_view s);
    bool hunk_ends_well() const;
    void leave_hunk();
    void open_file();

    std::string_view text_;
    Scan scan_;
    std::size_t at_ = 0;
    State state_ = State::prose;
    std::int32_t file_ = -1;
    bool prose_since_diff_ = false;
    bool file_open_ = false;    ///< a further @@ belongs to file_
    bool seen_diff_ = false;    ///< header: has its `diff` line
    bool seen_minus_ = false;   ///< header: has its `--- ` line
    bool seen_binary_ = false;  ///< header: has its `Binary files` line
    bool in_data_ = false;      ///< binary: behind `literal` or `delta`
    bool broken_ = false;       ///< a hunk was left with lines still due, and only blank lines followed
    HunkCounts left_;
    enum class Fate : std::uint8_t { unknown, well, badly } fate_ = Fate::unknown;
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

bool Scanner::starts_file_pair(std::string_view s) const {
    return s.starts_with("--- ") && line(at_ + 1).starts_with("+++ ") && line(at_ + 2).starts_with("@@ -");
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
    } else if (starts_file_pair(s)) {
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
    if (!s.starts_with("@@") || !file_open_) return false;
    const auto counts = parse_hunk_header(s);
    if (!counts) return false;
    left_ = *counts;
    fate_ = Fate::unknown;
    state_ = counts->parents == 1 ? State::hunk : State::combined;
    put_in_file(LineKind::hunk);
    if (left_.used_up()) state_ = State::prose;
    return true;
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
    if (!is_base64_line(s) && !is_uuencode_begin(s) && !is_armor_begin(s)) return false;
    const auto block = find_encoded_block(text_, scan_.lines, at_);
    for (std::size_t i = 0; i < block.size; ++i) put(block.encoded ? LineKind::binary : LineKind::log);
    return true;
}

void Scanner::prose() {
    const auto s = line(at_);
    if (is_blank(s)) return put(LineKind::blank);
    if (s.front() == '\\' && at_ > 0 && s.starts_with("\\ ") && scan_.lines[at_ - 1].file >= 0)
        return put_in_file(LineKind::context);  // "\ No newline at end of file" behind the last counted line
    broken_ = false;
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

/// Whether the lines that a hunk still asks for are there, followed by something that
/// may stand behind a hunk. Asked once for each hunk at most.
bool Scanner::hunk_ends_well() const {
    auto old_left = left_.old_lines[0];
    auto new_left = left_.new_lines;
    auto i = at_;
    for (; i < size() && (old_left > 0 || new_left > 0); ++i) {
        const auto s = line(i);
        const char mark = s.empty() ? ' ' : s.front();
        if (mark == '\\') continue;
        if (mark != ' ' && mark != '+' && mark != '-') return false;
        if ((mark != '+' && old_left == 0) || (mark != '-' && new_left == 0)) return false;
        old_left -= mark != '+';
        new_left -= mark != '-';
    }
    if (old_left > 0 || new_left > 0) return false;
    const auto s = line(i);
    return is_blank(s) || s.front() == '\\' || is_signature(s) || s.starts_with("@@") || s.starts_with("diff ") ||
           s.starts_with("Index: ") || s.starts_with("--- ");
}

/// False where the next patch, the next file or the signature stands although the
/// hunk asks for more lines: its counts are wrong, or it is an example in a log.
bool Scanner::hunk_goes_on(std::string_view s) {
    const bool suspect =
        s.starts_with("--") && ((is_separator(s) && may_be_stat_entry(line(at_ + 1))) || starts_file_pair(s) ||
                                (s == "-- " && !line(at_ + 1).empty() && is_digit(line(at_ + 1).front())));
    if (!suspect) return true;
    if (fate_ == Fate::unknown) fate_ = hunk_ends_well() ? Fate::well : Fate::badly;
    return fate_ == Fate::well;
}

void Scanner::leave_hunk() {
    state_ = State::prose;
    broken_ = true;
}

void Scanner::hunk() {
    auto& old_left = left_.old_lines[0];
    auto& new_left = left_.new_lines;
    while (at_ < size()) {
        const auto s = line(at_);
        const char mark = s.empty() ? '\n' : s.front();
        if (mark == '+') {
            // A count that is too low: the lines are still there to be found.
            if (new_left == 0 && s.starts_with("+++ ")) return leave_hunk();
            new_left -= new_left > 0;
            put_in_file(LineKind::added);
        } else if (mark == '-') {
            if (old_left == 0 || !hunk_goes_on(s)) return leave_hunk();
            --old_left;
            put_in_file(LineKind::removed);
        } else if (mark == ' ' || mark == '\n') {
            if (old_left == 0 || new_left == 0) return leave_hunk();
            --old_left;
            --new_left;
            put_in_file(LineKind::context);
        } else if (mark == '\\') {
            put_in_file(LineKind::context);
        } else {
            return leave_hunk();
        }
        if (old_left == 0 && new_left == 0) {
            state_ = State::prose;
            return;
        }
    }
}

/// One column for each parent: '-' a line that parent has and the result has not, '+'
/// one the result has and that parent has not.
void Scanner::combined() {
    while (at_ < size()) {
        const auto s = line(at_);
        if (s.starts_with('\\')) {
            put_in_file(LineKind::context);
            continue;
        }
        const auto columns = s.substr(0, left_.parents);
        if (columns.find_first_not_of(" +-") != columns.npos || (columns.size() < left_.parents && !s.empty()))
            return leave_hunk();
        const bool removed = columns.find('-') != columns.npos;
        const bool added = columns.find('+') != columns.npos;
        for (std::size_t i = 0; i < left_.parents; ++i) {
            const char mark = i < columns.size() ? columns[i] : ' ';
            auto& left = left_.old_lines[i];
            if (mark == (removed ? '-' : ' ')) left -= left > 0;
        }
        if (!removed) left_.new_lines -= left_.new_lines > 0;
        put_in_file(removed ? LineKind::removed : added ? LineKind::added : LineKind::context);
        if (left_.used_up()) {
            state_ = State::prose;
            return;
        }
    }
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

Scan scan_lines(std::string_view text) { return Scanner(text).run(); }

}  // namespace patchseek::patch
