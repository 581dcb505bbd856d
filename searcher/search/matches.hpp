// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstddef>
#include <string>
#include <vector>

#include "reader/database.hpp"
#include "reader/request.hpp"
#include "verify/proof_source.hpp"

/// What a query finds, as far as a page shows it.
namespace patchseek::search {

/// A message in its place in the order of a request.
struct Match {
    Xapian::docid id;  ///< in all shards together
    double score = 0;  ///< 0 where the order is not that of scores
    std::string key;   ///< what orders messages of one score; equal ones stand by their ids
};

struct Matches {
    std::vector<Match> found;  ///< in order
    std::size_t count = 0;     ///< of all that match; a lower bound or an estimate if not `exact`
    bool exact = false;
};

/// A query that is ready to run.
struct Search {
    reader::Database& database;
    const Xapian::Query& query;
    std::span<const Xapian::Query> loose;  ///< of compile_both(); none: the query itself
    verify::ProofScope& scope;             ///< of the proofs in the query; left at "all"
    const reader::Request& request;        ///< its order is looked at
    reader::Deadline& deadline;
    bool newest_first;     ///< the order is that of document numbers, in most shards
    std::size_t postings;  ///< of the words that give scores: what there is to read, at most
};

/// The first `wanted` matches. Candidates are found by the loose query and proven in the order of the page, no more of
/// them than it takes: a candidate's place is known when no unproven one can stand before it. Where they stand
/// by scores and few of them hold, all are proven instead. What is found, its scores and its order are the same either
/// way. Throws what Xapian and the sources throw.
Matches first_matches(const Search& search, std::size_t wanted);

/// How many match, exactly.
Matches count_matches(const Search& search);

}  // namespace patchseek::search
