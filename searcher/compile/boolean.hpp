// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "query/plan.hpp"
#include "reader/positions.hpp"

/// Queries that only decide, made so that Xapian 1.4 does what they say.
namespace patchseek::compile {

/// All messages. Not Query::MatchAll: its reference count is shared and races between threads.
inline Xapian::Query everything() { return Xapian::Query(std::string()); }

/// The same messages, without weight.
inline Xapian::Query unweighted(const Xapian::Query& query) { return {Xapian::Query::OP_SCALE_WEIGHT, query, 0.0}; }

/// Of a plan of kind range.
Xapian::Query range_query(const query::Plan& plan);

/// What `wanted` finds and `excluded` does not. Not always Xapian's own OP_AND_NOT: a conjunction below its right side
/// is never told how much its parts can give, reads that from memory it has not set, and now and then leaves out what
/// it should find (1.4.22); so it is asked as a query of its own.
Xapian::Query without(const Xapian::Query& wanted, const Xapian::Query& excluded);

/// The messages that an odd number of `parts`, at least one, find. Not Xapian's own OP_XOR: it follows a null pointer
/// when it comes to its end in one of several databases (1.4.22). Each part stands bit_ceil(parts.size()) times in it.
Xapian::Query exclusive(std::span<const Xapian::Query> parts);

/// Words that stand together.
struct Phrase {
    std::vector<std::string> terms;
    std::size_t window = 0;  ///< less than this from the first of them to the last
    bool ordered = true;     ///< in the order of the terms
};

/// The messages that have any of these; no weight. Not Xapian's own OP_PHRASE and OP_NEAR, which need positions in its
/// tables; but these it is where no positions are given: what only is shown has the terms then. With signed words
/// (tokens/signed_words.hpp), only what has all of them, or may have them. Throws a Failure, also when it runs.
/// `is_proven`: the text of what it finds is proven to have the words side by side in these places, so where phrases
/// are looked for in some documents alone (ShardPositions::look_at), it finds more of them: all with the signed words.
Xapian::Query phrase_query(std::vector<Phrase> phrases, std::shared_ptr<reader::ShardPositions> positions,
                           const std::vector<std::string>& signed_words = {}, bool is_proven = false);
/// What a query finds, with signed words as above. Throws a Failure.
Xapian::Query with_signed_words(const Xapian::Query& found, const std::vector<std::string>& signed_words,
                                const std::shared_ptr<reader::ShardPositions>& positions);

}  // namespace patchseek::compile
