// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/patch.hpp"

#include <algorithm>

#include "diffstat.hpp"
#include "merge_files.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/diff.hpp"
#include "trailers.hpp"

namespace patchseek::patch {
namespace {

/// What the diffstats of a message say.
struct Stat {
    std::vector<std::vector<StatEntry>> blocks;  ///< entries of each diffstat
    std::vector<FileChange> summaries;
    std::optional<StatTotals> totals;  ///< summed over several diffstats
    std::size_t count = 0;             ///< of entries and summaries; no more than kMaxFiles are kept

    std::vector<FileChange> entries() const {
        std::vector<FileChange> all;
        for (const auto& block : blocks)
            for (const StatEntry& entry : block) all.push_back(entry.change);
        return all;
    }
};

void read_stat_line(std::string_view s, bool starts_block, Stat& stat) {
    if (auto entry = parse_stat_entry(s)) {
        if (++stat.count > kMaxFiles) return;
        if (starts_block) stat.blocks.emplace_back();
        stat.blocks.back().push_back(*std::move(entry));
    } else if (const auto totals = parse_stat_totals(s)) {
        if (!stat.totals) stat.totals.emplace();
        stat.totals->files += totals->files;
        stat.totals->adds += totals->adds;
        stat.totals->dels += totals->dels;
    }
}

Stat read_stat(std::string_view text, const std::vector<Line>& lines) {
    Stat stat;
    bool starts_block = true;
    for (const Line& line : lines) {
        const auto s = line.of(text);
        if (line.kind == LineKind::summary) {
            if (auto change = parse_summary_line(s); change && ++stat.count <= kMaxFiles)
                stat.summaries.push_back(*std::move(change));
        } else if (line.kind == LineKind::diffstat) {
            read_stat_line(s, starts_block, stat);
            starts_block = parse_stat_totals(s).has_value();
            continue;
        }
        starts_block = true;
    }
    return stat;
}

struct Sums {
    std::optional<std::uint32_t> adds, dels;
};

/// Absent when one file's number is: binary files have none and count nothing.
Sums add_up(const std::vector<FileChange>& files) {
    if (files.empty()) return {};
    Sums sums{0, 0};
    for (const FileChange& file : files) {
        if (file.binary) continue;
        if (!file.adds) sums.adds.reset();
        if (!file.dels) sums.dels.reset();
        if (sums.adds) *sums.adds += *file.adds;
        if (sums.dels) *sums.dels += *file.dels;
    }
    return sums;
}

/// Notes may hold the diffstat of a whole series. Where another block counts just the files that have a diff, that one
/// is the patch's own, and the others are talk.
void keep_own_block(const std::vector<FileChange>& diffs, std::vector<std::vector<StatEntry>>& blocks) {
    if (blocks.size() < 2) return;
    for (auto& block : blocks) {
        if (block.size() != diffs.size()) continue;
        const auto merged = merge_files(diffs, {block}, {}, false);
        if (!merged.complete || merged.files.size() != diffs.size()) continue;
        blocks = {std::vector<StatEntry>(block)};
        return;
    }
}

bool names_repository(std::string_view s) {
    s = trim(s);
    return s.find("://") != s.npos || s.starts_with("git@") || s.starts_with('/');
}

/// `are available in the Git repository at:` of git request-pull; without the colon
/// an address must follow, on the line or the next: people write so in prose too.
bool asks_to_pull(std::string_view body, const std::vector<Line>& lines, std::size_t i) {
    constexpr std::string_view kPhrase = "available in the git repository at";
    auto s = lines[i].of(body);
    while (s.size() >= kPhrase.size() && !starts_with_any_case(s, kPhrase)) s.remove_prefix(1);
    if (s.size() < kPhrase.size()) return false;
    s = trim(s.substr(kPhrase.size()));
    if (s.starts_with(':') || names_repository(s)) return true;
    if (!s.empty()) return false;
    ++i;
    while (i < lines.size() && lines[i].kind == LineKind::blank) ++i;
    return i < lines.size() && names_repository(lines[i].of(body));
}

void read_prose(std::string_view body, Patch& patch) {
    for (std::size_t i = 0; i < patch.lines.size(); ++i) {
        const Line& line = patch.lines[i];
        const auto s = line.of(body);
        if (line.kind == LineKind::log || line.kind == LineKind::notes) {
            if (!patch.pull_request) patch.pull_request = asks_to_pull(body, patch.lines, i);
        } else if (line.kind == LineKind::envelope) {
            if (!patch.inbody_from.empty() || !starts_with_any_case(s, "from:")) continue;
            patch.inbody_from = trim(s.substr(s.find(':') + 1));
            for (auto k = i + 1; k < patch.lines.size() && patch.lines[k].kind == LineKind::envelope; ++k) {
                const auto more = patch.lines[k].of(body);
                if (!is_space(more.front())) break;
                patch.inbody_from.append(" ").append(trim(more));
            }
        }
    }
}

/// A reply that is nothing but a patch keeps the trailers of that patch as its own, and gives none.
void read_credits(std::string_view body, std::string_view from, Patch& patch) {
    patch.trailers = read_trailers(body, patch.lines);
    const auto gives = [](const std::vector<Trailer>& trailers) {
        return std::ranges::any_of(trailers, [](const Trailer& t) { return gives_credit(t.name); });
    };
    patch.gives_credit = gives(patch.trailers);
    if (!patch.tag.reply) return;
    const auto indented = with_indented(body, patch.lines, from);
    if (indented.empty() && !patch.gives_credit) return;
    auto given = read_given_trailers(body, indented.empty() ? patch.lines : indented);
    patch.gives_credit = gives(given);
    if (patch.gives_credit) patch.trailers = std::move(given);
}

}  // namespace

Patch parse(std::string_view subject, std::string_view body, std::string_view from) {
    Patch patch;
    patch.tag = parse_subject(subject);
    auto anatomy = dissect(body);
    patch.lines = std::move(anatomy.lines);
    patch.cut_short = anatomy.cut_short;
    patch.corrupt = anatomy.corrupt;
    read_prose(body, patch);
    read_credits(body, from, patch);
    auto diff = read_diff(body, patch.lines);
    patch.has_diff = !diff.files.empty();
    patch.blobs = std::move(diff.blobs);
    auto stat = read_stat(body, patch.lines);
    patch.over_limit =
        stat.count > kMaxFiles || diff.files.size() == kMaxFiles || patch.trailers.size() == kMaxTrailers;
    if (patch.has_diff && !patch.cut_short && !patch.corrupt) keep_own_block(diff.files, stat.blocks);
    const Sums diff_sums = add_up(diff.files), entry_sums = add_up(stat.entries());
    const bool told = stat.totals || !stat.blocks.empty();
    auto merged = merge_files(std::move(diff.files), stat.blocks, std::move(stat.summaries), patch.cut_short);
    const bool whole = patch.has_diff && (!told || (merged.complete && !patch.cut_short && !patch.corrupt));
    patch.files = std::move(merged.files);
    const Sums sums = whole ? diff_sums : stat.totals ? Sums{stat.totals->adds, stat.totals->dels} : entry_sums;
    patch.adds = sums.adds;
    patch.dels = sums.dels;
    return patch;
}

}  // namespace patchseek::patch
