#pragma once

#include <xapian.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "query/plan.hpp"

/// How answers are ranked. This is the one place that says it; schema.hpp has the areas'
/// weights, word_source.cpp and pair_source.cpp the formula in code, tests/bench/ranking measures it.
///
/// A word is looked for in all its areas at once, as BM25F does it: what it counts
/// in each area is weighed, evened out by the message's length and added up, and
/// only the sum saturates. So a word that stands in subject, log and diff is one
/// piece of evidence, not three.
///
///     score = sum over words of  rarity^1.5 * t / (4 + t) * kind      and over pairs, see below
///     t     = sum over areas of  weight * occurrences / (1 - b + b * length / mean length)
///
/// - Areas: a subject outweighs a path, a path a log, a log what a diff adds or removes,
///   that a context line; quotes give nothing. b is 0 for the subject, 0.4 for prose, 0.75 for
///   a diff: a long patch is hardly less about its log than a short one.
/// - Words: in prose a word counts by its stem, and a quarter more as it was typed.
/// - Rarity is ln(1 + (N - n + 0.5) / (n + 0.5)), where n counts the messages that have
///   the word in the log, if it is looked for there: what authors say tells better than
///   code how much a word says. Of other fields the area that has it most often decides.
///   It counts with an exponent, since the few rare words of a sentence are its subject.
/// - Beside rarer ones, in an OR, words of rarity under kCommon (in every eighth log or
///   more) find but give nothing.
/// - Pairs: two words that stand side by side in the query give up to 0.4 of the lesser rarity
///   if they stand so, in order, in subject and log, less if in one of them, if one word is
///   between them, or if they are swapped. Of a long query the eight pairs of the rarest words.
/// - Kinds: a reply gives 0.8 of this, a pull request 0.9.
/// - Of equal scores the newest comes first: a later version before an older one.
///
/// Weights were tuned on git's history, where commits name others by id and say in
/// their own words what those did, and measured on such sentences held out.
namespace patchseek::rank {

/// By what the length of a message evens out a count.
enum class LengthNorm : std::uint8_t { none, prose, diff };

/// A term that finds a word.
struct RankedTerm {
    std::string term;
    double weight;  ///< 0: finds only
    LengthNorm norm;
};

/// A word, by all terms that find it.
struct RankedWord {
    std::string word;
    std::vector<RankedTerm> terms;
    double rarity;
};

/// Two words that stand side by side in a query: their terms in subject and log.
struct RankedPair {
    std::string name;  ///< `page fault`
    std::vector<std::pair<std::string, std::string>> terms;
    double rarity;
};

inline constexpr double kCommon = 2.0;

/// How rare what stands in `n` of `all` messages is.
double rarity(double n, double all);

/// Makes queries that give weight. A word matches what any of its terms does.
class Ranking {
public:
    virtual ~Ranking() = default;
    virtual Xapian::Query word(RankedWord word) = 0;
    virtual Xapian::Query pair(RankedPair pair) = 0;
};

/// A word of a plan of kind words, as it ranks; `stem` is the word itself where stems do not count.
RankedWord ranked_word(const query::Plan& plan, const std::string& word, const std::string& stem,
                       const Xapian::Database& db);
/// The same for a plan of kind prefix, with the terms it stands for in each of its scopes.
RankedWord ranked_prefix(const query::Plan& plan, const std::vector<std::vector<std::string>>& terms,
                         const Xapian::Database& db);

}  // namespace patchseek::rank
