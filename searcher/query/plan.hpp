// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "pattern.hpp"
#include "tree.hpp"

/// The plan of a query, made by make_plan(): a tree whose leaves speak of terms, value slots and stored
/// texts. Where terms alone do not tell whether a message matches, they find candidates and a Proof
/// decides, on the text as it is stored.
namespace patchseek::query {

/// Where words are looked for.
struct Scope {
    std::string prefix;
    std::string name;  ///< for --explain
    double weight;
    bool prose;  ///< stems count too
};

struct Plan;

/// Which member of store::Relation a part of Plan::Kind::related is about.
enum class RelationKind : std::uint8_t { thread, series, versions, replies, state, commit, applied };

/// What becomes of a candidate when the time of a search is up before it could be proven. Chosen so
/// that an answer that is cut short lacks messages but has no wrong one.
enum class OnTimeout : std::uint8_t {
    excluded,  ///< the candidate counts as not matching
    included,  ///< it counts as matching, since the proof stands under NOT
    error,     ///< the search ends in an Error, since under XOR neither is safe
};

/// What NOT makes of it.
OnTimeout opposite(OnTimeout on_timeout);

/// What must hold of the stored message itself, when terms alone cannot tell.
struct Proof {
    /// Folded text that must stand in one line of one of `areas` (all of the message
    /// if `anywhere`), not as a piece of a longer word; empty if not asked for.
    std::string literal;
    schema::Areas areas = 0;
    bool anywhere = false;
    /// The literal is a phrase: blanks in it stand for any run of blanks and line ends.
    bool phrase = false;
    std::string trailer;  ///< the literal must stand in a trailer of this name instead
    /// A path that must match one of the message's files.
    std::optional<patch::PathPattern> path;
    /// Must be found in the lines of `areas`, one by one, or in `trailer`; if `anywhere`, in
    /// the subject or the body as they stand.
    std::shared_ptr<const Pattern> pattern;
    /// Must hold of one file's diff or of one hunk: which of them, `unit` says.
    std::shared_ptr<const Plan> unit_plan;
    Unit unit = Unit::message;
    /// One of these must hold, and the members above are unused: made by compile() for an OR of patterns
    /// that would otherwise read the same mails once for each pattern.
    std::vector<Proof> any;
    OnTimeout on_timeout = OnTimeout::excluded;  ///< set by compile()
};

struct Plan {
    enum class Kind : std::uint8_t {
        all,
        words,   ///< one word, or several as a phrase or within a window, in any of `scopes`
        prefix,  ///< words that begin with words[0], in any of `scopes`
        terms,   ///< any of exact `terms`
        head,    ///< values under scopes[0] that begin with words[0], letters kept, and match the glob words[1] and
                 ///< `pattern_of_value` where these are there; no weight
        hex,     ///< words[0] is an abbreviation of, or abbreviated by, a term under scopes[0]
        path,    ///< `pattern`
        range,   ///< slot between from and to
        text,    ///< proof->pattern; the words of `scopes` serve as its prefilter
        unit,    ///< proof->unit_plan; children[0], the same plan, serves as its prefilter
        /// What `relation` says: a state; a number of replies between from and to; a group that the
        /// message has, or, with a child, the group of a message that the child finds.
        related,
        and_,
        or_,
        xor_,
        not_,
        maybe,
    };
    Kind kind = Kind::all;

    std::vector<Scope> scopes;
    std::vector<std::string> words;         ///< folded
    std::vector<std::string> signed_words;  ///< tokens::signed_words() of what was typed: a match has all of them
    std::size_t window = 0;                 ///< of several words: positions they may span
    bool ordered = true;
    bool stems = false;
    std::optional<Proof> proof;
    std::shared_ptr<const Pattern> pattern_of_value;

    std::vector<std::string> terms;  ///< of text: messages that may match without a term to show it
    patch::PathPattern pattern;

    int slot = schema::kNoSlot;
    std::string has;  ///< range: the term of messages that have a value
    std::optional<std::int64_t> from, to;

    RelationKind relation = RelationKind::thread;
    std::size_t state = 0;  ///< in schema::kRelationStates
    bool credited = false;  ///< of trailers: a patch matches too if a reply that gives it trailers does

    std::size_t begin = 0;  ///< place in the query, for errors that only the index can tell
    std::vector<Plan> children;
};

/// How many leaves a query of the plan has where an XOR repeats each of its parts bit_ceil(parts) times.
double leaves(const Plan& plan);

/// One line: `(and words[kvm vcpu]/2 in subject*5 log … (not terms[XIS:reply]))`.
std::string print(const Plan& plan);

/// A part of a query that a reader wants to see in an answer, where it was asked for.
struct Wanted {
    std::vector<std::string> words;          ///< folded; all of them in one line
    std::vector<std::string> stems;          ///< of each word, where stems count; else empty
    bool prefix = false;                     ///< the word is a beginning
    std::shared_ptr<const Pattern> pattern;  ///< in place of words
    std::vector<Scope> scopes;
    std::uint64_t frequency = 0;  ///< how many messages have it, as far as known: the rarest are shown first
};

/// What a reader looks for in an answer: the words and patterns of every part that must or may
/// match, and of none that must not.
struct HighlightTerms {
    std::vector<std::string> words;     ///< folded, whole
    std::vector<std::string> prefixes;  ///< folded beginnings
    std::vector<std::string> stems;
    std::vector<patch::PathPattern> paths;
    std::vector<std::shared_ptr<const Pattern>> patterns;
    std::vector<Wanted> wanted;  ///< the same part by part
    bool ranks = false;          ///< whether some part has a weight, so that a relevance exists
};
HighlightTerms highlight_terms(const Plan& plan, tokens::Analyzer& analyzer);

/// Whether a plan asks for what a series tells of its messages, where they do not say it themselves.
bool is_placed(const Plan& plan);

}  // namespace patchseek::query
