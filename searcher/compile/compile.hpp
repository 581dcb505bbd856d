#pragma once

#include <xapian.h>

#include <functional>
#include <optional>
#include <string>

#include "expansion.hpp"
#include "patchseek/base/result.hpp"
#include "query/plan.hpp"
#include "rank/ranking.hpp"
#include "reader/lexicon.hpp"

/// Last stage of a query: plan -> Xapian::Query.
namespace patchseek::compile {

/// Joins a proof to the query that narrows for it: a query that matches what both do.
using Prove = std::function<Xapian::Query(const Xapian::Query& narrow, const query::Proof& proof)>;

/// What relations between messages add to terms. One for each run: the answers are sets of
/// documents of now.
class Related {
public:
    Related() = default;
    Related(const Related&) = delete;
    Related& operator=(const Related&) = delete;
    virtual ~Related() = default;
    /// What a plan of kind related asks; `inner` is its child. When time is up, `unproven` has what that counts as.
    virtual Xapian::Query matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                                   query::Unproven unproven) = 0;
    /// What `own`, of a plan that is credited, finds, and the patches to which replies that it finds give trailers.
    virtual Xapian::Query credited(const Xapian::Query& own, query::Unproven unproven) = 0;
    /// What `own` finds of the paths that messages have themselves, with cut ones made whole. The plan is of kind path,
    /// or of kind text and looks into paths.
    virtual Xapian::Query with_whole_paths(const query::Plan& plan, const Xapian::Query& own) = 0;
};

/// Makes the query for the database of a lexicon, whose terms are looked up to expand `*`, globs and
/// abbreviations. Without a ranking it only decides what matches; without `related` nothing is related to
/// anything. An expansion over its limit, of these or of XOR, is an Error with its place. Throws what
/// Xapian throws.
Result<Xapian::Query> compile(const query::Plan& plan, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
                              const Prove& prove, rank::Ranking* ranking = nullptr, Related* related = nullptr);

}  // namespace patchseek::compile
