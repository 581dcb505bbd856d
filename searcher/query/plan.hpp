#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "pattern.hpp"
#include "tree.hpp"

/// Third stage of a query: tree -> plan. Words are folded and cut as the indexer
/// does it, fields have become term prefixes, and what terms alone cannot promise
/// carries a proof.
namespace patchseek::query {

/// Where words are looked for.
struct Scope {
    std::string prefix;
    std::string name;  ///< for --explain
    double weight;
    bool prose;  ///< stems count too
};

struct Plan;

/// What a part of Plan::Kind::related asks of store::Relation.
enum class Asks : std::uint8_t { thread, series, versions, replies, state };

/// What a proof that cannot be had in time counts as, so that every answer is a true one.
enum class Unproven : std::uint8_t {
    fails,  ///< what it would let in stays out
    holds,  ///< it stands under NOT: what it would keep out stays out
    ends,   ///< it stands under XOR, where neither is safe
};

/// What must hold of the stored message itself, when terms only narrow.
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
    /// Must hold of one file's diff or of one hunk, as `unit` has it.
    std::shared_ptr<const Plan> within;
    Unit unit = Unit::message;
    /// One of these must hold, and nothing else is asked: made by compile() of what an OR would otherwise
    /// read the same mails for again and again.
    std::vector<Proof> any;
    Unproven unproven = Unproven::fails;  ///< set by compile()
};

struct Plan {
    enum class Kind : std::uint8_t {
        all,
        words,   ///< one word, or several as a phrase or within a window, in any of `scopes`
        prefix,  ///< words that begin with words[0], in any of `scopes`
        terms,   ///< any of exact `terms`
        hex,     ///< words[0] is an abbreviation of, or abbreviated by, a term under scopes[0]
        path,    ///< `pattern`
        range,   ///< slot between from and to
        text,    ///< proof->pattern, narrowed by the words of `scopes`
        within,  ///< proof->within, narrowed by children[0], which is the same
        /// What `asks` says: a state; a number of replies between from and to; a group that the
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
    std::vector<std::string> words;  ///< folded
    std::size_t window = 0;          ///< of several words: positions they may span
    bool ordered = true;
    bool stems = false;
    std::optional<Proof> proof;

    std::vector<std::string> terms;  ///< of text: messages of which terms do not tell all
    patch::PathPattern pattern;

    int slot = schema::kNoSlot;
    std::string has;  ///< range: the term of messages that have a value
    std::optional<std::int64_t> from, to;

    Asks asks = Asks::thread;
    std::size_t state = 0;  ///< in schema::kRelationStates
    bool credited = false;  ///< of trailers: holds of a patch too if it holds of a reply that gives it some

    std::size_t begin = 0;  ///< place in the query, for errors that only the index can tell
    std::vector<Plan> children;
};

/// Makes the plan. Errors, with their place, are of kind usage: a word without
/// anything to search in it, an object id that is none.
Result<Plan> make_plan(const Node& root, tokens::Analyzer& analyzer);

/// One line: `(and words[kvm vcpu]/2 in subject*5 log … (not terms[XIS:reply]))`.
std::string print(const Plan& plan);

/// What a reader looks for in an answer: the words and patterns of every part that must or may
/// match, and of none that must not.
struct HighlightTerms {
    std::vector<std::string> words;     ///< folded, whole
    std::vector<std::string> prefixes;  ///< folded beginnings
    std::vector<std::string> stems;
    std::vector<patch::PathPattern> paths;
    std::vector<std::shared_ptr<const Pattern>> patterns;
    bool ranks = false;  ///< whether some part has a weight, so that a relevance exists
};
HighlightTerms highlight_terms(const Plan& plan, tokens::Analyzer& analyzer);

}  // namespace patchseek::query
