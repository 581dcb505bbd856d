// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <optional>
#include <set>

#include "history.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/patch_id.hpp"
#include "patchseek/patch/subject_tag.hpp"
#include "patchseek/text/visible.hpp"
#include "relate/keys.hpp"

namespace fs = std::filesystem;

namespace patchseek::commits {
namespace {

using archive::GitHistory;
using store::Commit;

constexpr std::size_t kMostProblems = 20;

MadeDiff made_of(std::uint32_t number, archive::GitDiff diff) {
    MadeDiff out{.commit = number};
    const auto lines = patch::classify(diff.text);
    const auto ids = patch::patch_ids(diff.text, lines);
    out.patch = ids.empty() ? 0 : relate::hash_of(ids.front());
    out.sketch = relate::sketch_of(diff.text, lines);
    if (diff.paths.size() > Commit::kMostPaths) diff.paths.resize(Commit::kMostPaths);
    for (const std::string& path : diff.paths)
        if (path.size() <= Commit::kLongest) out.paths.push_back(path);
    return out;
}

/// What one thread does.
struct Share {
    std::vector<std::pair<std::uint32_t, store::CommitId>> wanted;
    std::vector<MadeDiff> made;
    std::vector<archive::Problem> problems;
    std::optional<Error> error;

    void make(const fs::path& repository) {
        const auto git = GitHistory::open(repository);
        if (!git) error = git.error();
        for (std::size_t i = 0; git && i < wanted.size(); ++i) {
            const auto& [number, id] = wanted[i];
            auto diff = git->diff(id);
            if (diff)
                made.push_back(made_of(number, std::move(*diff)));
            else if (diff.error().kind == ErrorKind::resources)
                made.push_back({.commit = number, .failed = true});
            else if (problems.size() < kMostProblems)
                problems.push_back({repository.native(), diff.error().message, diff.error().kind});
        }
    }
};

}  // namespace

Result<History::Change> History::make_diffs(const fs::path& repository, const std::vector<std::uint32_t>& wanted,
                                            unsigned jobs) {
    std::vector<std::uint32_t> missing;
    std::ranges::copy_if(wanted, std::back_inserter(missing), [&](std::uint32_t number) {
        return !tables_.commits[number].diff && !tables_.commits[number].diff_failed;
    });
    Change change;
    if (missing.empty()) return change;
    const auto threads = std::min<std::size_t>(std::max(1U, jobs), missing.size());
    std::vector<Share> shares(threads);
    in_parallel(threads, [&](std::size_t thread) {
        for (std::size_t i = thread; i < missing.size(); i += threads)
            shares[thread].wanted.emplace_back(missing[i], tables_.commits[missing[i]].id);
        shares[thread].make(repository);
    });
    for (const Share& share : shares)
        if (share.error) return *share.error;
    for (Share& share : shares) {
        change.problems.insert(change.problems.end(), share.problems.begin(), share.problems.end());
        change.changed = change.changed || !share.made.empty();
        for (MadeDiff& one : share.made) take(std::move(one));
    }
    return change;
}

void History::take(MadeDiff made) {
    Commit& commit = tables_.commits[made.commit];
    commit.diff_failed = made.failed;
    if (made.failed) return;
    store::CommitDiff& diff = commit.diff.emplace();
    diff.patch = made.patch;
    diff.sketch = std::move(made.sketch);
    for (std::string& path : made.paths) diff.paths.push_back(keep(std::move(path)));
}

std::vector<relate::CommitKeys> History::keys() const {
    std::vector<relate::CommitKeys> out;
    out.reserve(tables_.commits.size());
    for (const Commit& commit : tables_.commits) {
        relate::CommitKeys& keys = out.emplace_back();
        // As the mail had it: "move it to v2.5" would end in a version without the tag.
        keys.title = relate::title_hash(patch::parse_subject("[PATCH] " + std::string(commit.subject)).title);
        const auto author =
            relate::person_of(std::string(commit.author) + " <" + std::string(commit.author_address) + '>');
        keys.author = author.name;
        keys.address = author.address;
        keys.committed = commit.committed;
        keys.merge = commit.parents.size() > 1;
        for (const auto id : commit.messages) keys.messages.push_back(relate::hash_of(id));
        if (!commit.diff) continue;
        keys.has_diff = true;
        keys.patch = commit.diff->patch;
        std::set<relate::Hash> paths;
        for (const auto path : commit.diff->paths) paths.insert(relate::hash_of(path));
        keys.paths.assign(paths.begin(), paths.end());
    }
    return out;
}

}  // namespace patchseek::commits
