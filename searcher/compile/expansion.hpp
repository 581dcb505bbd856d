#pragma once

#include <xapian.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "query/plan.hpp"

/// What depends on which terms an index has: the words that a `*` stands for, paths with globs.
namespace patchseek::compile {

/// The terms that a `*`, a glob or an abbreviation stands for, counted against the limit of one query.
/// The database must outlive it. Throws what Xapian throws.
class Expansion {
public:
    explicit Expansion(const Xapian::Database& db) : db_(db) {}

    /// All terms that begin with `head`; of these, if `wanted` is given, only those for which it is true. More
    /// than query::kMaxExpansion in one query are an Error at `offset` of the query.
    Result<std::vector<std::string>> terms(const std::string& head, std::size_t offset,
                                           const std::function<bool(std::string_view)>& wanted = nullptr);
    std::size_t count() const { return count_; }
    /// Sets the count back, for when the same part of a query is expanded again.
    void back_to(std::size_t count) { count_ = count; }

private:
    const Xapian::Database& db_;
    std::size_t count_ = 0;
};

/// What terms tell of a path (patch/path_terms.hpp).
struct PathQuery {
    Xapian::Query query;
    bool is_proof = true;  ///< else it finds candidates only: their paths must be compared with the pattern
};

/// Of a plan of kind path. An Error if a glob stands for too many terms. Throws what Xapian throws.
Result<PathQuery> path_query(const query::Plan& plan, Expansion& expansion);

/// The patches that touch what was typed as a word, if that can be a path: it has a slash or a dot, and no glob.
std::optional<Xapian::Query> patches_touching(const std::string& typed, Expansion& expansion);

}  // namespace patchseek::compile
