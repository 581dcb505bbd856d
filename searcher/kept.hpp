// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"

/// Queries that a user keeps under a name, and what each has found so far.
///
/// A query is a file of its own, `$XDG_CONFIG_HOME/patchseek/queries/NAME` (else below ~/.config), so that two programs
/// that save at the same time lose nothing of each other. What was found is `$XDG_STATE_HOME/patchseek/seen/` (else
/// below
/// ~/.local/state), a file for each query and index. Both are replaced whole (base/file.hpp). Errors are of kind usage
/// for names and for a user without a home, else what the file system says.
namespace patchseek {

struct KeptQuery {
    std::string name, query;
};

/// All of them, by name, with those of the section [saved] of the configuration, which stand behind those that were
/// saved.
Result<std::vector<KeptQuery>> kept_queries();

/// Keeps a query, in place of the one that had its name. The query must be one that can be understood; what is wrong
/// with it is an Error with its place there.
Result<Done> keep_query(const std::string& name, const std::string& query);

/// Whether a query can be understood, as if it were kept under that name.
Result<Done> check_kept(const std::string& name, const std::string& query);

/// Forgets a query and what it has found.
Result<Done> forget_query(const std::string& name);

/// A query with what is kept in the place of each `saved:NAME` (query/readings.hpp).
Result<std::string> with_kept(std::string_view query);

/// Which messages runs of a kept query have found in one index, told by their contents; `index` is what
/// name_of_indexes() (common.hpp) gives. One run has it at a time: the
/// next waits for it, so that no two show the same.
class FoundBefore {
public:
    static Result<FoundBefore> read(const std::string& name, const std::string& index);
    bool has(const store::Record& record) const;
    /// Adds messages, and replaces the file. Killed before the end it is what it was.
    Result<Done> add(std::span<const reader::Hit> hits);

private:
    Result<Done> load();

    std::filesystem::path file_;
    UniqueFd lock_;
    std::vector<std::string> digests_;  ///< sorted; the beginnings of Record::digest
};

}  // namespace patchseek
