#pragma once

#include <xapian.h>

#include <optional>
#include <string>
#include <vector>

#include "lexicon.hpp"
#include "patchseek/text/analyzer.hpp"
#include "pattern.hpp"

namespace patchseek::query {

/// A query for the documents that may match a pattern, told by their words under
/// `prefixes`: every word of the text looked into must be a term under one of them. Words
/// that the pattern has whole are asked for as they are; where it cuts a word, by all
/// terms that have its piece at that place, if they are few enough.
///
/// Nothing where terms do not narrow: any document may match. Throws what Xapian throws.
std::optional<Xapian::Query> narrow(const Pattern& pattern, const std::vector<std::string>& prefixes,
                                    const Lexicon& lexicon, text::Analyzer& analyzer);

}  // namespace patchseek::query
