// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "patchseek/tokens/analyzer.hpp"
#include "query/plan.hpp"
#include "reader/statistics.hpp"
#include "weights.hpp"

/// What words and pairs of words are worth: from a plan and an index to queries that give weight. The formula and
/// its numbers stand in weights.hpp.
namespace patchseek::rank {

/// How the length of a message normalizes a count of occurrences: kProseLength, kDiffLength.
enum class LengthNormalization : std::uint8_t { none, prose, diff };

/// A term that finds a word.
struct RankedTerm {
    std::string term;
    double weight;  ///< 0: finds only
    LengthNormalization length;
    double messages = 0;  ///< that have it
};

/// A word, by all terms that find it.
struct RankedWord {
    std::string word;
    std::vector<RankedTerm> terms;
    double rarity;
};

/// Two words that stand side by side in a query.
struct RankedPair {
    std::string name;                                        ///< `page fault`
    std::vector<std::pair<std::string, std::string>> terms;  ///< of the two words, in subject and in log
    double rarity;
};

/// How rare something is that stands in `n` of `all` messages.
double rarity(double n, double all);
/// What a word gives at most.
double most_of(const RankedWord& word);

/// Scores are multiples of 2^-24, rounded down to them.
double rounded(double score);

/// Makes queries that give weight. A word matches what any of its terms does; a pair, what has both words near each
/// other.
class Ranking {
public:
    virtual ~Ranking() = default;
    virtual Xapian::Query word(RankedWord word) = 0;
    virtual Xapian::Query pair(RankedPair pair) = 0;
    /// All messages, each with `score`: for a filter.
    virtual Xapian::Query touched(const std::string& path, double score) = 0;
};

/// A word of a plan of kind words, as it ranks; `stem` is the word itself where stems do not count.
RankedWord ranked_word(const query::Plan& plan, const std::string& word, const std::string& stem,
                       const reader::Statistics& statistics);
/// The same for a plan of kind prefix, with the terms it stands for in each of its scopes.
RankedWord ranked_prefix(const query::Plan& plan, const std::vector<std::vector<std::string>>& terms,
                         const reader::Statistics& statistics);

/// A word that may be typed side by side with others: no phrase, nothing to prove.
bool is_word(const query::Plan& plan);

/// Of each child of an OR whether it is a word that finds but gives nothing, since others say so much more (kCommon):
/// `the` beside `writeback`. `rarity_of` tells how rare a word is. All false of other plans.
std::vector<bool> common_words(const query::Plan& plan, const std::function<double(const query::Plan&)>& rarity_of);

/// An OR without these, which are the longest lists to read. It finds all messages of the plan that get a score, with
/// the score that they get there: if these fill a page, it is the page of the plan. Nothing if the plan is no OR or has
/// no such word.
std::optional<query::Plan> without_common_words(const query::Plan& plan, tokens::Analyzer& analyzer,
                                                const reader::Statistics& statistics);

}  // namespace patchseek::rank
