// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "archive/catalog.hpp"
#include "commits/history.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"
#include "patchseek/store/relations.hpp"
#include "relate/applied.hpp"
#include "relate/joins.hpp"
#include "relate/relate.hpp"

namespace patchseek::storage {

/// Joins the commits of an index's repositories with its messages, as part of the relations pass.
class CommitJoins {
public:
    /// The sketch of a message's diff (relate/keys.hpp), from its text.
    using Sketch = std::function<std::vector<std::uint32_t>(relate::Facts::Number)>;
    /// All of it outlives this.
    CommitJoins(const std::filesystem::path& index, const relate::Facts& facts, const relate::Related& related)
        : index_(index), facts_(facts), joiner_(facts, related.relations) {}

    /// Reads what the index knows of the commits of its repositories. An Error where a file is damaged or gone.
    Result<Done> read(const std::vector<store::Repository>& repositories);

    /// Makes the diffs and likenesses that are needed and that the files lack; files that change are written anew,
    /// synced, and named in the manifest, whose repositories were read, under its generation. A repository that cannot
    /// be read is a problem: the joins then do without.
    Result<Done> complete(store::Manifest& manifest, const Sketch& sketch, std::vector<archive::Problem>& problems);

    /// With what diffs and likenesses there are. Rows are Facts::Number. Of each join, when its commit was made.
    std::vector<relate::Committed> join(store::RelationTables& tables) const;

private:
    struct Part {
        std::size_t repository;  ///< place in the manifest
        std::string file;
        commits::History history;
        std::vector<relate::CommitKeys> keys;
    };
    bool make_diffs(const store::Repository& repository, Part& part, std::vector<archive::Problem>& problems) const;
    bool compare(Part& part, const Sketch& sketch) const;

    const std::filesystem::path& index_;
    const relate::Facts& facts_;
    relate::CommitJoiner joiner_;
    std::vector<Part> parts_;
};

/// The name of the file of a repository's commits, below the index, that a publication writes.
std::string commits_file(const store::Repository& repository, std::uint64_t generation);

}  // namespace patchseek::storage
