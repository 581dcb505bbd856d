// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/plan.hpp"
#include "rank/ranking.hpp"
#include "reader/deadline.hpp"
#include "reader/lexicon.hpp"

/// Last stage of a query: plan -> Xapian::Query.
namespace patchseek::compile {

/// Makes the query for those of the candidates for which a proof holds.
using Prove = std::function<Xapian::Query(const Xapian::Query& candidates, const query::Proof& proof)>;

/// What relations between messages add to terms. One for each run: the answers are sets of
/// documents of now.
class Related {
public:
    Related() = default;
    Related(const Related&) = delete;
    Related& operator=(const Related&) = delete;
    virtual ~Related() = default;
    /// The messages that a plan of kind related asks for; `inner` is its child, compiled, and exact. Where the time is
    /// up before they are known, what `on_timeout` says.
    virtual Xapian::Query matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                                   query::OnTimeout on_timeout) = 0;
    /// `own` is the query of a plan that is credited: what it finds, and the patches to which replies that it finds
    /// give trailers.
    virtual Xapian::Query credited(const Xapian::Query& own, query::OnTimeout on_timeout) = 0;
    /// `own` is the query of a plan that asks for a version, a part, a total or a kind (query::is_placed()): what it
    /// finds, with each message as what its series makes it.
    virtual Xapian::Query placed(const query::Plan& plan, const Xapian::Query& own) = 0;
    /// `own` is the query of a plan of kind path, or of kind text for paths: what it finds, with each path that a
    /// message has cut short (`.../tail`) compared as it is when made whole.
    virtual Xapian::Query with_whole_paths(const query::Plan& plan, const Xapian::Query& own) = 0;
};

/// Makes the query for the database of a lexicon, whose terms are looked up to expand `*`, globs and
/// abbreviations; the deadline too must outlive the query. Without a ranking it only decides what matches; without
/// `related` nothing is related to anything. A `*` behind too few letters and an XOR of too many parts are an Error
/// with its place. Throws what Xapian throws.
Result<Xapian::Query> compile(const query::Plan& plan, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
                              const Prove& prove, reader::Deadline& deadline, rank::Ranking* ranking = nullptr,
                              Related* related = nullptr);

struct Compiled {
    Xapian::Query exact;
    std::vector<Xapian::Query> loose;  ///< the loosest first
};

/// The query of compile(), and the same, but loose: it finds at least what the other finds, with no lower scores, and
/// without what costs most. No texts are read; under NOT a proof counts as failed, and under XOR everything stays.
/// No loose one where the two would be the same; two where some words, typed with signs and no blank, need not even be
/// looked for by where they stand: of what the first finds most holds, or little.
Result<Compiled> compile_both(const query::Plan& plan, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
                              const Prove& prove, reader::Deadline& deadline, rank::Ranking* ranking = nullptr,
                              Related* related = nullptr);

/// Terms that a plan will ask an index for, as far as it says so itself: for reader::Ahead. Neither all of them, nor of
/// an index that has them.
struct Foreseen {
    std::vector<std::string> terms;
    std::vector<std::string> heads;   ///< beginnings of terms
    std::vector<std::string> places;  ///< terms of which it will be asked where they stand
    std::vector<unsigned> slots;      ///< value slots that are compared
};
Foreseen foresee(const query::Plan& plan, tokens::Analyzer& analyzer);

}  // namespace patchseek::compile
