#pragma once

#include <xapian.h>

#include <functional>
#include <string>

#include "patchseek/base/result.hpp"
#include "plan.hpp"

/// Last stage of a query: plan -> Xapian::Query.
namespace patchseek::query {

/// Most terms that all `*` of one query together may stand for.
inline constexpr std::size_t kMaxExpansion = 10'000;
/// Fewest letters before a `*`.
inline constexpr std::size_t kMinPrefix = 2;

/// Joins a proof to the query that narrows for it: a query that matches what both do.
using Prove = std::function<Xapian::Query(const Xapian::Query& narrow, const Proof& proof)>;

/// Makes the query for `db`, whose terms are looked up to expand `*`, globs and
/// abbreviations. An expansion over its limit, of these or of XOR, is an Error with its place. Throws
/// what Xapian throws.
Result<Xapian::Query> compile(const Plan& plan, const Xapian::Database& db, text::Analyzer& analyzer,
                              const Prove& prove);

}  // namespace patchseek::query
