// SPDX-License-Identifier: GPL-2.0-or-later
#include "commit_joins.hpp"

#include <algorithm>
#include <map>

#include "commits/history.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"
#include "relate/joins.hpp"
#include "relate/keys.hpp"

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

namespace patchseek::storage {
namespace {

using relate::Pairing;
using Likenesses = std::vector<store::Likeness>;  ///< sorted

std::optional<std::uint32_t> known(const Likenesses& likenesses, relate::Hash content, std::uint32_t commit) {
    const auto it = std::ranges::lower_bound(likenesses, store::Likeness{content, commit, 0});
    if (it == likenesses.end() || it->content != content || it->commit != commit) return std::nullopt;
    return it->percent;
}

}  // namespace

std::string commits_file(const store::Repository& repository, std::uint64_t generation) {
    return std::string(layout::kCommits) + '/' + layout::numbered((repository.key + '-').c_str(), generation);
}

Result<Done> CommitJoins::read(const std::vector<store::Repository>& repositories) {
    for (std::size_t i = 0; i < repositories.size(); ++i) {
        if (repositories[i].file.empty()) continue;
        auto history = commits::History::open(index_ / repositories[i].file);
        if (!history) return history.error();
        auto keys = history->keys();
        parts_.push_back({i, repositories[i].file, std::move(*history), std::move(keys)});
    }
    return Done{};
}

bool CommitJoins::make_diffs(const store::Repository& repository, Part& part,
                             std::vector<archive::Problem>& problems) const {
    const auto wanted = joiner_.diffs_wanted(part.keys);
    const auto made = part.history.make_diffs(repository.path, wanted, processors());
    if (!made) {
        problems.push_back({repository.path,
                            made.error().message + "; commits are joined with mail without their diffs",
                            made.error().kind});
        return false;
    }
    problems.insert(problems.end(), made->problems.begin(), made->problems.end());
    if (made->changed) part.keys = part.history.keys();
    return made->changed;
}

// Whether anything changed.
bool CommitJoins::compare(Part& part, const Sketch& sketch) const {
    std::map<relate::Facts::Number, std::vector<std::uint32_t>> sketches;
    Likenesses wanted;
    for (const Pairing& pair : joiner_.likenesses_wanted(part.keys)) {
        const auto content = facts_[pair.message].content;
        auto percent = known(part.history.likenesses(), content, pair.commit);
        if (!percent) {
            const auto [it, is_new] = sketches.try_emplace(pair.message);
            if (is_new) it->second = sketch(pair.message);
            percent = relate::likeness(part.history.commits()[pair.commit].diff->sketch, it->second);
        }
        wanted.push_back({content, pair.commit, *percent});
    }
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (wanted == part.history.likenesses()) return false;
    part.history.likenesses() = std::move(wanted);
    return true;
}

Result<Done> CommitJoins::complete(store::Manifest& manifest, const Sketch& sketch,
                                   std::vector<archive::Problem>& problems) {
    for (Part& part : parts_) {
        store::Repository& repository = manifest.repositories[part.repository];
        const bool has_new_diffs = make_diffs(repository, part, problems);
        if (!compare(part, sketch) && !has_new_diffs) continue;
        part.file = repository.file = commits_file(repository, manifest.generation);
        // What links others has no such folder of its own before.
        std::error_code error;
        const auto folder = (index_ / part.file).parent_path();
        fs::create_directory(folder, error);
        if (error) return system_error("cannot make '" + folder.native() + "'", error.value());
        if (auto put = replace_file(index_ / part.file, part.history.encoded()); !put) return put;
    }
    return Done{};
}

std::vector<relate::Committed> CommitJoins::join(store::RelationTables& tables) const {
    std::vector<relate::Committed> out;
    for (const Part& part : parts_) {
        const auto place = static_cast<std::uint32_t>(tables.repositories.size());
        tables.repositories.push_back(part.file);
        const auto likeness = [&](const Pairing& pair) {
            return known(part.history.likenesses(), facts_[pair.message].content, pair.commit).value_or(0);
        };
        for (const relate::CommitJoin& join : joiner_.joins(part.keys, likeness)) {
            tables.joins.push_back(
                {join.pair.message, place, join.pair.commit, static_cast<std::uint16_t>(join.way), join.sure});
            out.push_back({join.pair.message, part.keys[join.pair.commit].committed});
        }
    }
    return out;
}

}  // namespace patchseek::storage
