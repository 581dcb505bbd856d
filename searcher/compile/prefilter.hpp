// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <optional>
#include <string>
#include <vector>

#include "expansion.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/pattern.hpp"
#include "reader/lexicon.hpp"

namespace patchseek::compile {

/// A query for all documents that may match a pattern, and as few others as their words can tell. A
/// match needs certain texts (Pattern::needs()), and a text needs its words: those that the pattern has
/// whole must be terms under one of `prefixes`; where the pattern cuts a word, one of the terms must be
/// there that have its piece at that place, if they are few enough to be listed. So each word of what
/// the pattern is looked for in must be a term under one of `prefixes`.
///
/// Nothing if words do not help: any document may match. Where the time is up before the rare words were read,
/// `on_timeout` says what is found. Throws what Xapian throws.
std::optional<Xapian::Query> prefilter(const query::Pattern& pattern, const std::vector<std::string>& prefixes,
                                       const reader::Lexicon& lexicon, tokens::Analyzer& analyzer, Expansion& expansion,
                                       query::OnTimeout on_timeout);

}  // namespace patchseek::compile
