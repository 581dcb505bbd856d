// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/anatomy.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"
#include "scanner.hpp"
#include "trailers.hpp"

// A body is read in passes, each linear:
//   lines       where each line begins and ends
//   copy        where a whole copy of the mail that is answered begins: it is one quote, no patch
//   scan        what each line looks like, diffs in prose included (scanner.cpp)
//   sections    which `---` ends the log; what looks like a diff above it is prose
//   prose       log, notes, separators, signatures
//   details     in-body headers, trailers, the line that introduces a quote

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

constexpr std::string_view kLetters = ".LN>TE~DSH@+-=B";

bool is_diff(LineKind kind) noexcept {
    return kind == LineKind::header || kind == LineKind::hunk || kind == LineKind::added || kind == LineKind::removed ||
           kind == LineKind::context;
}

/// From one accepted `---` to the next. Only kept ones hold a patch.
struct Section {
    std::size_t begin;
    bool kept;
};

/// A divider that leads to a diffstat is believed. One that leads to a diff only is
/// believed when it can hardly be the removed line "--" of a mangled diff, and when it
/// does not stand between a diffstat and its diff.
bool is_accepted(const Divider& d, const Divider* previous) {
    if (d.stat) return true;
    if (d.diffs == 0) return false;
    if (previous && previous->stat && previous->diffs == 0) return false;
    return d.diffs_before == 0 || d.stands_alone;
}

/// The last `---` that leads to a diffstat or a diff ends the log: what stands above
/// is talk about the patch. But a mail may carry several patches: an earlier section
/// is kept when its diffstat counts as many files as it has diffs, and the next patch
/// has a log of its own.
std::vector<Section> find_sections(const std::vector<Divider>& dividers) {
    std::vector<Section> sections;
    const Divider* previous = nullptr;
    for (const Divider& d : dividers) {
        if (!is_accepted(d, previous)) continue;
        if (!sections.empty() && !d.below_prose) sections.back().kept = false;
        sections.push_back({d.line, d.stat && d.diffs > 0 && d.stat_files == d.diffs});
        previous = &d;
    }
    if (!sections.empty()) sections.back().kept = true;
    return sections;
}

/// Makes prose of a line that only looked like part of a patch.
void demote(Line& line, std::string_view text) {
    line.file = -1;
    if (is_diff(line.kind) || line.kind == LineKind::diffstat || line.kind == LineKind::summary)
        line.kind = is_blank(line.of(text)) ? LineKind::blank : LineKind::log;
}

void settle_sections(std::string_view text, std::vector<Line>& lines, const std::vector<Section>& sections) {
    std::size_t next = 0;
    bool kept = sections.empty();
    std::int32_t seen = -1, ordinal = -1;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (next < sections.size() && sections[next].begin == i) {
            kept = sections[next++].kept;
            if (kept) lines[i].kind = LineKind::separator;
        }
        if (!kept) demote(lines[i], text);
        if (lines[i].file < 0) continue;
        // Demoted diffs leave gaps in the numbers.
        if (lines[i].file != seen) ++ordinal;
        seen = lines[i].file;
        lines[i].file = ordinal;
    }
}

/// A bare `---` right below trailers is where git am cuts, whatever stands below.
bool ends_trailers(std::string_view text, const std::vector<Line>& lines, std::size_t i) {
    while (i-- > 0) {
        if (lines[i].kind == LineKind::blank) continue;
        const auto t = lines[i].kind == LineKind::log ? parse_trailer_line(lines[i].of(text)) : std::nullopt;
        return t && t->known;
    }
    return false;
}

/// "--" alone ends a text only near its end.
bool is_signature_at(std::string_view text, const std::vector<Line>& lines, std::size_t i) {
    const auto s = lines[i].of(text);
    return is_signature(s) && (s.size() == 3 || lines.size() - i <= 12);
}

void settle_prose(std::string_view text, std::vector<Line>& lines) {
    bool notes = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Line& line = lines[i];
        if (line.kind == LineKind::separator || is_diff(line.kind)) notes = true;
        if (line.kind != LineKind::log) continue;
        if (!notes && is_separator(line.of(text)) && ends_trailers(text, lines, i)) {
            line.kind = LineKind::separator;
            notes = true;
            continue;
        }
        if (is_signature_at(text, lines, i)) notes = true;
        if (notes) line.kind = LineKind::notes;
    }
}

bool is_envelope_line(std::string_view s) noexcept {
    for (const auto start : {"from:", "date:", "subject:"})
        if (starts_with_any_case(s, start) && !is_blank(s.substr(std::string_view(start).size()))) return true;
    return false;
}

/// In-body headers as git am reads them: at the very top, ended by a blank line.
void mark_envelope(std::string_view text, std::vector<Line>& lines) {
    std::size_t begin = 0;
    while (begin < lines.size() && lines[begin].kind == LineKind::blank) ++begin;
    auto end = begin;
    while (end < lines.size() && lines[end].kind == LineKind::log) {
        const auto s = lines[end].of(text);
        const bool folded = end > begin && is_space(s.front());
        if (!folded && !is_envelope_line(s)) break;
        ++end;
    }
    const bool closed = end == lines.size() || lines[end].kind == LineKind::blank;
    // "From: x" above prose without a blank line is prose, unless a second header
    // stands with it.
    const bool two = end > begin + 1;
    if (end == begin || !(closed || two)) return;
    for (auto i = begin; i < end; ++i) lines[i].kind = LineKind::envelope;
}

bool has_writing_verb(std::string_view s) noexcept {
    for (const auto verb : {"wrote", "writes", "schrieb", "crit", "skrev", "escribi", "said"})
        if (contains_any_case(s, verb)) return true;
    return false;
}

/// Length limits keep a paragraph of prose that happens to end in a colon out.
bool is_attribution_end(std::string_view s) noexcept {
    s = trim_right(s);
    return s.size() < 300 && s.ends_with(':') && (has_writing_verb(s) || s.find('@') != s.npos);
}

// Most lines are ruled out by their first byte.
bool may_start_attribution(std::string_view s) noexcept {
    return !s.empty() && std::string_view("OAL*Q").find(s.front()) != std::string_view::npos;
}

bool is_attribution_start(std::string_view s) noexcept {
    if (!may_start_attribution(s) || s.size() >= 300 || s.ends_with(':')) return false;
    return s.starts_with("On ") || s.starts_with("At ") || s.starts_with("Am ") || s.starts_with("Le ") ||
           s.starts_with("* ") || s.starts_with("Quoting ");
}

/// "On Monday, A. U. Thor wrote:" above a quote, with a blank line or its own second
/// line between at most.
void mark_attributions(std::string_view text, std::vector<Line>& lines) {
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (lines[i].kind != LineKind::quoted || lines[i - 1].kind == LineKind::quoted) continue;
        auto above = i - 1;
        if (lines[above].kind == LineKind::blank && above > 0) --above;
        const auto is_prose = [&](std::size_t k) {
            return lines[k].kind == LineKind::log || lines[k].kind == LineKind::notes;
        };
        if (!is_prose(above) || !is_attribution_end(lines[above].of(text))) continue;
        const bool starts_here = is_attribution_start(lines[above].of(text));
        lines[above].kind = LineKind::quoted;
        if (!starts_here && above > 0 && is_prose(above - 1) && is_attribution_start(lines[above - 1].of(text)))
            lines[above - 1].kind = LineKind::quoted;
    }
}

/// The prefix of a quote that is no `>`: initials before one, "JD> ", or a bar.
std::string_view citation_mark(std::string_view s) noexcept {
    if (s.starts_with('|')) return s.substr(0, 1);
    std::size_t size = 0;
    while (size < s.size() && size < 5 && is_alpha(s[size])) ++size;
    return size > 0 && size < s.size() && s[size] == '>' ? s.substr(0, size + 1) : std::string_view();
}

/// Whether the mark could hardly be the prompt of a program: two initials or more.
bool is_initials(std::string_view mark) noexcept {
    return mark.size() > 2 && std::all_of(mark.begin(), mark.end() - 1, is_upper);
}

/// Quotes of other fashions. Below an attribution any mark is one; elsewhere two lines
/// with the same initials: tables have bars too, and debuggers a prompt.
void mark_citations(std::string_view text, std::vector<Line>& lines) {
    const auto is_prose = [&](std::size_t k) {
        return lines[k].kind == LineKind::log || lines[k].kind == LineKind::notes;
    };
    for (std::size_t i = 0; i < lines.size();) {
        const auto mark = is_prose(i) ? citation_mark(lines[i].of(text)) : std::string_view();
        auto end = i + 1;
        while (!mark.empty() && end < lines.size() && is_prose(end) && lines[end].of(text).starts_with(mark)) ++end;
        auto above = i;
        if (above > 0 && lines[above - 1].kind == LineKind::blank) --above;
        const bool attributed = above > 0 && is_prose(above - 1) && is_attribution_end(lines[above - 1].of(text));
        if (!mark.empty() && (attributed || (end - i > 1 && is_initials(mark))))
            for (auto k = i; k < end; ++k) lines[k].kind = LineKind::quoted;
        i = end;
    }
}

/// Names of headers, and with which bytes lines begin that have one of them.
template <std::size_t N>
struct Names {
    std::array<std::string_view, N> names;
    std::array<bool, 256> begins{};

    consteval explicit Names(const std::string_view (&all)[N]) : names(std::to_array(all)) {
        for (const std::string_view name : names) begin_with(name.front()), begin_with(to_lower(name.front()));
    }

private:
    constexpr void begin_with(char c) { begins.at(static_cast<unsigned char>(c)) = true; }
};

/// Whether a line is a header of one of these names: `Sent: x`, `*Sent:* x`, `发送时间：x`.
template <std::size_t N>
bool is_header_of(std::string_view s, const Names<N>& names) noexcept {
    eat(s, "*");
    if (s.empty() || !names.begins[static_cast<unsigned char>(s.front())]) return false;
    return std::ranges::any_of(names.names, [&](std::string_view name) {
        if (!starts_with_any_case(s, name)) return false;
        auto rest = s.substr(name.size());
        eat(rest, "*");
        return rest.starts_with(':') || rest.starts_with(" :") || rest.starts_with("：");
    });
}

constexpr Names<9> kFromNames({"From", "Von", "De", "Da", "Fra", "发件人", "寄件者", "差出人", "보낸 사람"});

/// The header that Outlook and its like put above a copy of the mail that is answered. They alone write `Sent:`; a
/// patch that is pasted in has `Date:`.
bool is_copied_header(std::string_view text, const std::vector<Line>& lines, std::size_t i) noexcept {
    static constexpr Names<12> kSent({"Sent", "Gesendet", "Envoyé", "Enviado", "Inviato", "Sendt", "发送时间", "已发送",
                                      "发送日期", "寄件日期", "送信日時", "보낸 날짜"});
    static constexpr Names<11> kSubject(
        {"Subject", "Betreff", "Objet", "Asunto", "Assunto", "Oggetto", "Emne", "主题", "主旨", "件名", "제목"});
    static constexpr std::size_t kMostLines = 12;  // folded ones included
    if (!is_header_of(lines[i].of(text), kFromNames)) return false;
    bool sent = false;
    for (auto k = i + 1; k < lines.size() && k < i + kMostLines; ++k) {
        const auto s = lines[k].of(text);
        if (is_blank(s)) return false;
        if (is_header_of(s, kSubject)) return sent;
        sent = sent || is_header_of(s, kSent);
    }
    return false;
}

std::size_t skip_blank(std::string_view text, const std::vector<Line>& lines, std::size_t i) noexcept {
    while (i < lines.size() && is_blank(lines[i].of(text))) ++i;
    return i;
}

/// `---- Original Message ----` above a header. Rules with other words stand above patches that are pasted in.
bool is_copied_below_rule(std::string_view text, const std::vector<Line>& lines, std::size_t i) noexcept {
    static constexpr auto kWords = std::to_array<std::string_view>(
        {"original message", "original appointment", "message d'origine", "message original", "mensaje original",
         "mensagem original", "messaggio originale", "nachricht", "原始邮件", "邮件原件", "原邮件", "原始郵件"});
    auto words = trim_left(lines[i].of(text));
    if (!words.starts_with("---")) return false;
    words = trim_right(words);
    if (!words.ends_with("---")) return false;
    while (words.starts_with('-')) words.remove_prefix(1);
    while (words.ends_with('-')) words.remove_suffix(1);
    while (eat(words, " ") || eat(words, "&nbsp;")) {
    }
    const bool named =
        (starts_with_any_case(words, "original") && words.size() <= std::string_view("original&nbsp;").size()) ||
        std::ranges::any_of(kWords, [&](std::string_view word) { return contains_any_case(words, word); });
    if (!named) return false;
    const auto below = skip_blank(text, lines, i + 1);
    return below < lines.size() && is_header_of(lines[below].of(text), kFromNames);
}

/// "On Monday the 3rd, A. U. Thor wrote:" of a program that puts no `>` before what it quotes: none stands below it
/// (`quotes` is behind the last one). What is indented there is a quote of the author's own.
bool is_copied_below_attribution(std::string_view text, const std::vector<Line>& lines, std::size_t i,
                                 std::size_t quotes) noexcept {
    if (i < quotes || !may_start_attribution(lines[i].of(text))) return false;
    const auto s = trim_right(lines[i].of(text));
    if (!is_attribution_start(trim_right(s.substr(0, s.size() - s.ends_with(':')))) || !is_attribution_end(s) ||
        !has_writing_verb(s) || s.starts_with('*') || std::ranges::none_of(s, is_digit))
        return false;
    const auto below = skip_blank(text, lines, i + 1);
    return below < lines.size() && !is_space(lines[below].of(text).front());
}

/// The place behind the last line that has a mark of quoting.
std::size_t end_of_quotes(std::string_view text, const std::vector<Line>& lines) noexcept {
    const auto last = std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) {
        const auto mark = trim_left(line.of(text));
        return mark.starts_with('>') || mark.starts_with('|');
    });
    return static_cast<std::size_t>(lines.rend() - last);
}

/// The first line of such a copy, with the rule or `-----Original Message-----` above it; the number of lines where
/// there is none. Without an answer above it somebody only passes a patch on, but below an attribution answers stand
/// between the lines or at the end.
std::size_t find_copy(std::string_view text, const std::vector<Line>& lines) noexcept {
    const auto quotes = end_of_quotes(text, lines);
    bool prose = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (prose && is_copied_below_rule(text, lines, i)) return i;
        // A log can begin with such words, but not with an address.
        const bool sure = prose || lines[i].of(text).find('@') != std::string_view::npos;
        if (sure && is_copied_below_attribution(text, lines, i, quotes)) return i;
        if (prose && is_copied_header(text, lines, i)) {
            auto above = i - 1;
            if (above > 0 && is_blank(lines[above].of(text))) --above;
            const auto s = trim_left(lines[above].of(text));
            return s.starts_with("---") || s.starts_with("___") ? above : i;
        }
        prose = prose || !is_blank(lines[i].of(text));
    }
    return lines.size();
}

/// Reads a copy for its encoded bytes; all else of it is one quote.
void append_copy(std::string_view text, std::vector<Line> copy, std::vector<Line>& lines) {
    for (Line& line : scan_lines(text, std::move(copy)).lines) {
        line.file = -1;
        if (line.kind != LineKind::binary) line.kind = is_blank(line.of(text)) ? LineKind::blank : LineKind::quoted;
        lines.push_back(line);
    }
}

}  // namespace

char letter(LineKind kind) noexcept { return kLetters[static_cast<std::size_t>(kind)]; }

std::string letters(const std::vector<Line>& lines) {
    std::string out;
    out.reserve(lines.size());
    for (const Line& line : lines) out += letter(line.kind);
    return out;
}

Anatomy dissect(std::string_view text) {
    auto lines = split_lines(text);
    const auto copy = lines.begin() + static_cast<std::ptrdiff_t>(find_copy(text, lines));
    std::vector<Line> copied(copy, lines.end());
    lines.erase(copy, lines.end());
    auto scan = scan_lines(text, std::move(lines));
    settle_sections(text, scan.lines, find_sections(scan.dividers));
    settle_prose(text, scan.lines);
    mark_envelope(text, scan.lines);
    mark_citations(text, scan.lines);
    mark_attributions(text, scan.lines);
    mark_trailers(text, scan.lines);
    const bool corrupt = std::ranges::any_of(scan.corrupt, [&](std::size_t i) { return scan.lines[i].file >= 0; });
    append_copy(text, std::move(copied), scan.lines);
    return {std::move(scan.lines), scan.cut_short, corrupt};
}

std::vector<Line> classify(std::string_view text) { return dissect(text).lines; }

}  // namespace patchseek::patch
