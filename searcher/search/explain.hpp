#pragma once

#include <xapian.h>

#include <map>
#include <string>
#include <vector>

#include "query/plan.hpp"

/// What --explain shows of the index and of an answer.
namespace patchseek::search {

/// Term prefix to the weight its matches count with.
using Weights = std::map<std::string, double, std::less<>>;

/// The weights of all parts of a plan that rank, stems included.
Weights weights_of(const query::Plan& plan);

/// `Skvm 12, Lkvm 40`: how many messages have each term of the query; of many the first.
std::string frequencies(const Xapian::Query& query, const Xapian::Database& db);

/// Why a message matches: each term it has, how often, in how many messages, and what it
/// gave to the score. Of a word with a `*` the terms count as one, so there the
/// parts can add up to more than the whole.
std::vector<std::string> reasons(const Xapian::Enquire& enquire, const Xapian::MSetIterator& hit,
                                 const Xapian::Database& db, const Weights& weights, const std::string& id);

}  // namespace patchseek::search
