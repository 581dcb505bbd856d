#pragma once

#include <xapian.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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

}  // namespace patchseek::rank
