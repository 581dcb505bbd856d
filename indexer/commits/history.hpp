// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/catalog.hpp"
#include "archive/git_history.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/commits.hpp"
#include "relate/joins.hpp"

/// The commits of a project's repository: read from it, and made into what an index keeps.
namespace patchseek::commits {

/// The diff of one commit, as store::CommitDiff has it.
struct MadeDiff {
    std::uint32_t commit = 0;  ///< number
    bool failed = false;
    std::uint64_t patch = 0;
    std::vector<std::string> paths;
    std::vector<std::uint32_t> sketch;
};

/// What an index knows of one repository, in memory to be changed.
class History {
public:
    History() = default;
    /// As the file of store::Commits has it. Kind no_input: no file; kind data: it is damaged.
    static Result<History> open(const std::filesystem::path& file);

    struct Options {
        std::vector<std::string> refs;  ///< empty: HEAD
        /// Called now and then with the number of new commits; false ends the work with kind busy.
        std::function<bool(std::uint64_t)> on_progress = nullptr;
    };
    struct Change {
        bool changed = false;
        std::uint64_t read = 0;  ///< commits that were not known
        std::vector<archive::Problem> problems;
    };
    /// Makes it what the repository holds now: reads commits that are new, forgets those that can be reached no more,
    /// works out tags. Commits that cannot be read are problems; what lies behind them is left out, as in a shallow
    /// clone. An Error leaves all as it was.
    Result<Change> update(const std::filesystem::path& repository, const Options& options);

    /// Makes the diffs of some commits, by number, if they are not there. Kind no_input and the like: the repository
    /// cannot be read. What cannot be made because objects are missing is tried again the next time.
    Result<Change> make_diffs(const std::filesystem::path& repository, const std::vector<std::uint32_t>& wanted,
                              unsigned jobs);

    const std::vector<store::Commit>& commits() const { return tables_.commits; }  ///< by number
    std::vector<store::Likeness>& likenesses() { return tables_.likenesses; }
    const std::vector<store::Likeness>& likenesses() const { return tables_.likenesses; }
    /// For the join with mail.
    std::vector<relate::CommitKeys> keys() const;
    std::string encoded() const { return store::encode(tables_); }

private:
    friend class Update;
    void take(MadeDiff made);
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

    std::optional<store::Commits> file_;  ///< that views point into
    std::deque<std::string> texts_;       ///< the same, of what is new
    store::CommitTables tables_;
};

/// What the text of a commit says, as UTF-8.
struct CommitText {
    std::string subject;                ///< its first paragraph, in one line
    std::vector<std::string> messages;  ///< as store::Commit has them
    std::vector<std::pair<store::CommitReference, std::string>> references;
    std::vector<std::pair<std::string, std::string>> trailers;
};
CommitText read_text(const archive::GitCommit& commit);

/// A name or an address in the charset of the commit, as UTF-8 in one line.
std::string read_name(const std::string& bytes, const archive::GitCommit& commit);

/// Numbers of commits so that each stands behind its parents; among those that are free, the oldest by its date first,
/// then by number. Of a history with a circle, which damage alone can make, the circle and what builds on it come last.
std::vector<std::uint32_t> parents_first(const std::vector<store::Commit>& commits);

/// Sets Commit::tag, and puts the tags in the order that store::CommitTag describes. n log n, and for each 64 tags
/// another n.
std::vector<store::CommitTag> place_tags(std::vector<store::Commit>& commits,
                                         const std::vector<std::pair<std::string, std::uint32_t>>& tags);

}  // namespace patchseek::commits
