// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "patchseek/schema/schema.hpp"

/// How answers are ranked: the formula, and every number in it save the weights of areas (subject, log, added lines),
/// which are a column of the table of areas in schema.hpp, since a plan prints them and the highlighter reads them too.
/// tests/bench/ranking measures what a change does.
///
/// A word is looked for in all its areas at once, as BM25F does it: its occurrences in each area are weighted,
/// normalized by the length of the message and added up, and only the sum saturates. So a word that stands in
/// subject, log and diff is one piece of evidence, not three.
///
///     score = sum over words of  rarity^1.5 * t / (4 + t) * kind      and over pairs, see below
///     t     = sum over areas of  weight * occurrences / (1 - b + b * length / mean length)
///
/// - Areas: a subject outweighs a path, a path a log, a log what a diff adds or removes,
///   that a context line; quotes give nothing.
/// - Rarity is ln(1 + (N - n + 0.5) / (n + 0.5)), where n counts the messages that have
///   the word in the log, if it is looked for there: what authors say tells better than
///   code how much a word says. Of other fields the area that has it most often decides.
/// - Pairs: two words that stand side by side in the query give up to 0.4 of the lesser rarity
///   if they stand so, in order, in subject and log, less if in one of them, if one word is
///   between them, or if they are swapped. Of a long query the eight pairs of the rarest words.
/// - Kind is the product of what the states and the wording of the message leave of it. Its date counts among equal
///   scores alone: 0.5 % more for each year cost 0.012 of MRR@10 on git's history and 0.006 on a list.
/// - A patch that touches a path which was typed without `file:` gets, beside what its words give, as much as they can
///   give at most.
/// - Answers of one patch (its versions, the parts of its series) yield to others of nearly their score.
/// - Of equal scores the newest comes first: a later version before an older one.
///
/// Weights were tuned on git's history, where commits name others by id and say in
/// their own words what those did, and measured on such sentences held out.
namespace patchseek::rank {

/// A word that is there so many times, normalized, gives half of what it gives at most.
inline constexpr double kHalfSaturation = 4.0;
/// Of rarity: the few rare words of a sentence are its subject.
inline constexpr double kRarityExponent = 1.5;
/// Beside rarer ones, in an OR, words of less rarity (in every eighth log or more) find but give nothing.
inline constexpr double kCommon = 2.0;
/// In prose a word counts by its stem, and so much more as it was typed.
inline constexpr double kAsTyped = 0.1;

/// The `b` of the formula; it is 0 for the subject. A long patch is hardly less about its log than a short one.
inline constexpr double kProseLength = 0.4;
inline constexpr double kDiffLength = 0.75;

/// A pair gives kPairMost * c / (1 + c) of its rarity, where c adds up over subject and log. More than kPairMost gains
/// nothing that can be measured, and lets the matcher leave out less.
inline constexpr double kPairMost = 0.5;
inline constexpr double kSideBySide = 2.0;  ///< in the order of the query
inline constexpr double kNearly = 1.0;      ///< with one word between, or swapped
/// Of the pairs of a query, so many of the rarest words count: each costs as much as a word.
inline constexpr std::size_t kMostPairs = 8;

/// Of what a message says that is in such a state, so much counts; `state` is a value of `is:`.
struct StateWeight {
    std::string_view state;
    double weight;
};
inline constexpr StateWeight kStateWeights[] = {{"reply", 0.9}, {"cover", 0.9}, {"pull", 0.9}};

/// The same of messages that have all of some words in one area: of robots, of copies for stable trees, and
/// announcements. It holds unless the query has one of `names`.
struct WordingWeight {
    schema::Area area;
    std::array<std::string_view, 3> words;
    std::array<std::string_view, 2> names;
    double weight;
};
inline constexpr WordingWeight kWordingWeights[] = {
    {schema::Area::from, {"syzbot"}, {"syzbot", "syzkaller"}, 0.95},
    {schema::Area::from, {"robot"}, {"robot", "lkp"}, 0.95},   // kernel test robot
    {schema::Area::from, {"bot"}, {"bot", "patchwork"}, 0.7},  // patchwork-bot, pr-tracker-bot: what was applied
    {schema::Area::from, {"bot2"}, {"bot2", "tip"}, 0.7},
    {schema::Area::subject, {"autosel"}, {"autosel", "stable"}, 0.8},
    {schema::Area::subject, {"added", "stable", "tree"}, {"stable"}, 0.8},  // what the stable queue tells
    {schema::Area::subject, {"announce"}, {"announce", "release"}, 0.8},
};

/// Of its score an older version keeps kOlder. Then each answer of a group (all versions of a series, with their parts)
/// keeps kFurther for each of the group that stands before it, of which kMostBefore count.
inline constexpr double kOlder = 0.9;
inline constexpr double kFurther = 0.9;
inline constexpr int kMostBefore = 3;
/// That is done within blocks of so many answers, counted from the best on, so that a page is the same whichever way
/// one comes to it.
inline constexpr std::size_t kBlock = 50;

}  // namespace patchseek::rank
