// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {

std::string_view person(std::string_view mailbox) {
    const auto bracket = mailbox.rfind('<');
    std::string_view name = trim(mailbox.substr(0, bracket));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = trim(name.substr(1, name.size() - 2));
    if (!name.empty() || bracket == mailbox.npos) return name;
    return trim(mailbox.substr(bracket + 1, mailbox.find('>', bracket) - bracket - 1));
}

namespace {

constexpr std::string_view kIndent = "    ";
constexpr std::size_t kShownFiles = 3;

std::string clean(std::string_view text) { return text::visible(text, text::Breaks::blank); }

/// How wide a subject may be.
struct Room {
    unsigned width = 0;  ///< columns; 0: no limit
    bool cut = false;    ///< to one line
};

std::string subject(const reader::Hit& hit, std::string_view base, bool colour, Room room) {
    const std::string& text = hit.record.subject;
    // A subject of spaces must not look like a line of another hit.
    if (trim(text).empty()) return paint("(no subject)", base, colour);
    const auto begin = text.find_first_not_of(" \t\r\n");
    auto marks = hit.subject_marks;
    for (reader::Mark& mark : marks)
        mark = {mark.begin - std::min(mark.begin, begin), mark.end - std::min(mark.end, begin)};
    const auto shown = std::string_view(text).substr(begin);
    return room.cut ? paint_line(shown, {}, base, colour, room.width)
                    : paint_words(shown, marks, base, colour, room.width, kIndent);
}

// "3 files +18 -7"; lines are left out when nothing tells them.
std::string change(const std::vector<patch::FileChange>& files) {
    std::string out = fmt::format("{} {}", files.size(), files.size() == 1 ? "file" : "files");
    std::uint64_t adds = 0, dels = 0;
    bool known = false;
    for (const patch::FileChange& file : files) {
        known = known || file.adds || file.dels;
        adds += file.adds.value_or(0);
        dels += file.dels.value_or(0);
    }
    if (known) out += fmt::format(" +{} -{}", adds, dels);
    return out;
}

std::string author(const store::Record& record) {
    return clean(person(record.author.empty() ? record.from : record.author));
}

std::string details(const reader::Hit& hit, const Style& style) {
    const store::Record& record = hit.record;
    Flow line(style.width, kIndent, "  ");
    line.add(author(record));
    line.add((record.date ? iso_day(*record.date) : std::nullopt).value_or("no date"));
    line.add(store::name(record.kind));
    if (!record.files.empty()) line.add(change(record.files));
    line.add_id("<" + clean(record.id) + ">", record.id, style, hit.archived_at);
    return line.text();
}

// The files that were asked for, then the others, as far as there is room.
std::string paths(const reader::Hit& hit, const Style& style) {
    const auto& files = hit.record.files;
    std::vector<std::size_t> order = hit.matched_files;
    const auto asked = [&](std::size_t i) {
        return std::ranges::find(hit.matched_files, i) != hit.matched_files.end();
    };
    for (std::size_t i = 0; i < files.size() && order.size() < kShownFiles; ++i)
        if (!asked(i)) order.push_back(i);
    order.resize(std::min(order.size(), kShownFiles));
    Flow line(style.width, kIndent, " | ");
    for (const std::size_t i : order) {
        std::string name = files[i].old.empty() ? std::string() : clean(files[i].old) + " => ";
        name += clean(files[i].path);
        line.add(name, asked(i) ? sgr::kMark : sgr::kPlain, style.colour);
    }
    if (files.size() > kShownFiles) line.add(fmt::format("and {} more", files.size() - kShownFiles), {}, false, " ");
    return line.text();
}

// "in replies: Reviewed-by Jane Doe, Tested-by Bert"; what the patch says itself is left out.
std::string credits(const reader::Hit& hit, unsigned width) {
    constexpr std::size_t kShown = 6;
    std::vector<patch::Trailer> seen = hit.record.trailers;
    Flow line(width, kIndent, ", ");
    std::size_t count = 0;
    for (const reader::Credited& one : hit.relations.credited) {
        if (std::ranges::find(seen, one.trailer) != seen.end()) continue;
        seen.push_back(one.trailer);
        if (++count > kShown) continue;
        line.add((count == 1 ? "in replies: " : "") + clean(one.trailer.name) + ' ' + clean(person(one.trailer.value)));
    }
    if (count > kShown) line.add(fmt::format("and {} more", count - kShown), {}, false, " ");
    return count == 0 ? std::string() : line.text();
}

/// How a line looks, by its kind as Snippet::kind has it.
struct Look {
    char sign;  ///< as diffs have it; 0 for prose
    std::string_view colour;
};
Look look(char kind) {
    switch (kind) {
        case '+': return {'+', sgr::kAdded};
        case '-': return {'-', sgr::kRemoved};
        case '=': return {' ', sgr::kPlain};
        case '@': return {0, sgr::kHunk};
        default: return {0, sgr::kPlain};
    }
}

std::string snippet_line(const reader::Snippet& snippet, const Style& style) {
    const Look as = look(snippet.kind);
    std::string_view text = snippet.text;
    // The sign stands in a column of its own. A mailer may have eaten that of a context line.
    const std::size_t cut = as.sign != 0 && text.starts_with(as.sign) ? 1 : 0;
    text.remove_prefix(cut);
    auto marks = snippet.marks;
    for (reader::Mark& mark : marks)
        mark = {mark.begin - std::min(mark.begin, cut), mark.end - std::min(mark.end, cut)};
    const auto indent = static_cast<unsigned>(kIndent.size());
    const unsigned room = style.width == 0 ? 0 : std::max(style.width, indent + 20) - indent;
    const std::string lead = as.sign == 0 ? std::string(kIndent) : std::string("  ") + as.sign + " ";
    auto shown = without_tabs(text, 0, std::move(marks));
    fit_indent(shown, 0, room);
    return paint(lead, as.colour, style.colour) + paint_line(shown.text, shown.marks, as.colour, style.colour, room);
}

}  // namespace

std::string author_of(const reader::Hit& hit) { return author(hit.record); }

std::string heading(const reader::Hit& hit, const Style& style) {
    Flow line(style.width, kIndent, "  ");
    line.add(author(hit.record));
    line.add((hit.record.date ? iso_day(*hit.record.date) : std::nullopt).value_or("no date"));
    line.add_id("<" + clean(hit.record.id) + ">", hit.record.id, style, hit.archived_at);
    return subject(hit, sgr::kBold, style.colour, {style.width}) + '\n' + line.text();
}

std::string text_block(const reader::Hit& hit, const Style& style) {
    std::string out = subject(hit, sgr::kBold, style.colour, {style.width});
    (out += '\n') += details(hit, style);
    if (!hit.record.files.empty()) (out += '\n') += paths(hit, style);
    if (const auto given = credits(hit, style.width); !given.empty()) (out += '\n') += given;
    for (const reader::Snippet& snippet : hit.snippets) (out += '\n') += snippet_line(snippet, style);
    for (const std::string& reason : hit.why) ((out += '\n') += kIndent) += "why: " + clean(reason);
    return out;
}

namespace {

std::string shown_id(const reader::Hit& hit, bool whole) {
    const bool cut = !whole && !hit.short_id.empty() && hit.short_id.size() < hit.record.id.size();
    return clean(cut ? hit.short_id : hit.record.id) + (cut ? "\u2026" : "");
}

/// How `oneline` is lined up.
struct Columns {
    std::size_t width = 0;   ///< of all; 0: nothing is lined up or cut
    std::size_t author = 0;  ///< names are filled up and cut to so many
    bool whole_ids = true;
};

Columns columns_for(const reader::Page& page, std::size_t width) {
    constexpr std::size_t kDay = 10, kMostAuthor = 16, kFairSubject = 60;
    Columns out{width};
    if (width == 0) return out;
    std::size_t id = 0;
    for (const reader::Hit& hit : page.hits) {
        out.author = std::max(out.author, text::columns(author(hit.record)));
        id = std::max(id, text::columns(shown_id(hit, true)));
    }
    out.author = std::min(out.author, kMostAuthor);
    out.whole_ids = kDay + 1 + out.author + 2 + kFairSubject + 2 + id <= width;
    return out;
}

std::string blanks(std::size_t taken, std::size_t width) { return std::string(width - std::min(taken, width), ' '); }

std::string one_line(const reader::Hit& hit, const Columns& columns, const Style& style) {
    const auto day = hit.record.date ? iso_day(*hit.record.date) : std::nullopt;
    std::string who = author(hit.record);
    if (columns.author > 0) who = paint_line(who, {}, {}, false, static_cast<unsigned>(columns.author));
    if (who.empty()) who = "-";
    const std::string id = shown_id(hit, columns.whole_ids);
    const std::string lead = day.value_or("----------") + ' ' + who + blanks(text::columns(who), columns.author) + "  ";
    const std::string last = "  " + paint_id(id, hit.record.id, style, hit.archived_at);
    if (columns.width == 0) return lead + subject(hit, sgr::kPlain, style.colour, {}) + last;
    constexpr std::size_t kLeast = 20;
    const std::size_t taken = text::columns(lead) + 2 + text::columns(id);
    const std::size_t room = std::max(columns.width, taken + kLeast) - taken;
    const std::string shown = subject(hit, sgr::kPlain, false, {static_cast<unsigned>(room), true});
    return lead + subject(hit, sgr::kPlain, style.colour, {static_cast<unsigned>(room), true}) +
           blanks(text::columns(shown), room) + last;
}

}  // namespace

void write_one_lines(const reader::Page& page, const Style& style, Output& out) {
    const Columns columns = columns_for(page, style.width);
    for (const reader::Hit& hit : page.hits)
        if (!out.failed()) out.write(one_line(hit, columns, style) + style.record_end);
}

namespace {

std::string_view colour_of(patch::LineKind kind) {
    switch (kind) {
        case patch::LineKind::added: return sgr::kAdded;
        case patch::LineKind::removed: return sgr::kRemoved;
        case patch::LineKind::hunk: return sgr::kHunk;
        case patch::LineKind::header: return sgr::kBold;
        default: return sgr::kPlain;
    }
}

void write_headers(std::string_view headers, Output& out) {
    while (!headers.empty()) {
        const auto end = headers.find('\n');
        out.write(text::visible(headers.substr(0, end), text::Breaks::blank));
        out.write("\n");
        headers.remove_prefix(end == headers.npos ? headers.size() : end + 1);
    }
}

void write_coloured(std::string_view body, Output& out) {
    const auto lines = patch::classify(body);
    for (std::size_t i = 0; i < lines.size() && !out.failed(); ++i) {
        // Up to the next line, so that the colours change nothing of what is shown.
        const std::size_t end = i + 1 < lines.size() ? lines[i + 1].begin : body.size();
        std::string text = text::visible(body.substr(lines[i].begin, end - lines[i].begin), text::Breaks::keep);
        if (text.ends_with('\n')) text.pop_back();
        out.write(paint(text, colour_of(lines[i].kind), true));
        out.write("\n");
    }
}

void write_plain(std::string_view body, Output& out) {
    out.write(text::visible(body, text::Breaks::keep));
    if (!body.empty() && body.back() != '\n') out.write("\n");
}

}  // namespace

void write_message(const reader::Hit& hit, const Style& style, Output& out) {
    write_headers(hit.text.headers, out);
    for (const reader::Credited& one : hit.relations.credited)
        out.write(text::visible("In-reply: " + one.trailer.name + ": " + one.trailer.value + "  <" + one.reply + '>',
                                text::Breaks::blank) +
                  "\n");
    if (!hit.text.headers.empty() || !hit.relations.credited.empty()) out.write("\n");
    if (style.colour)
        write_coloured(hit.text.body, out);
    else
        write_plain(hit.text.body, out);
}

namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

constexpr sys_seconds kFirst = sys_days{year{0} / 1 / 1};
constexpr sys_seconds kEnd = sys_days{year{10000} / 1 / 1};

std::string day(sys_days date) {
    const std::chrono::year_month_day parts(date);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                       static_cast<unsigned>(parts.day()));
}

bool can_write(std::int64_t since_1970) {
    return since_1970 >= kFirst.time_since_epoch().count() && since_1970 < kEnd.time_since_epoch().count();
}

}  // namespace

std::optional<std::string> iso_day(std::int64_t since_1970) {
    if (!can_write(since_1970)) return std::nullopt;
    return day(std::chrono::floor<days>(sys_seconds{seconds{since_1970}}));
}

std::optional<std::string> iso_time(std::int64_t since_1970) {
    if (!can_write(since_1970)) return std::nullopt;
    const sys_seconds time{seconds{since_1970}};
    const sys_days date = std::chrono::floor<days>(time);
    const auto left = (time - date).count();
    return fmt::format("{}T{:02}:{:02}:{:02}Z", day(date), left / 3600, left / 60 % 60, left % 60);
}

}  // namespace patchseek::render
