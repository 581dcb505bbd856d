#pragma once

#include <xapian.h>

#include <string>
#include <vector>

#include "rank/scorer.hpp"
#include "reader/database.hpp"

/// What --explain shows of the index and of an answer.
namespace patchseek::search {

/// A query as it ran.
struct Explained {
    const Xapian::Query& query;
    const Xapian::Query& plain;  ///< the same in terms alone
    rank::Scorer* scorer;        ///< null if nothing weighs
};

/// `Skvm 12, Lkvm 40`: how many messages have each term of the query; of many the first.
std::string frequencies(const Xapian::Query& query, const Xapian::Database& db);

/// Why a message matches: of each word and pair of words what it gave to the score, and the
/// terms by which it was found; these add up to the score. Then the terms that only decide.
std::vector<std::string> reasons(const Explained& explained, Xapian::docid id, reader::Database& database,
                                 const std::string& message_id);

}  // namespace patchseek::search
