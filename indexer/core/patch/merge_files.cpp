// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge_files.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/path_tails.hpp"

namespace patchseek::patch {
namespace {

constexpr auto kNone = PathTails::kNone;
constexpr auto kMany = PathTails::kMany;

using PathMap = std::unordered_map<std::string_view, std::size_t>;

std::size_t find(const PathMap& paths, std::string_view path) {
    const auto found = paths.find(path);
    return found == paths.end() ? kNone : found->second;
}

bool has_old_name(const FileChange& file) { return file.op == Op::rename || file.op == Op::copy; }

/// `rename a => b => c (100%)`: a name has an arrow in it, who knows which.
bool is_doubtful(const FileChange& summary) {
    const auto odd = [](std::string_view name) { return name.find_first_of("{}|\">") != name.npos; };
    return odd(summary.path) || odd(summary.old);
}

/// Files that tails are looked up in, sorted at the first question, since few messages
/// ask. Their paths must not move.
template <class Files>
class Known {
public:
    explicit Known(const Files& files) : files_(files) {}

    /// The place of the only file that `entry` can mean, without those in `taken`.
    std::size_t find(const StatEntry& entry, const auto& taken) {
        const auto skip = [&](std::size_t i) { return taken.contains(i) || !may_mean(entry, files_[i]); };
        return tails().find(entry.change.path, entry.change.fragment, skip);
    }
    std::size_t count(const StatEntry& entry) { return tails().count(entry.change.path, entry.change.fragment); }

private:
    static bool may_mean(const StatEntry& entry, const FileChange& file) {
        return !entry.renamed || has_old_name(file);
    }
    const PathTails& tails() {
        if (!tails_) {
            std::vector<std::string_view> paths;
            for (const FileChange& file : files_) paths.push_back(trim_right(file.path));  // as it is shown
            tails_.emplace(paths);
        }
        return *tails_;
    }

    const Files& files_;
    std::optional<PathTails> tails_;
};

/// Adds what a diffstat knows to what is known of the file. `cut`: the file's diff is
/// not whole, so its own counts are too low.
void fill(FileChange& file, const FileChange& entry, bool cut) {
    if (cut || !file.adds) file.adds = entry.adds;
    if (cut || !file.dels) file.dels = entry.dels;
    file.binary = file.binary || entry.binary;
    file.mode_changed = file.mode_changed || entry.mode_changed;
}

/// The diff of a renamed submodule does not tell its old name.
void fill_old(FileChange& file, const FileChange& summary) {
    if (file.op != Op::modify || !has_old_name(summary)) return;
    file.op = summary.op;
    file.old = summary.old;
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

/// What an entry turned out to mean.
struct Target {
    std::size_t file = kNone;     ///< of the files with a diff
    std::size_t summary = kNone;  ///< of the summary lines
    bool unsure = false;          ///< its numbers may be another file's
};

class Merger {
public:
    Merger(std::vector<FileChange> diffs, std::vector<FileChange> summaries, bool cut)
        : summaries_(std::move(summaries)), used_(summaries_.size()) {
        whole_diffs_ = cut ? 0 : diffs.size();
        for (FileChange& change : diffs) add_diff(std::move(change));
        if (!cut) last_ = kNone;
        // A diffstat shows no blank at a name's end.
        for (std::size_t i = 0; i < files_.size(); ++i)
            if (files_[i].path.back() == ' ') by_path_.emplace(trim_right(files_[i].path), i);
        diffs_.assign(files_.begin(), files_.end());
        for (std::size_t i = 0; i < summaries_.size(); ++i) by_summary_.emplace(summaries_[i].path, i);
    }

    /// `entries`: of all blocks.
    void add_block(const std::vector<StatEntry>& block, std::size_t entries);

    MergedFiles finish() && {
        for (std::size_t i = 0; i < summaries_.size(); ++i)
            if (!used_[i]) add_summary(summaries_[i]);
        return {{std::make_move_iterator(files_.begin()), std::make_move_iterator(files_.end())}, complete_};
    }

private:
    /// Who has which file of the current diffstat: its place -> the entry's.
    using Claims = std::unordered_map<std::size_t, std::size_t>;

    void add_diff(FileChange change) {
        if (change.path.empty()) return;
        last_ = find(by_path_, change.path);
        if (last_ != kNone) return join_diffs(files_[last_], change);
        last_ = push(std::move(change));
    }
    std::size_t push(FileChange change) {
        files_.push_back(std::move(change));
        // A tail is no name: another file may be called so.
        if (!files_.back().partial) by_path_.emplace(files_.back().path, files_.size() - 1);
        return files_.size() - 1;
    }
    void add_summary(FileChange change) {
        const auto index = find(by_path_, change.path);
        if (index == kNone && is_doubtful(change) && is_misread(change)) return;
        if (index == kNone)
            push(std::move(change));
        else {
            fill(files_[index], change, false);
            fill_old(files_[index], change);
        }
    }
    /// "a => b" may be a name, and is when every entry has its diff. But the diff of a
    /// renamed submodule tells the old name only.
    bool is_misread(const FileChange& change) const {
        return all_have_diffs_ && (change.old.empty() || find(by_path_, change.old) == kNone);
    }
    void resolve(const std::vector<StatEntry>& block, std::size_t i);
    void claim(Claims& claims, std::size_t place, std::size_t entry) {
        if (place != kNone && place != kMany) claims.emplace(place, entry);
    }
    bool is_covered(const StatEntry& entry, const Target& target);
    void apply(const StatEntry& entry, const Target& target);

    std::deque<FileChange> files_;  // a deque: the paths in it are keys and must not move
    std::vector<FileChange> diffs_, summaries_;
    std::vector<bool> used_;
    PathMap by_path_, by_summary_;
    Known<std::vector<FileChange>> known_diffs_{diffs_}, known_summaries_{summaries_};
    std::vector<Target> targets_;
    Claims file_claims_, summary_claims_;
    std::unordered_map<std::string, std::size_t> spare_;  ///< tail that several files end in -> how many are left
    std::size_t last_ = kNone;                            ///< the diff that is not whole
    std::size_t whole_diffs_ = 0;
    bool all_have_diffs_ = false;  ///< there are as many diffs as entries
    bool complete_ = true;
};

void Merger::resolve(const std::vector<StatEntry>& block, std::size_t i) {
    const StatEntry& entry = block[i];
    Target& target = targets_[i];
    if (!entry.change.partial) {
        target.file = find(by_path_, entry.change.path);
        target.summary = find(by_summary_, entry.change.path);
    } else {
        target.file = known_diffs_.find(entry, file_claims_);
        target.summary = known_summaries_.find(entry, summary_claims_);
        const auto other = known_summaries_.find(entry, Claims{});
        if (target.summary == kNone && other != kNone && other != kMany) {
            // Who took it first may have been the wrong one.
            const auto first = summary_claims_.at(other);
            const bool better = !block[first].change.partial || (block[first].renamed && !entry.renamed);
            targets_[first].unsure = targets_[first].unsure || !better;
        }
    }
    // A tail may end a diff's path and another one's summary line: that one is left.
    const bool both = std::max(target.file, target.summary) < kMany;
    if (both && files_[target.file].path != summaries_[target.summary].path) target.summary = kNone;
    claim(file_claims_, target.file, i);
    claim(summary_claims_, target.summary, i);
}

/// Whether the files that end in the entry's tail are enough for all entries that do.
bool Merger::is_covered(const StatEntry& entry, const Target& target) {
    const auto& change = entry.change;
    if (target.file != kMany && (target.file != kNone || target.summary != kMany)) return false;
    const auto [at, first] = spare_.try_emplace((change.fragment ? "..." : ".../") + change.path, 0);
    if (first) at->second = target.file == kMany ? known_diffs_.count(entry) : known_summaries_.count(entry);
    if (at->second == PathTails::kMaxAlike) return true;
    return at->second > 0 && at->second-- > 0;
}

void Merger::apply(const StatEntry& entry, const Target& target) {
    if (is_covered(entry, target)) {
        complete_ = complete_ && target.file == kMany;
        return;
    }
    auto index = target.file == kMany ? kNone : target.file;
    const bool has_summary = target.summary != kNone && target.summary != kMany;
    if (has_summary) used_[target.summary] = true;
    if (index == kNone && has_summary) index = find(by_path_, summaries_[target.summary].path);
    if (index == kNone && !entry.change.partial) index = find(by_path_, entry.change.path);
    const FileChange& named = has_summary ? summaries_[target.summary] : entry.change;
    if (index == kNone && entry.doubtful && is_misread(named)) return;
    complete_ = complete_ && index < diffs_.size();
    if (index == kNone && has_summary) index = push(summaries_[target.summary]);
    if (index != kNone && has_summary) fill_old(files_[index], summaries_[target.summary]);
    if (index == kNone)
        push(entry.change);
    else if (!target.unsure)
        fill(files_[index], entry.change, index == last_);
}

void Merger::add_block(const std::vector<StatEntry>& block, std::size_t entries) {
    all_have_diffs_ = entries <= whole_diffs_;
    targets_.assign(block.size(), {});
    file_claims_.clear();
    summary_claims_.clear();
    spare_.clear();
    // Who is certain chooses first: whole names, then those that show a rename.
    for (const int turn : {0, 1, 2})
        for (std::size_t i = 0; i < block.size(); ++i)
            if (turn == (!block[i].change.partial ? 0 : block[i].renamed ? 1 : 2)) resolve(block, i);
    for (std::size_t i = 0; i < block.size(); ++i) apply(block[i], targets_[i]);
}

}  // namespace

MergedFiles merge_files(std::vector<FileChange> diffs, const std::vector<std::vector<StatEntry>>& blocks,
                        std::vector<FileChange> summaries, bool cut) {
    Merger merger(std::move(diffs), std::move(summaries), cut);
    std::size_t entries = 0;
    for (const auto& block : blocks) entries += block.size();
    for (const auto& block : blocks) merger.add_block(block, entries);
    return std::move(merger).finish();
}

}  // namespace patchseek::patch
