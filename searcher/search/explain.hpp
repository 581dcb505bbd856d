// SPDX-License-Identifier: GPL-2.0-or-later
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

/// A score as it is shown.
std::string number(double score);

/// `Skvm 12, Lkvm 40`: how many messages have each term of the query; of many terms only the first.
std::string frequencies(const Xapian::Query& query, const reader::Statistics& statistics);

/// Why a message matches: what each word and pair of words gave to the score, which add up to it, with the
/// terms by which it was found; then the terms that only decide. Runs the query again for this message.
std::vector<std::string> reasons(const Explained& explained, Xapian::docid id, reader::Database& database,
                                 const std::string& message_id);

}  // namespace patchseek::search
