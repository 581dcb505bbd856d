#include "patch/patch.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <unordered_map>

#include "patch/characters.hpp"
#include "patch/diff.hpp"
#include "patch/diffstat.hpp"
#include "patch/dissect.hpp"
#include "patch/trailers.hpp"

namespace patchseek::patch {
namespace {

/// What the diffstats of a message say.
struct Stat {
    std::vector<StatEntry> entries;
    std::vector<FileChange> summaries;
    std::optional<StatTotals> totals;  ///< summed over several diffstats
};

Stat read_stat(std::string_view text, const std::vector<Line>& lines) {
    Stat stat;
    for (const Line& line : lines) {
        if (line.kind == LineKind::summary) {
            if (auto change = parse_summary_line(line.of(text))) stat.summaries.push_back(*std::move(change));
        } else if (line.kind == LineKind::diffstat) {
            if (auto entry = parse_stat_entry(line.of(text))) {
                stat.entries.push_back(*std::move(entry));
            } else if (const auto totals = parse_stat_totals(line.of(text))) {
                if (!stat.totals) stat.totals.emplace();
                stat.totals->files += totals->files;
                stat.totals->adds += totals->adds;
                stat.totals->dels += totals->dels;
            }
        }
    }
    return stat;
}

constexpr auto kNone = static_cast<std::size_t>(-1);
constexpr auto kMany = static_cast<std::size_t>(-2);

using PathMap = std::unordered_map<std::string_view, std::size_t>;

std::size_t find(const PathMap& paths, std::string_view path) {
    const auto found = paths.find(path);
    return found == paths.end() ? kNone : found->second;
}

/// Finds the one path that ends in a given way. Sorted by their reversed spelling at
/// the first question, since few messages ask.
class Tails {
public:
    explicit Tails(const PathMap& paths) : paths_(paths) {}

    /// `fragment`: the tail may begin inside a component. kMany when several fit.
    std::size_t find(std::string_view tail, bool fragment) {
        if (sorted_.empty()) sort();
        const auto first = std::ranges::lower_bound(sorted_, tail, reversed_less, &Entry::first);
        std::size_t found = kNone;
        // A whole tail may have to pass names it is a mere end of: `x.c`, `lex.c`.
        int left = kMaxNeighbours;
        for (auto at = first; at != sorted_.end() && at->first.ends_with(tail); ++at) {
            if (--left < 0) return kMany;
            const auto head = at->first.size() - tail.size();
            if (!fragment && head > 0 && at->first[head - 1] != '/') continue;
            if (found != kNone) return kMany;
            found = at->second;
        }
        return found;
    }

private:
    using Entry = std::pair<std::string_view, std::size_t>;
    static constexpr int kMaxNeighbours = 1000;

    static bool reversed_less(std::string_view a, std::string_view b) {
        return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
    }
    void sort() {
        sorted_.assign(paths_.begin(), paths_.end());
        std::ranges::sort(sorted_, reversed_less, &Entry::first);
    }
    const PathMap& paths_;
    std::vector<Entry> sorted_;
};

/// Adds what a diffstat knows to what is known of the file. `cut`: the file's diff is
/// not whole, so its own counts are too low.
void fill(FileChange& file, const FileChange& entry, bool cut) {
    if (cut || !file.adds) file.adds = entry.adds;
    if (cut || !file.dels) file.dels = entry.dels;
    file.binary = file.binary || entry.binary;
    file.mode_changed = file.mode_changed || entry.mode_changed;
}

/// A path that two diffs of a message touch is one file. git writes a change of type
/// (file to link) as a removal and a creation.
void join_diffs(FileChange& file, const FileChange& more) {
    const auto sum = [](std::optional<std::uint32_t>& to, std::optional<std::uint32_t> from) {
        if (from) to = to.value_or(0) + *from;
    };
    sum(file.adds, more.adds);
    sum(file.dels, more.dels);
    file.binary = file.binary || more.binary;
    file.mode_changed = file.mode_changed || more.mode_changed;
    if (file.op == Op::remove && more.op == Op::create) {
        file.op = Op::modify;
        file.mode_changed = true;
    } else if (file.op == Op::modify) {
        file.op = more.op;
        if (file.old.empty()) file.old = more.old;
    }
}

/// Makes one list of what diffs, entries and summary lines say. Diffs know best;
/// summary lines give the whole names and what became of the file; an entry that is
/// a tail belongs to the only diff, else to the only summary line, that ends in it.
/// Where several do, it says nothing that they do not, and goes.
class Merger {
public:
    /// `cut`: the last diff is not whole.
    Merger(std::vector<FileChange> diffs, std::vector<FileChange> summaries, bool cut)
        : summaries_(std::move(summaries)), used_(summaries_.size()) {
        for (FileChange& change : diffs) add_diff(std::move(change));
        if (!cut) last_ = kNone;
        diffs_end_ = files_.size();
        for (std::size_t i = 0; i < summaries_.size(); ++i) by_summary_.emplace(summaries_[i].path, i);
    }

    void add_entry(StatEntry entry);

    std::vector<FileChange> finish() && {
        for (std::size_t i = 0; i < summaries_.size(); ++i)
            if (!used_[i]) add_summary(summaries_[i]);
        return {std::make_move_iterator(files_.begin()), std::make_move_iterator(files_.end())};
    }

    /// Whether every entry's file has a diff.
    bool complete() const { return complete_; }

private:
    void add_diff(FileChange change) {
        if (change.path.empty()) return;
        last_ = find(by_path_, change.path);
        if (last_ != kNone) return join_diffs(files_[last_], change);
        last_ = push(std::move(change));
        diff_paths_.emplace(files_[last_].path, last_);
    }
    std::size_t push(FileChange change) {
        files_.push_back(std::move(change));
        // A tail is no name: another file may be called so.
        if (!files_.back().partial) by_path_.emplace(files_.back().path, files_.size() - 1);
        return files_.size() - 1;
    }
    void add_summary(FileChange change) {
        const auto index = find(by_path_, change.path);
        if (index == kNone)
            push(std::move(change));
        else
            fill(files_[index], change, false);
    }

    std::deque<FileChange> files_;  // a deque: the paths in it are keys and must not move
    std::vector<FileChange> summaries_;
    std::vector<bool> used_;
    PathMap by_path_, diff_paths_, by_summary_;
    Tails diff_tails_{diff_paths_}, summary_tails_{by_summary_};
    std::size_t last_ = kNone;  ///< the diff that is not whole
    std::size_t diffs_end_ = 0;
    bool complete_ = true;
};

void Merger::add_entry(StatEntry entry) {
    FileChange& change = entry.change;
    const auto look_up = [&](const PathMap& paths, Tails& tails) {
        return change.partial ? tails.find(change.path, entry.fragment) : find(paths, change.path);
    };
    const auto summary = look_up(by_summary_, summary_tails_);
    auto index = look_up(by_path_, diff_tails_);
    if (index == kMany || (index == kNone && summary == kMany)) {
        complete_ = complete_ && index == kMany;
        return;
    }
    if (summary != kNone && summary != kMany) {
        used_[summary] = true;
        if (index == kNone) index = find(by_path_, summaries_[summary].path);
        if (index == kNone) index = push(summaries_[summary]);
    }
    complete_ = complete_ && index < diffs_end_;
    if (index == kNone)
        push(std::move(change));
    else
        fill(files_[index], change, index == last_);
}

struct Sums {
    std::optional<std::uint32_t> adds, dels;
};

const FileChange& change_of(const FileChange& change) { return change; }
const FileChange& change_of(const StatEntry& entry) { return entry.change; }

/// Absent when one file's number is: binary files have none and count nothing.
Sums add_up(const auto& files) {
    if (files.empty()) return {};
    Sums sums{0, 0};
    for (const auto& item : files) {
        const FileChange& file = change_of(item);
        if (file.binary) continue;
        if (!file.adds) sums.adds.reset();
        if (!file.dels) sums.dels.reset();
        if (sums.adds) *sums.adds += *file.adds;
        if (sums.dels) *sums.dels += *file.dels;
    }
    return sums;
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
            auto* value = starts_with_any_case(s, "from:")      ? &patch.inbody_from
                          : starts_with_any_case(s, "subject:") ? &patch.inbody_subject
                                                                : nullptr;
            if (!value || !value->empty()) continue;
            *value = trim(s.substr(s.find(':') + 1));
            for (auto k = i + 1; k < patch.lines.size() && patch.lines[k].kind == LineKind::envelope; ++k) {
                const auto more = patch.lines[k].of(body);
                if (!is_space(more.front())) break;
                value->append(" ").append(trim(more));
            }
        }
    }
}

}  // namespace

Patch parse(std::string_view subject, std::string_view body) {
    Patch patch;
    patch.tag = parse_subject(subject);
    auto anatomy = dissect(body);
    patch.lines = std::move(anatomy.lines);
    patch.cut_short = anatomy.cut_short;
    read_prose(body, patch);
    patch.trailers = read_trailers(body, patch.lines);
    auto diff = read_diff(body, patch.lines);
    patch.has_diff = !diff.files.empty();
    patch.blobs = std::move(diff.blobs);
    auto stat = read_stat(body, patch.lines);
    const Sums diff_sums = add_up(diff.files), entry_sums = add_up(stat.entries);
    const bool told = stat.totals || !stat.entries.empty();
    Merger merger(std::move(diff.files), std::move(stat.summaries), patch.cut_short);
    for (StatEntry& entry : stat.entries) merger.add_entry(std::move(entry));
    const bool whole = patch.has_diff && (!told || (merger.complete() && !patch.cut_short));
    patch.files = std::move(merger).finish();
    const Sums sums = whole ? diff_sums : stat.totals ? Sums{stat.totals->adds, stat.totals->dels} : entry_sums;
    patch.adds = sums.adds;
    patch.dels = sums.dels;
    return patch;
}

}  // namespace patchseek::patch
