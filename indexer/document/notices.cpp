// SPDX-License-Identifier: GPL-2.0-or-later
#include "notices.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "patchseek/base/ascii.hpp"

namespace patchseek::document {
namespace {

constexpr std::size_t kShortestCommit = 7, kLongestCommit = 40;
constexpr std::size_t kLongestTree = 63;
/// Lines that are not empty: those in which a notice begins, and those that are read of one.
constexpr std::size_t kFirst = 4, kMost = 2000;
constexpr std::size_t kMostParts = 300;

/// A line that is not empty, and whether an empty one stands before it.
struct Line {
    std::string_view text;  ///< without white space around it
    bool indented = false;
    bool after_gap = false;
};
using Lines = std::vector<Line>;

Lines lines_of(std::string_view body) {
    Lines out;
    for (bool gap = false; !body.empty() && out.size() < kMost;) {
        const auto raw = body.substr(0, body.find('\n'));
        body.remove_prefix(std::min(raw.size() + 1, body.size()));
        if (is_blank(raw))
            gap = true;
        else
            out.push_back({trim(raw), is_space(raw.front()), std::exchange(gap, false)});
    }
    return out;
}

// What stands between two texts; empty where they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const auto at = text.find(before);
    if (at == text.npos) return {};
    text.remove_prefix(at + before.size());
    const auto end = text.find(after);
    return end == text.npos ? std::string_view() : text.substr(0, end);
}

std::string with_branch(std::string_view tree, std::string_view branch) {
    if (branch.empty()) return short_tree(tree);
    return (short_tree(tree) + " (" + std::string(branch) + ')').substr(0, kLongestTree);
}

Applied one(std::string title, std::string tree, std::string commit = {}) {
    Applied out;
    out.parts.push_back({std::move(title), 0, 0, std::move(commit)});
    out.tree = std::move(tree);
    return out;
}

std::optional<Applied> of_tip(const patch::SubjectTag& subject, const Lines& lines) {
    std::string commit, branch;
    bool gitweb = false;
    for (std::size_t i = 0; i < lines.size() && i < 2 * kFirst; ++i) {
        auto text = lines[i].text;
        if (const auto found = between(text, "has been merged into the ", " branch of tip:"); !found.empty())
            branch = found;
        gitweb = gitweb || text.starts_with("Gitweb:");
        if (eat(text, "Commit-ID:") && is_commit(trim(text))) commit = lowered(trim(text));
    }
    for (std::string_view tag : subject.tags)
        if (eat(tag, "tip:") && branch.empty()) branch = tag;
    if (commit.empty() || !gitweb || subject.title.empty()) return std::nullopt;
    return one(subject.title, with_branch("tip", branch), std::move(commit));
}

// What follows "has been added to the -mm mm-unstable branch", "to the spi tree at" and the like.
std::string tree_in(const Lines& lines, std::size_t at, std::string_view text) {
    for (const std::string_view word : {"the ", "my "})
        if (eat(text, word)) break;
    if (text.ends_with(" at") && at + 1 < lines.size() && lines[at + 1].text.find("://") != text.npos)
        return short_tree(lines[at + 1].text);
    const auto end = std::min(text.find(" branch"), text.find(" tree"));
    const bool has_branch = end != text.npos && text.substr(end).starts_with(" branch");
    text = text.substr(0, std::min(end, text.find(". ")));
    const auto blank = text.rfind(' ');
    return has_branch && blank != text.npos ? with_branch(text.substr(0, blank), text.substr(blank + 1))
                                            : short_tree(text);
}

std::optional<Applied> removed(const Lines& lines, std::size_t at, std::string title) {
    auto out = one(std::move(title), {});
    out.dropped = true;
    for (std::size_t i = at + 1; i < lines.size() && i < at + 5; ++i) {
        const auto text = lines[i].text;
        if (text.find("was merged into") == text.npos) continue;
        out.dropped = false;
        auto tree = i + 1 < lines.size() ? lines[i + 1].text : std::string_view();
        const auto branch = between(text, "merged into the ", " branch");
        out.tree = eat(tree, "of ") ? with_branch(tree, branch) : short_tree(between(text, "merged into ", " tree"));
    }
    return out;
}

// The title stands on the lines from `at`, up to one that says what became of the patch.
std::optional<Applied> of_titled(const Lines& lines, std::size_t at) {
    std::string title;
    for (const auto first = at; at < lines.size() && at < first + 4; ++at) {
        auto text = lines[at].text;
        const bool to = at > first && (text.starts_with("to the ") || text.starts_with("to my "));
        if (text.starts_with("has been removed from ")) return removed(lines, at, std::move(title));
        for (const std::string_view verb : {"has been added to ", "has been applied to ", "has been merged to ", "to "})
            if ((verb != "to " || to) && at > first && eat(text, verb)) return one(title, tree_in(lines, at, text));
        if (at > first && lines[at].after_gap) return std::nullopt;
        eat(text, "Subject: ");
        if (title.size() < 1000) (title += title.empty() ? "" : " ") += text;
    }
    return std::nullopt;
}

std::optional<Applied> of_summary(const Lines& lines, std::size_t at) {
    auto tree = lines[at].text.substr(lines[at].text.find("applied to") + 10);
    if (trim(tree).empty() && at + 1 < lines.size()) tree = lines[at + 1].text;
    Applied out;
    out.tree = short_tree(trim(tree));
    for (bool listed = false; ++at < lines.size() && lines[at].text != "--";) {
        auto text = lines[at].text;
        const bool named = eat(text, "Patch: ");
        listed = eat(text, "Patches: ") || (listed && lines[at].indented && text.starts_with('['));
        if ((named || listed) && out.parts.size() < kMostParts) out.parts.push_back({patch::parse_subject(text).title});
    }
    return out.parts.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

bool is_commit(std::string_view word) {
    return word.size() >= kShortestCommit && word.size() <= kLongestCommit && std::ranges::all_of(word, is_hex);
}

std::string short_tree(std::string_view tree) {
    for (const std::string_view head : {"/linux/kernel/git/", "/pub/scm/", "://"})
        if (const auto at = tree.find(head); at != tree.npos) tree.remove_prefix(at + head.size());
    while (!tree.empty() && (tree.back() == ':' || tree.back() == ',' || tree.back() == '.')) tree.remove_suffix(1);
    return std::string(trim(tree).substr(0, kLongestTree));
}

std::optional<Applied> notice_of(const patch::SubjectTag& subject, std::string_view body) {
    const auto lines = lines_of(body);
    for (std::size_t i = 0; i < lines.size() && i < kFirst; ++i) {
        const auto text = lines[i].text;
        if (text.starts_with("Commit-ID:") || text.ends_with(" branch of tip:")) return of_tip(subject, lines);
        const bool titled = text == "The patch" || text == "The patch titled" || text == "The quilt patch titled" ||
                            text.ends_with("just added the patch titled");
        if (titled) return of_titled(lines, i + 1);
        if (text.starts_with("The following patches were marked \"accepted\"") && text.find("applied to") != text.npos)
            return of_summary(lines, i);
    }
    return std::nullopt;
}

}  // namespace patchseek::document
