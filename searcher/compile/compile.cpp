// SPDX-License-Identifier: GPL-2.0-or-later
#include "compile.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "boolean.hpp"
#include "expansion.hpp"
#include "patchseek/schema/terms.hpp"
#include "prefilter.hpp"
#include "query/diagnostics.hpp"
#include "query/lexer.hpp"

namespace patchseek::compile {
namespace {

using Xapian::Query;

class Compiler {
public:
    Compiler(const reader::Lexicon& lexicon, tokens::Analyzer& analyzer, const Prove& prove, reader::Deadline& deadline,
             rank::Ranking* ranking, Related* related)
        : lexicon_(lexicon),
          analyzer_(analyzer),
          prove_(prove),
          ranking_(ranking),
          related_(related),
          expansion_(lexicon.db(), lexicon.positions(), deadline) {}
    Result<Query> compile(const query::Plan& plan);
    /// From now on queries are loose, and as loose as can be if `by_words`.
    void loosen(bool by_words) {
        loose_ = true;
        by_words_ = by_words;
        expansion_.back_to(0);
    }
    /// Whether that has changed anything, and whether several words have been asked for wherever they stand.
    bool loosened() const { return loosened_; }
    bool asked_words() const { return asked_words_; }

private:
    bool leaves_out(const query::Plan& plan);
    Query words(const query::Plan& plan);
    Query ranked(const query::Plan& plan);
    const rank::RankedWord& ranked_word_of(const query::Plan& plan);
    std::optional<rank::RankedPair> pair_of(const query::Plan& first, const query::Plan& second);
    Query with_pairs(const query::Plan& plan, const Query& query);
    Query phrase(const query::Plan& plan);
    Query word_in(const std::string& word, bool stems, const query::Scope& scope);
    Query every_word(const query::Plan& plan);
    Result<Query> prefix(const query::Plan& plan);
    Query path(const query::Plan& plan);
    const std::optional<Query>& prefiltered(const query::Plan& plan);
    Query text(const query::Plan& plan);
    std::vector<const query::Plan*> join_scans(const query::Plan& plan, std::vector<Query>& parts);
    Result<Query> unit(const query::Plan& plan);
    Result<Query> related(const query::Plan& plan);
    Result<Query> own(const query::Plan& plan);
    Result<Query> group(const query::Plan& plan);
    Result<Query> compile_part(query::OnTimeout on_timeout, const query::Plan& plan, bool ranks);
    Query proven(const Query& candidates, const query::Proof& proof);
    Query combine(query::Plan::Kind kind, std::vector<Query> parts);

    const reader::Lexicon& lexicon_;
    tokens::Analyzer& analyzer_;
    const Prove& prove_;
    rank::Ranking* ranking_;  ///< null where nothing counts
    Related* related_;
    Expansion expansion_;
    std::map<const query::Plan*, rank::RankedWord> ranked_;
    std::map<const query::Plan*, std::optional<Query>> prefiltered_;
    query::OnTimeout on_timeout_ = query::OnTimeout::excluded;  ///< for proofs of the part that is compiled
    /// Inside a bracket that is proven as a whole: the query is to find all candidates, and may find more.
    bool prefilter_only_ = false;
    bool loose_ = false;     ///< the same of the whole query, but that it excludes nothing that matches
    bool loosened_ = false;  ///< something was left out
    bool by_words_ = false, asked_words_ = false;
};

Query Compiler::proven(const Query& candidates, const query::Proof& proof) {
    if (prefilter_only_) return candidates;
    if (loose_ && on_timeout_ != query::OnTimeout::error) {
        loosened_ = true;
        return on_timeout_ == query::OnTimeout::excluded ? candidates : Query();
    }
    query::Proof one = proof;
    one.on_timeout = on_timeout_;
    return prove_(candidates, one);
}

// The words side by side in one of the scopes.
Query Compiler::phrase(const query::Plan& plan) {
    std::vector<Phrase> places;
    for (const query::Scope& scope : plan.scopes) {
        Phrase& one = places.emplace_back(Phrase{{}, plan.window, plan.ordered});
        for (const std::string& word : plan.words) one.terms.push_back(scope.prefix + word);
    }
    const bool is_proven = plan.proof && !plan.proof->phrase && !prefilter_only_;
    return phrase_query(std::move(places), lexicon_.positions(), plan.signed_words, is_proven);
}

Query Compiler::word_in(const std::string& word, bool stems, const query::Scope& scope) {
    Query query(scope.prefix + word);
    if (!stems || !scope.prose) return query;
    // The indexer leaves out a stem that is the word itself, so the plain word counts as one.
    const auto stem = analyzer_.stem(word);
    Query found(schema::kStemPrefix + scope.prefix + stem);
    if (stem != word) found = Query(Query::OP_SYNONYM, found, Query(scope.prefix + stem));
    return query | found;
}

// What has all words of a plan, each in one of the scopes, and the signs.
Query Compiler::every_word(const query::Plan& plan) {
    std::vector<Query> parts;
    for (const std::string& word : plan.words) {
        std::vector<Query> places;
        for (const query::Scope& scope : plan.scopes) places.push_back(word_in(word, plan.stems, scope));
        parts.emplace_back(Query::OP_OR, places.begin(), places.end());
    }
    return with_signed_words(Query(Query::OP_AND, parts.begin(), parts.end()), plan.signed_words, lexicon_.positions());
}

const rank::RankedWord& Compiler::ranked_word_of(const query::Plan& plan) {
    auto [it, is_new] = ranked_.try_emplace(&plan);
    const std::string& word = plan.words.front();
    if (is_new)
        it->second = rank::ranked_word(plan, word, plan.stems ? analyzer_.stem(word) : word, lexicon_.statistics());
    return it->second;
}

// Of a phrase, its words give the weight and the phrase only decides; where it is left out, all of them must be there.
// A patch that touches a path typed without `file:` gets as much again as the words of the path can give to a message
// that mentions it.
Query Compiler::ranked(const query::Plan& plan) {
    std::vector<Query> parts;
    double most = 0;
    for (const std::string& word : plan.words) {
        auto one = rank::ranked_word(plan, word, word, lexicon_.statistics());
        most += rank::most_of(one);
        parts.push_back(ranking_->word(std::move(one)));
    }
    const Query words(loose_ && by_words_ ? Query::OP_AND : Query::OP_OR, parts.begin(), parts.end());
    const bool bare = !prefilter_only_ && plan.proof && plan.proof->anywhere && !plan.proof->phrase;
    const auto touching = bare ? patches_touching(plan.proof->literal, expansion_) : std::nullopt;
    if (!touching) return words;
    const Query more(Query::OP_FILTER, ranking_->touched(plan.proof->literal, most), *touching);
    return {Query::OP_AND_MAYBE, words, more};
}

// Whether words with signs but no blank between them are likely to be found side by side where all of them stand: the
// folders of a path are; those that hyphens join stand apart as often.
bool is_joined(std::string_view literal) { return literal.find_first_of("/@.:_") != literal.npos; }

// Whether a query may be loose of some words that are to be proven: what finds the messages of a single one gives its
// weight too; of several, typed without a blank, what has the words and their signs most often has them side by side.
bool Compiler::leaves_out(const query::Plan& plan) {
    if (!loose_ || !plan.proof || on_timeout_ != query::OnTimeout::excluded || plan.stems) return false;
    if (plan.words.size() == 1) return ranking_ != nullptr;
    const std::string& literal = plan.proof->literal;
    const bool typed = lexicon_.positions() && literal.find(' ') == std::string::npos;
    const bool tells = typed && (!plan.signed_words.empty() || (ranking_ && is_joined(literal)));
    asked_words_ |= by_words_ && tells;
    return by_words_ && tells;
}

Query Compiler::words(const query::Plan& plan) {
    if (ranking_ && rank::is_word(plan)) return ranking_->word(ranked_word_of(plan));
    if (leaves_out(plan)) {
        loosened_ = true;
        return ranking_ ? with_signed_words(ranked(plan), plan.signed_words, lexicon_.positions()) : every_word(plan);
    }
    const Query found = plan.words.size() == 1 ? every_word(plan) : phrase(plan);
    const Query decided = plan.proof ? proven(found, *plan.proof) : found;
    return ranking_ ? Query(Query::OP_FILTER, ranked(plan), decided) : decided;
}

Result<Query> Compiler::prefix(const query::Plan& plan) {
    const std::string& word = plan.words.front();
    if (word.size() < query::kMinPrefix)
        return Error{ErrorKind::usage,
                     "at least " + std::to_string(query::kMinPrefix) + " letters must stand before '*'", plan.begin};
    std::vector<std::string> heads;
    for (const query::Scope& scope : plan.scopes) heads.push_back(scope.prefix + word);
    if (!ranking_) return expansion_.any_of(std::move(heads), on_timeout_);
    const auto terms = expansion_.terms(heads);
    if (!terms) return expansion_.any_of(std::move(heads), on_timeout_);
    const bool none = std::ranges::all_of(*terms, [](const auto& some) { return some.empty(); });
    return none ? Query() : ranking_->word(rank::ranked_prefix(plan, *terms, lexicon_.statistics()));
}

Query Compiler::path(const query::Plan& plan) {
    const auto found = path_query(plan, expansion_, on_timeout_);
    if (found.is_proof) return unweighted(found.query);
    query::Proof proof;
    proof.path = plan.pattern;
    return unweighted(proven(found.query, proof));
}

Query Compiler::combine(query::Plan::Kind kind, std::vector<Query> parts) {
    switch (kind) {
        case query::Plan::Kind::and_: return {Query::OP_AND, parts.begin(), parts.end()};
        case query::Plan::Kind::or_:
            return ranking_ ? Query(Query::OP_OR, parts.begin(), parts.end()) : expansion_.either(parts, on_timeout_);
        case query::Plan::Kind::xor_:
            if (prefilter_only_) return {Query::OP_OR, parts.begin(), parts.end()};
            return exclusive(parts);
        case query::Plan::Kind::maybe: return {Query::OP_AND_MAYBE, parts.begin(), parts.end()};
        // The message may have in another hunk what one hunk lacks.
        default: return prefilter_only_ ? everything() : without(everything(), parts.front());
    }
}

Result<Query> Compiler::group(const query::Plan& plan) {
    std::vector<Query> parts, excluded;
    const auto done = join_scans(plan, parts);
    const auto common =
        ranking_ ? rank::common_words(plan, [&](const query::Plan& word) { return ranked_word_of(word).rarity; })
                 : std::vector<bool>(plan.children.size());
    for (const query::Plan& child : plan.children) {
        if (std::ranges::find(done, &child) != done.end()) continue;
        const bool inverted = plan.kind == query::Plan::Kind::and_ && child.kind == query::Plan::Kind::not_;
        if (inverted && prefilter_only_) continue;
        const bool turns = inverted || plan.kind == query::Plan::Kind::not_;
        const auto on_timeout = plan.kind == query::Plan::Kind::xor_ ? query::OnTimeout::error
                                : turns                              ? query::opposite(on_timeout_)
                                                                     : on_timeout_;
        auto part = compile_part(on_timeout, inverted ? child.children.front() : child,
                                 !turns && !common[static_cast<std::size_t>(&child - plan.children.data())]);
        if (!part) return part;
        (inverted ? excluded : parts).push_back(std::move(*part));
    }
    if (excluded.empty() && !parts.empty()) return with_pairs(plan, combine(plan.kind, std::move(parts)));
    const Query wanted = parts.empty() ? everything() : with_pairs(plan, combine(plan.kind, std::move(parts)));
    if (excluded.empty()) return wanted;
    return without(wanted, Query(Query::OP_OR, excluded.begin(), excluded.end()));
}

/// Compiles one part of a group; `ranks` says whether it may give weight.
Result<Query> Compiler::compile_part(query::OnTimeout on_timeout, const query::Plan& plan, bool ranks) {
    const query::OnTimeout before = std::exchange(on_timeout_, on_timeout);
    rank::Ranking* const ranking = std::exchange(ranking_, ranks ? ranking_ : nullptr);
    auto out = compile(plan);
    on_timeout_ = before;
    ranking_ = ranking;
    return out && ranking_ && !ranks ? Result<Query>(unweighted(*out)) : out;
}

std::optional<rank::RankedPair> Compiler::pair_of(const query::Plan& first, const query::Plan& second) {
    if (!rank::is_word(first) || !rank::is_word(second) || first.words == second.words) return std::nullopt;
    rank::RankedPair out{first.words.front() + ' ' + second.words.front(), {}, 0};
    out.rarity = std::min(ranked_word_of(first).rarity, ranked_word_of(second).rarity);
    if (out.rarity < rank::kCommon) return std::nullopt;
    for (const auto area : {schema::Area::subject, schema::Area::log}) {
        const std::string prefix(schema::info(area).prefix);
        const auto in = [&](const query::Plan& plan) {
            return std::ranges::find(plan.scopes, prefix, &query::Scope::prefix) != plan.scopes.end();
        };
        if (in(first) && in(second))
            out.terms.emplace_back(prefix + first.words.front(), prefix + second.words.front());
    }
    return out.terms.empty() ? std::nullopt : std::optional(std::move(out));
}

Query Compiler::with_pairs(const query::Plan& plan, const Query& query) {
    if (!ranking_ || (plan.kind != query::Plan::Kind::and_ && plan.kind != query::Plan::Kind::or_)) return query;
    std::vector<rank::RankedPair> found;
    for (std::size_t i = 1; i < plan.children.size(); ++i)
        if (auto pair = pair_of(plan.children[i - 1], plan.children[i])) found.push_back(std::move(*pair));
    if (found.empty()) return query;
    std::ranges::stable_sort(found, std::greater<>(), &rank::RankedPair::rarity);
    found.resize(std::min(found.size(), rank::kMostPairs));
    std::vector<Query> pairs;
    for (rank::RankedPair& pair : found) pairs.push_back(ranking_->pair(std::move(pair)));
    return {Query::OP_AND_MAYBE, query, Query(Query::OP_OR, pairs.begin(), pairs.end())};
}

/// What terms tell of a pattern; nothing if any message may match.
const std::optional<Query>& Compiler::prefiltered(const query::Plan& plan) {
    const auto [it, is_new] = prefiltered_.try_emplace(&plan);
    std::vector<std::string> prefixes;
    for (const query::Scope& scope : plan.scopes) prefixes.push_back(scope.prefix);
    if (!is_new || prefixes.empty()) return it->second;
    it->second = prefilter(*plan.proof->pattern, prefixes, lexicon_, analyzer_, expansion_, on_timeout_);
    if (it->second) *it->second |= Query(Query::OP_OR, plan.terms.begin(), plan.terms.end());
    return it->second;
}

Query Compiler::text(const query::Plan& plan) {
    return unweighted(proven(prefiltered(plan).value_or(everything()), *plan.proof));
}

/// Patterns under an OR for which every message must be read become one proof, which reads each message once. Returns
/// the parts of the plan that are done with.
std::vector<const query::Plan*> Compiler::join_scans(const query::Plan& plan, std::vector<Query>& parts) {
    std::vector<const query::Plan*> scans;
    if (plan.kind != query::Plan::Kind::or_ || prefilter_only_) return scans;
    const auto texts = std::ranges::count(plan.children, query::Plan::Kind::text, &query::Plan::kind);
    for (const query::Plan& child : plan.children)
        if (texts > 1 && child.kind == query::Plan::Kind::text && !prefiltered(child)) scans.push_back(&child);
    if (scans.size() < 2) return {};
    query::Proof proof;
    for (const query::Plan* scan : scans) proof.any.push_back(*scan->proof);
    parts.push_back(unweighted(proven(everything(), proof)));
    return scans;
}

// A message with such a hunk has all of its words, so the same plan, asked of whole messages, finds the candidates.
// It gives the weight too.
Result<Query> Compiler::unit(const query::Plan& plan) {
    const bool before = std::exchange(prefilter_only_, true);
    const std::size_t none = expansion_.count();
    auto known = compile_part(on_timeout_, plan.children.front(), false);
    const std::size_t once = expansion_.count();
    expansion_.back_to(none);
    auto ranked = known && ranking_ ? compile(plan.children.front()) : known;
    expansion_.back_to(once);
    prefilter_only_ = before;
    if (!ranked) return ranked;
    const Query found = unweighted(proven(*known & Query(schema::has_term(schema::field::file)), *plan.proof));
    return ranking_ ? Query(Query::OP_FILTER, *ranked, found) : found;
}

Result<Query> Compiler::related(const query::Plan& plan) {
    std::optional<Query> inner;
    if (!plan.children.empty()) {
        // What is found there is looked up at once, and once.
        const bool loose = std::exchange(loose_, false);
        auto compiled = compile(plan.children.front());
        loose_ = loose;
        if (!compiled) return compiled;
        inner = std::move(*compiled);
    }
    return related_ ? related_->matching(plan, inner, on_timeout_) : Query();
}

// Adds messages that match by what others of their thread or series say of them.
Result<Query> Compiler::compile(const query::Plan& plan) {
    auto out = own(plan);
    if (!out || !related_ || prefilter_only_) return out;
    if (plan.credited) return related_->credited(*out, on_timeout_);
    if (query::is_placed(plan)) return related_->placed(plan, *out);
    const bool path = plan.kind == query::Plan::Kind::path && !plan.pattern.components.empty();
    const bool names = plan.kind == query::Plan::Kind::text && plan.proof->areas == schema::bit(schema::Area::path);
    return path || names ? related_->with_whole_paths(plan, *out) : out;
}

Result<Query> Compiler::own(const query::Plan& plan) {
    switch (plan.kind) {
        case query::Plan::Kind::all: return everything();
        case query::Plan::Kind::words: return words(plan);
        case query::Plan::Kind::prefix: return prefix(plan);
        case query::Plan::Kind::terms: {
            return unweighted(Query(Query::OP_OR, plan.terms.begin(), plan.terms.end()));
        }
        case query::Plan::Kind::head: return unweighted(values_query(plan, expansion_, on_timeout_));
        case query::Plan::Kind::hex: return unweighted(hex_query(plan, expansion_, on_timeout_));
        case query::Plan::Kind::path: return path(plan);
        case query::Plan::Kind::range: return unweighted(range_query(plan));
        case query::Plan::Kind::text: return text(plan);
        case query::Plan::Kind::unit: return unit(plan);
        case query::Plan::Kind::related: return related(plan);
        default: return group(plan);
    }
}

Result<Done> demand_few(const query::Plan& plan) {
    if (query::leaves(plan) <= static_cast<double>(query::kMaxNodes)) return Done{};
    return Error{ErrorKind::usage, "too many parts of XOR", plan.begin};
}

}  // namespace

Result<Xapian::Query> compile(const query::Plan& plan, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
                              const Prove& prove, reader::Deadline& deadline, rank::Ranking* ranking,
                              Related* related) {
    if (const auto done = demand_few(plan); !done) return done.error();
    return Compiler(lexicon, analyzer, prove, deadline, ranking, related).compile(plan);
}

Result<Compiled> compile_both(const query::Plan& plan, const reader::Lexicon& lexicon, tokens::Analyzer& analyzer,
                              const Prove& prove, reader::Deadline& deadline, rank::Ranking* ranking,
                              Related* related) {
    if (const auto done = demand_few(plan); !done) return done.error();
    Compiler compiler(lexicon, analyzer, prove, deadline, ranking, related);
    const auto exact = compiler.compile(plan);
    if (!exact) return exact.error();
    Compiled out{*exact, {}};
    for (const bool by_words : {true, false}) {
        compiler.loosen(by_words);
        auto loose = compiler.compile(plan);
        if (!loose) return loose.error();
        if (compiler.loosened()) out.loose.push_back(std::move(*loose));
        if (!compiler.asked_words()) break;
    }
    return out;
}

}  // namespace patchseek::compile
