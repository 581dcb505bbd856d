#pragma once

#include <xapian.h>

#include <optional>
#include <string>
#include <vector>

#include "patchseek/tokens/analyzer.hpp"
#include "query/pattern.hpp"
#include "reader/lexicon.hpp"

namespace patchseek::compile {

/// A query for the documents that may match a pattern, told by their words under
/// `prefixes`: every word of the text looked into must be a term under one of them. Words
/// that the pattern has whole are asked for as they are; where it cuts a word, by all
/// terms that have its piece at that place, if they are few enough.
///
/// Nothing where terms do not narrow: any document may match. Throws what Xapian throws.
std::optional<Xapian::Query> prefilter(const query::Pattern& pattern, const std::vector<std::string>& prefixes,
                                       const reader::Lexicon& lexicon, tokens::Analyzer& analyzer);

}  // namespace patchseek::compile
