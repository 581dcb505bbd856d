// SPDX-License-Identifier: GPL-2.0-or-later
#include "trailers.hpp"

#include <algorithm>
#include <array>

#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"

namespace patchseek::patch {
namespace {

constexpr auto kKnownNames = std::to_array<std::string_view>({
    "fixes",
    "link",
    "closes",
    "resolves",
    "cc",
    "buglink",
    "bugzilla",
    "message-id",
    "change-id",
    "depends-on",
    "based-on",
    "references",
    "git-pw-series",
    "supersedes",
});
// Headers that people paste into a body; as trailers they would be noise.
constexpr auto kNeverNames = std::to_array<std::string_view>({
    "from",
    "to",
    "date",
    "subject",
    "in-reply-to",
    "content-type",
    "mime-version",
    "content-transfer-encoding",
    "http",
    "https",
    "ftp",
    "git",
});

constexpr std::size_t kLongestName = 64;

bool is_name(char c) noexcept { return is_alnum(c) || c == '-'; }

bool is_one_of(std::string_view name, const auto& list) noexcept {
    return std::ranges::any_of(list, [&](std::string_view other) { return equals_any_case(name, other); });
}

bool has_address(std::string_view value) noexcept {
    const auto at = value.find('@');
    return at != value.npos && at > 0 && at + 1 < value.size() && !is_space(value[at - 1]) && !is_space(value[at + 1]);
}

bool starts_with_commit(std::string_view value) noexcept {
    eat(value, "commit ");
    std::size_t digits = 0;
    while (digits < value.size() && is_hex(value[digits])) ++digits;
    return digits >= 7 && digits <= 64 && (digits == value.size() || is_space(value[digits]) || value[digits] == '(');
}

constexpr auto kFooterNames = std::to_array<std::string_view>({
    "change-id",
    "base-commit",
    "prerequisite-patch-id",
    "prerequisite-change-id",
    "prerequisite-message-id",
});

/// `change-id: 20260203-pond-3f9a1c5be207`, `base-commit: <40 hex digits>` and the like, as b4 and `git format-patch
/// --base` put them at the end of a cover letter or behind the diff: an object id, or one word with a figure in it.
bool is_footer(std::string_view name, std::string_view value) noexcept {
    constexpr std::size_t kShortest = 12;
    if (!is_one_of(name, kFooterNames)) return false;
    return starts_with_commit(value) ||
           (value.size() >= kShortest && std::ranges::none_of(value, is_space) && std::ranges::any_of(value, is_digit));
}

/// `[name: what I changed]` and `(cherry picked from commit ...)` among trailers.
bool is_remark(std::string_view s) noexcept {
    return (s.starts_with('[') && s.find(':') != s.npos) || s.starts_with("(cherry picked from ");
}

bool is_folded(std::string_view s) noexcept { return !s.empty() && (s.front() == ' ' || s.front() == '\t'); }

/// Fixes: 0123456789ab ("a title that a mailer / broke")
bool wants_more(const TrailerLine& t) noexcept {
    return t.value.find("(\"") != t.value.npos && !t.value.ends_with(')') && equals_any_case(t.name, "fixes");
}

/// A line that git takes for a trailer (trailer.c, find_separator): a word of letters,
/// digits and dashes, perhaps blanks, a colon. The value may be empty.
std::optional<TrailerLine> parse_git_trailer(std::string_view line) noexcept {
    std::size_t size = 0;
    while (size < line.size() && is_name(line[size])) ++size;
    auto rest = line.substr(size);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    if (size == 0 || !eat(rest, ":")) return std::nullopt;
    return TrailerLine{line.substr(0, size), trim(rest)};
}

/// Whether such a line is none all the same: a URL, a pasted header.
bool is_noise(const TrailerLine& t) noexcept {
    return t.name.size() > kLongestName || t.value.starts_with("//") || is_one_of(t.name, kNeverNames);
}

/// Of a line that is a trailer by one rule or the other.
std::optional<TrailerLine> parse_any(std::string_view line) noexcept {
    if (auto t = parse_trailer_line(line)) return t;
    const auto t = parse_git_trailer(line);
    return t && !is_noise(*t) ? t : std::nullopt;
}

/// What git counts in a paragraph before it believes in trailers.
struct GitCount {
    std::size_t trailers = 0, others = 0;
    bool in_trailer = false;
    bool own = false;  ///< one is of the kinds that git itself writes

    void add(std::string_view line) noexcept {
        const bool picked = line.starts_with("(cherry picked from commit ");
        if (picked || line.starts_with("Signed-off-by: ")) own = true;
        // What continues a trailer is of it, and what continues prose is prose.
        if (!is_space(line.front())) in_trailer = picked || parse_git_trailer(line);
        const bool counts = !is_space(line.front()) || !in_trailer;
        (in_trailer ? trailers : others) += counts;
    }
    bool believes() const noexcept { return trailers > 0 && (others == 0 || (own && trailers * 3 >= others)); }
};

/// Lines [begin, end) without a blank or another kind between.
struct Paragraph {
    std::size_t begin, end;
    bool last_of_log;
};

class Marker {
public:
    Marker(std::string_view text, std::vector<Line>& lines) : text_(text), lines_(lines) {}

    void mark(const Paragraph& p) {
        if (p.last_of_log) mark_as_git(p);
        const auto tail = find_tail(p);
        bool known = false, certain = false, dashed = true;
        for (auto i = tail; i < p.end; ++i) {
            const auto t = parse(i);
            if (!t) continue;
            known = known || t->known;
            certain = certain || t->certain;
            dashed = dashed && t->name.find('-') != t->name.npos;
        }
        const bool whole = tail == p.begin;
        const bool good =
            p.last_of_log ? known || (whole && dashed) : known && (whole ? all_known(tail, p.end) : certain);
        for (auto i = p.begin; i < p.end;) {
            const auto t = parse(i);
            if (lines_[i].kind == LineKind::trailer)
                ++i;
            else if (t && (t->certain || (good && i >= tail)))
                i = mark_one(i, p.end, *t);
            else
                ++i;
        }
    }

private:
    void mark_as_git(const Paragraph& p) {
        GitCount count;
        for (auto i = p.begin; i < p.end; ++i) count.add(lines_[i].of(text_));
        if (!count.believes()) return;
        for (auto i = p.begin; i < p.end;) {
            const auto t = parse_any(lines_[i].of(text_));
            const bool folded = i + 1 < p.end && is_folded(lines_[i + 1].of(text_));
            i = t && (folded || !t->value.empty()) ? mark_one(i, p.end, *t) : i + 1;
        }
    }
    std::optional<TrailerLine> parse(std::size_t i) const { return parse_trailer_line(lines_[i].of(text_)); }

    /// Where the lines begin that are nothing but trailers, to the paragraph's end.
    std::size_t find_tail(const Paragraph& p) const {
        auto tail = p.end;
        for (auto i = p.end; i-- > p.begin;) {
            const auto s = lines_[i].of(text_);
            if (parse_trailer_line(s))
                tail = i;
            else if (is_remark(s))
                tail = tail == i + 1 ? i : tail;
            else if (!is_folded(s) && !(i > p.begin && continues(i)))
                break;
        }
        return tail;
    }
    bool continues(std::size_t i) const {
        const auto above = parse(i - 1);
        return above && wants_more(*above);
    }
    bool all_known(std::size_t begin, std::size_t end) const {
        for (auto i = begin; i < end; ++i)
            if (const auto t = parse(i); t && !t->known) return false;
        return true;
    }
    std::size_t mark_one(std::size_t i, std::size_t end, const TrailerLine& t) {
        lines_[i].kind = LineKind::trailer;
        const bool broken = wants_more(t);
        ++i;
        if (broken && i < end && !is_folded(lines_[i].of(text_)) && !parse(i)) lines_[i++].kind = LineKind::trailer;
        while (i < end && is_folded(lines_[i].of(text_))) lines_[i++].kind = LineKind::trailer;
        return i;
    }

    std::string_view text_;
    std::vector<Line>& lines_;
};

bool is_prose(LineKind kind) noexcept { return kind == LineKind::log || kind == LineKind::notes; }

/// Whether only blank lines stand between line `i` and a `---`, a diffstat or a diff.
bool ends_log(const std::vector<Line>& lines, std::size_t i) noexcept {
    while (i < lines.size() && lines[i].kind == LineKind::blank) ++i;
    if (i == lines.size()) return false;
    const auto kind = lines[i].kind;
    return kind == LineKind::separator || kind == LineKind::header || kind == LineKind::diffstat;
}

bool is_patch_line(LineKind kind) noexcept { return kind == LineKind::header || kind == LineKind::diffstat; }

/// `---8<---` and `-- >8 --`, as git mailinfo takes them: more than half of the line are these signs.
bool is_scissors(std::string_view s) noexcept {
    if (s.find("8<") == s.npos && s.find(">8") == s.npos && s.find("%<") == s.npos && s.find(">%") == s.npos)
        return false;
    const auto cut =
        std::ranges::count_if(s, [](char c) { return std::string_view("-8<>%").find(c) != std::string_view::npos; });
    return static_cast<std::size_t>(cut) * 2 > s.size();
}

/// `From 0123... Mon Sep 17 00:00:00 2001` of git format-patch, scissors, and headers that somebody pasted.
bool opens_patch(std::string_view s) noexcept {
    if (starts_with_any_case(s, "subject:") || is_scissors(s)) return true;
    constexpr std::size_t kCommitDigits = 40;
    return eat(s, "From ") && s.size() > kCommitDigits && std::ranges::all_of(s.substr(0, kCommitDigits), is_hex);
}

/// Finds the trailers that stand in the log of a patch: above its `---`, its diffstat or its diff, and below where a
/// patch was pasted or a part of the mail begins. Where nothing says where the log begins, they are the paragraphs
/// of trailers right above, if somebody signed off there or format-patch's diffstat follows.
class CarriedLogs {
public:
    CarriedLogs(std::string_view text, const std::vector<Line>& lines)
        : text_(text), lines_(lines), leads_(lines.size()) {
        bool leads = false;
        for (auto i = lines.size(); i-- > 0;) {
            const auto kind = lines[i].kind;
            if (is_patch_line(kind)) leads = true;
            if (kind == LineKind::trailer || kind == LineKind::quoted) leads = false;
            leads_[i] = leads || lines[i].of(text).starts_with("diff --git ");
        }
    }

    /// The lines without those trailers.
    std::vector<Line> taken_out() const {
        auto out = lines_;
        auto opened = lines_.size();
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (stops(i)) {
                const auto begin = !leads_[i] ? i : opened < i ? opened : begin_of_log(i);
                for (auto k = begin; k < i; ++k)
                    if (out[k].kind == LineKind::trailer) out[k].kind = LineKind::blank;
                opened = lines_.size();
            } else if (lines_[i].kind == LineKind::quoted) {
                opened = lines_.size();
            } else if (opens_patch(lines_[i].of(text_))) {
                opened = i;
            }
        }
        return out;
    }

private:
    /// Dividers and diffs above the last patch of a mail are prose to the anatomy.
    bool stops(std::size_t i) const {
        const auto kind = lines_[i].kind;
        if (kind == LineKind::separator || is_patch_line(kind)) return true;
        if (!is_prose(kind)) return false;
        const auto s = lines_[i].of(text_);
        return is_separator(s) || s.starts_with("diff --git ");
    }
    bool is_divider(std::size_t i) const { return !is_patch_line(lines_[i].kind) && is_separator(lines_[i].of(text_)); }

    std::size_t begin_of_log(std::size_t end) const {
        auto next = end + 1;
        while (next < lines_.size() && lines_[next].kind == LineKind::blank) ++next;
        bool own = is_divider(end) && next < lines_.size() && lines_[next].kind == LineKind::diffstat;
        auto begin = end;
        for (auto i = end; i-- > 0;) {
            if (lines_[i].kind == LineKind::trailer)
                begin = i;
            else if (lines_[i].kind != LineKind::blank)
                break;
            own = own || starts_with_any_case(lines_[i].of(text_), "signed-off-by:");
        }
        return own ? begin : end;
    }

    std::string_view text_;
    const std::vector<Line>& lines_;
    std::vector<bool> leads_;  ///< a patch follows before any other trailer or quote
};

}  // namespace

std::optional<TrailerLine> parse_trailer_line(std::string_view line) noexcept {
    if (line.empty() || !is_alpha(line.front())) return std::nullopt;
    std::size_t size = 1;
    while (size < line.size() && size <= kLongestName && is_name(line[size])) ++size;
    if (size < 2 || size >= line.size()) return std::nullopt;
    TrailerLine t{line.substr(0, size), {}};
    auto rest = line.substr(size);
    if (rest.starts_with(" :")) rest.remove_prefix(1);
    if (!eat(rest, ":")) return std::nullopt;
    const bool by = gives_credit(t.name);
    if (by) eat(rest, ":");  // a slip seen in git's own history
    if (rest.starts_with(':') || rest.starts_with("//")) return std::nullopt;
    t.value = trim(rest);
    if (t.value.empty() || is_one_of(t.name, kNeverNames)) return std::nullopt;
    t.known = by || is_one_of(t.name, kKnownNames);
    // "fixes:foo" and "cc:x" without a space are words; "Cc:a@b" is not.
    if (!is_space(rest.front()) && !by && !has_address(t.value)) return std::nullopt;
    const bool footer = is_footer(t.name, t.value);
    t.known = t.known || footer;
    t.certain =
        footer || (by && has_address(t.value)) || (equals_any_case(t.name, "fixes") && starts_with_commit(t.value));
    return t;
}

void mark_trailers(std::string_view text, std::vector<Line>& lines) {
    Marker marker(text, lines);
    for (std::size_t i = 0; i < lines.size();) {
        const auto kind = lines[i].kind;
        if (!is_prose(kind)) {
            ++i;
            continue;
        }
        const auto begin = i;
        while (i < lines.size() && lines[i].kind == kind) ++i;
        marker.mark({begin, i, kind == LineKind::log && ends_log(lines, i)});
    }
}

std::vector<Trailer> read_trailers(std::string_view text, const std::vector<Line>& lines) {
    std::vector<Trailer> trailers;
    for (const Line& line : lines) {
        if (line.kind != LineKind::trailer) continue;
        const auto s = line.of(text);
        if (const auto t = parse_any(s)) {
            if (trailers.size() == kMaxTrailers) break;
            trailers.push_back({std::string(t->name), std::string(t->value)});
        } else if (!trailers.empty()) {
            auto& value = trailers.back().value;
            value.append(value.empty() ? "" : " ").append(trim(s));
        }
    }
    std::erase_if(trailers, [](const Trailer& t) { return t.value.empty(); });
    return trailers;
}

std::vector<Trailer> read_given_trailers(std::string_view text, const std::vector<Line>& lines) {
    return read_trailers(text, CarriedLogs(text, lines).taken_out());
}

}  // namespace patchseek::patch
