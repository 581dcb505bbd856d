// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/plan.hpp"
#include "reader/deadline.hpp"
#include "reader/positions.hpp"

/// What depends on which terms an index has: the words that a `*` stands for, paths with globs.
namespace patchseek::compile {

/// The terms that a `*`, a glob or an abbreviation stands for. Of these a query lists query::kMaxExpansion, all of its
/// parts together; what stands for more becomes a set of documents when it is searched for. The database and the
/// deadline must outlive it and the queries it makes. Throws what Xapian throws.
class Expansion {
public:
    Expansion(const Xapian::Database& db, std::shared_ptr<reader::ShardPositions> positions, reader::Deadline& deadline)
        : db_(db), positions_(std::move(positions)), deadline_(deadline) {}

    using Wanted = std::function<bool(std::string_view term)>;
    /// For each of `heads`, all terms that begin with it; of these, if `wanted` is given, only those for which it is
    /// true. Nothing if they are more than may be listed.
    std::optional<std::vector<std::vector<std::string>>> terms(const std::vector<std::string>& heads,
                                                               const Wanted& wanted = nullptr);
    /// The documents that have one of these terms, however many they are; it gives no weight. Of more than a few
    /// hundred all postings are read in each shard, once; where the time is up before that is done, what `on_timeout`
    /// says.
    Xapian::Query any_of(std::vector<std::string> heads, query::OnTimeout on_timeout, Wanted wanted = nullptr);
    /// The documents that have one of these terms, all of which are rare: all postings are read in each shard, once,
    /// however often the query is run.
    Xapian::Query any_of_rare(std::vector<std::string> terms, query::OnTimeout on_timeout);
    /// The documents that have any of these; none gives weight. Of more terms than a few hundred as any_of().
    Xapian::Query either(const std::vector<Xapian::Query>& parts, query::OnTimeout on_timeout);
    const std::shared_ptr<reader::ShardPositions>& positions() const { return positions_; }
    std::size_t count() const { return count_; }
    /// Sets the count back, for when the same part of a query is expanded again.
    void back_to(std::size_t count) { count_ = count; }

private:
    std::optional<std::vector<std::vector<std::string>>> list(const std::vector<std::string>& heads,
                                                              const Wanted& wanted, std::size_t most);

    const Xapian::Database& db_;
    std::shared_ptr<reader::ShardPositions> positions_;
    reader::Deadline& deadline_;
    std::size_t count_ = 0;
};

/// What terms tell of a path (patch/path_terms.hpp).
struct PathQuery {
    Xapian::Query query;
    bool is_proof = true;  ///< else it finds candidates only: their paths must be compared with the pattern
};

/// Of a plan of kind head. Throws what Xapian throws.
Xapian::Query values_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout);

/// Of a plan of kind hex. Throws what Xapian throws.
Xapian::Query hex_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout);

/// Of a plan of kind path. Throws what Xapian throws.
PathQuery path_query(const query::Plan& plan, Expansion& expansion, query::OnTimeout on_timeout);

/// The patches that touch what was typed as a word, if that can be a path: it has a slash or a dot, and no glob.
std::optional<Xapian::Query> patches_touching(const std::string& typed, Expansion& expansion);

}  // namespace patchseek::compile
