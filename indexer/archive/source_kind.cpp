// SPDX-License-Identifier: GPL-2.0-or-later
#include "source_kind.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "markdown.hpp"
#include "mbox.hpp"
#include "patchseek/base/ascii.hpp"

namespace patchseek::archive {
namespace {

constexpr auto kKinds = std::to_array<std::pair<SourceKind, const char*>>({{SourceKind::mbox, "mbox"},
                                                                           {SourceKind::message, "message"},
                                                                           {SourceKind::markdown, "markdown"},
                                                                           {SourceKind::diff, "diff"}});

std::string_view without_lead(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto first = text.find_first_not_of("\r\n");
    return first == text.npos ? std::string_view() : text.substr(first);
}

std::string_view line_at(std::string_view text, std::size_t pos) {
    return text.substr(pos, std::min(text.find('\n', pos), text.size()) - pos);
}

bool is_known_header(std::string_view line) {
    static constexpr auto kKnown = std::to_array<std::string_view>(
        {"from:", "to:", "subject:", "date:", "message-id:", "received:", "return-path:", "content-type:",
         "mime-version:", "delivered-to:", "x-patchwork-id:", "list-id:", "in-reply-to:", "cc:", "reply-to:"});
    return std::ranges::any_of(kKnown, [&](std::string_view known) {
        return line.size() > known.size() && starts_with_any_case(line, known);
    });
}

// A header block: every line up to the first blank one a field or a continuation, and at least two of the fields such
// as only mail has.
bool has_header(std::string_view text) {
    int known = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto line = line_at(text, pos);
        if (line.empty() || line == "\r") break;
        // The probe may end inside a line, which then tells nothing.
        if (pos > 0 && pos + line.size() == text.size() && !is_header_line(line)) break;
        const bool continuation = pos > 0 && (line.front() == ' ' || line.front() == '\t');
        if (!continuation && !is_header_line(line) && !is_separator(line)) return false;
        known += !continuation && is_known_header(line);
        pos += line.size() + 1;
    }
    return known >= 2;
}

// A diff that may have prose above it, but no Markdown fence: documentation shows diffs too.
bool has_diff(std::string_view text) {
    bool after_old = false;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto line = line_at(text, pos);
        if (line.starts_with("```")) return false;
        if (line.starts_with("diff --git ") || line.starts_with("Index: ") || (after_old && line.starts_with("+++ ")))
            return true;
        after_old = line.starts_with("--- ");
        pos += line.size() + 1;
    }
    return false;
}

/// What git log and git show print of a commit: its diff alone would be a mail without author, date and title.
bool is_git_log(std::string_view text) {
    const auto first = line_at(text, 0);
    constexpr std::string_view kCommit = "commit ";
    if (!first.starts_with(kCommit) || first.size() < kCommit.size() + 7) return false;
    const auto id = first.substr(kCommit.size());
    if (!std::ranges::all_of(id.substr(0, id.find_first_of(" \r")), is_hex)) return false;
    const auto second = line_at(text, std::min(first.size() + 1, text.size()));
    return second.starts_with("Author: ") || second.starts_with("Merge: ") || second.starts_with("tree ");
}

}  // namespace

const char* name(SourceKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)].second; }

std::optional<SourceKind> kind_named(std::string_view name) noexcept {
    for (const auto& [kind, text] : kKinds)
        if (name == text) return kind;
    return std::nullopt;
}

std::optional<SourceKind> detect(std::string_view beginning) noexcept {
    const auto text = without_lead(beginning);
    const auto first = line_at(text, 0);
    if (is_separator(first)) {
        const auto next = first.size() + 1;
        if (next < text.size() && is_header_line(line_at(text, next))) return SourceKind::mbox;
    }
    if (has_header(text)) return SourceKind::message;
    if (text.find('\0') != text.npos) return std::nullopt;
    if (is_git_log(text)) return std::nullopt;
    if (is_dump(text)) return SourceKind::markdown;
    if (has_diff(text)) return SourceKind::diff;
    return std::nullopt;
}

std::string why_no_mail(std::string_view beginning) {
    if (beginning.find('\0') != beginning.npos) return "binary, skipped";
    if (is_git_log(without_lead(beginning)))
        return "what git log or git show prints is no mail, skipped; git format-patch --stdout makes mail of commits";
    return "holds no mail, skipped";
}

}  // namespace patchseek::archive
