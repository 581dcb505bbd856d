// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "patchseek/tokens/analyzer.hpp"
#include "query/parser.hpp"
#include "query/tree.hpp"
#include "reader/deadline.hpp"
#include "reader/request.hpp"

namespace patchseek::reader {
struct Database;
}

/// What is said when nothing is found.
namespace patchseek::advice {

/// What a part of a query finds by itself.
struct Found {
    std::size_t matches = 0;
    std::vector<store::Record> some;  ///< as many as were asked for
};

/// What advice is found with. Asking may cost as much as a search.
struct Adviser {
    reader::Database& database;
    tokens::Analyzer& analyzer;
    reader::Deadline& deadline;  ///< when it has passed, no more is asked
    query::ParseOptions parsing;
    /// What a query finds, with at most so many records of it; nothing if it cannot be run.
    std::function<std::optional<Found>(const query::Node&, std::size_t)> ask;
    bool none = false;  ///< it is known that the query as a whole finds nothing
};

/// Fills Answer::parts and hints of an answer without matches: what each part of an AND finds alone, which one
/// empties the answer, and which queries, written as they can be typed, would find something: what the
/// query says in other languages than ours, the nearest spelling among terms that exist, the same word
/// elsewhere, a path that exists, the name a file had before or after. Throws what reader::guarded() catches.
void advise(const query::Node& root, const std::string& query, const Adviser& adviser, reader::Answer& answer);

}  // namespace patchseek::advice
