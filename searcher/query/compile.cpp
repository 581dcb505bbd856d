#include "compile.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "compile_path.hpp"
#include "diagnostics.hpp"
#include "lexer.hpp"
#include "narrow.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::query {
namespace {

using Xapian::Query;

// Each costs as much as a word, and those of rarer words say more.
constexpr std::size_t kMostPairs = 8;

// Not Query::MatchAll: its reference count is shared and races between threads in
// Xapian 1.4.
Query everything() { return Query(std::string()); }

Query unweighted(const Query& query) { return Query(Query::OP_SCALE_WEIGHT, query, 0.0); }

/// A word that may be typed side by side with others: no phrase, nothing to prove.
bool is_word(const Plan& plan) { return plan.kind == Plan::Kind::words && plan.words.size() == 1 && !plan.proof; }

class Compiler {
public:
    Compiler(const Lexicon& lexicon, text::Analyzer& analyzer, const Prove& prove, Ranking* ranking, Related* related)
        : lexicon_(lexicon),
          db_(lexicon.db()),
          analyzer_(analyzer),
          prove_(prove),
          ranking_(ranking),
          related_(related),
          expansion_(db_) {}
    Result<Query> compile(const Plan& plan);

private:
    Query words(const Plan& plan);
    Query ranked(const Plan& plan);
    const RankedWord& ranked_word_of(const Plan& plan);
    bool is_common(const Plan& plan, const Plan& group);
    std::optional<RankedPair> pair_of(const Plan& first, const Plan& second);
    Query with_pairs(const Plan& plan, const Query& query);
    Query word_in(const Plan& plan, const Scope& scope);
    Result<Query> prefix(const Plan& plan);
    Result<Query> hex(const Plan& plan);
    Result<Query> path(const Plan& plan);
    Query range(const Plan& plan);
    std::optional<Query> narrowed(const Plan& plan);
    Query text(const Plan& plan);
    std::vector<const Plan*> join_scans(const Plan& plan, std::vector<Query>& parts);
    Result<Query> within(const Plan& plan);
    Result<Query> related(const Plan& plan);
    Result<Query> own(const Plan& plan);
    Result<Query> group(const Plan& plan);
    Result<Query> doubtful(Doubt doubt, const Plan& plan, bool ranks);
    Query proven(const Query& narrow, const Proof& proof) const;
    Query combine(Plan::Kind kind, std::vector<Query> parts);

    const Lexicon& lexicon_;
    const Xapian::Database& db_;
    text::Analyzer& analyzer_;
    const Prove& prove_;
    Ranking* ranking_;  ///< null where nothing counts
    Related* related_;
    Expansion expansion_;
    std::map<const Plan*, RankedWord> ranked_;
    Doubt doubt_ = Doubt::fails;
    bool narrowing_ = false;  ///< inside a bracket that is proven as a whole
};

Query Compiler::proven(const Query& narrow, const Proof& proof) const {
    if (narrowing_) return narrow;
    Proof one = proof;
    one.doubt = doubt_;
    return prove_(narrow, one);
}

Query Compiler::word_in(const Plan& plan, const Scope& scope) {
    if (plan.words.size() > 1) {
        std::vector<std::string> terms;
        for (const std::string& word : plan.words) terms.push_back(scope.prefix + word);
        const auto window = static_cast<Xapian::termcount>(plan.window);
        const Query query(plan.ordered ? Query::OP_PHRASE : Query::OP_NEAR, terms.begin(), terms.end(), window);
        if (!plan.ordered || window > terms.size()) return query;
        // Where its window is as narrow as can be, Xapian 1.4.22 takes a term without
        // positions, a part of an identifier, to stand before the first word of all.
        return query & unweighted(Query(Query::OP_PHRASE, terms.begin(), terms.end(), window + 1));
    }
    const std::string& word = plan.words.front();
    Query query(scope.prefix + word);
    if (!plan.stems || !scope.prose) return query;
    // The indexer leaves out a stem that is the word itself, so the plain word counts as one.
    const auto stem = analyzer_.stem(word);
    Query stems(schema::kStemPrefix + scope.prefix + stem);
    if (stem != word) stems = Query(Query::OP_SYNONYM, stems, Query(scope.prefix + stem));
    return query | stems;
}

const RankedWord& Compiler::ranked_word_of(const Plan& plan) {
    auto [it, is_new] = ranked_.try_emplace(&plan);
    const std::string& word = plan.words.front();
    if (is_new) it->second = ranked_word(plan, word, plan.stems ? analyzer_.stem(word) : word, db_);
    return it->second;
}

// Of a phrase, its words give the weight and the phrase only decides.
Query Compiler::ranked(const Plan& plan) {
    std::vector<Query> parts;
    for (const std::string& word : plan.words) parts.push_back(ranking_->word(ranked_word(plan, word, word, db_)));
    return Query(Query::OP_OR, parts.begin(), parts.end());
}

Query Compiler::words(const Plan& plan) {
    if (ranking_ && is_word(plan)) return ranking_->word(ranked_word_of(plan));
    std::vector<Query> parts;
    for (const Scope& scope : plan.scopes) parts.push_back(word_in(plan, scope));
    const Query found(Query::OP_OR, parts.begin(), parts.end());
    const Query decided = plan.proof ? proven(found, *plan.proof) : found;
    return ranking_ ? Query(Query::OP_FILTER, ranked(plan), decided) : decided;
}

Result<Query> Compiler::prefix(const Plan& plan) {
    const std::string& word = plan.words.front();
    if (word.size() < kMinPrefix)
        return Error{ErrorKind::usage, "at least " + std::to_string(kMinPrefix) + " letters must stand before '*'",
                     plan.begin};
    std::vector<std::vector<std::string>> terms;
    std::vector<std::string> all;
    for (const Scope& scope : plan.scopes) {
        auto some = expansion_.terms(scope.prefix + word, plan.begin);
        if (!some) return some.error();
        all.insert(all.end(), some->begin(), some->end());
        terms.push_back(std::move(*some));
    }
    if (ranking_ && !all.empty()) return ranking_->word(ranked_prefix(plan, terms, db_));
    return Query(Query::OP_OR, all.begin(), all.end());
}

Result<Query> Compiler::hex(const Plan& plan) {
    constexpr std::size_t kShortest = 7;
    const std::string& id = plan.words.front();
    std::vector<std::string> terms;
    for (const Scope& scope : plan.scopes) {
        auto longer = expansion_.terms(scope.prefix + id, plan.begin);
        if (!longer) return longer.error();
        std::ranges::move(*longer, std::back_inserter(terms));
        for (std::size_t size = kShortest; size < id.size(); ++size) terms.push_back(scope.prefix + id.substr(0, size));
    }
    return unweighted(Query(Query::OP_OR, terms.begin(), terms.end()));
}

Result<Query> Compiler::path(const Plan& plan) {
    const auto found = path_query(plan, expansion_);
    if (!found) return found.error();
    if (found->is_proof) return unweighted(found->query);
    Proof proof;
    proof.path = plan.pattern;
    return unweighted(proven(found->query, proof));
}

Query Compiler::range(const Plan& plan) {
    const auto slot = static_cast<Xapian::valueno>(plan.slot);
    const auto bytes = [](std::int64_t value) { return Xapian::sortable_serialise(static_cast<double>(value)); };
    const Query has(plan.has);
    if (!plan.from && !plan.to) return unweighted(has);
    if (!plan.to) return Query(Query::OP_VALUE_GE, slot, bytes(*plan.from));
    // A missing value is the empty string, which is less than any number.
    const Query below(Query::OP_VALUE_LE, slot, bytes(*plan.to));
    return unweighted(plan.from ? Query(Query::OP_VALUE_RANGE, slot, bytes(*plan.from), bytes(*plan.to)) : below & has);
}

// Xapian's own OP_XOR follows a null pointer when it comes to its end in one of
// several databases (1.4.22). Halves, so that each part stands parts.size() times in
// the query and not twice as often with each part.
Query exclusive(std::span<const Query> parts) {
    if (parts.size() == 1) return parts.front();
    const auto left = exclusive(parts.first(parts.size() / 2)), right = exclusive(parts.subspan(parts.size() / 2));
    return Query(Query::OP_AND_NOT, left | right, left & right);
}

// How many leaves the query will have; what an XOR repeats counts again.
double leaves(const Plan& plan) {
    if (plan.children.empty()) return 1;
    double sum = 0;
    for (const Plan& child : plan.children) sum += leaves(child);
    return plan.kind == Plan::Kind::xor_ ? sum * static_cast<double>(std::bit_ceil(plan.children.size())) : sum;
}

Query Compiler::combine(Plan::Kind kind, std::vector<Query> parts) {
    switch (kind) {
        case Plan::Kind::and_: return {Query::OP_AND, parts.begin(), parts.end()};
        case Plan::Kind::or_: return {Query::OP_OR, parts.begin(), parts.end()};
        case Plan::Kind::xor_:
            if (narrowing_) return {Query::OP_OR, parts.begin(), parts.end()};
            return exclusive(parts);
        case Plan::Kind::maybe: return {Query::OP_AND_MAYBE, parts.begin(), parts.end()};
        // What one hunk has not, another may have.
        default: return narrowing_ ? everything() : Query{Query::OP_AND_NOT, everything(), parts.front()};
    }
}

Result<Query> Compiler::group(const Plan& plan) {
    std::vector<Query> parts, excluded;
    const auto done = join_scans(plan, parts);
    for (const Plan& child : plan.children) {
        if (std::ranges::find(done, &child) != done.end()) continue;
        const bool inverted = plan.kind == Plan::Kind::and_ && child.kind == Plan::Kind::not_;
        if (inverted && narrowing_) continue;
        const Doubt other = doubt_ == Doubt::fails ? Doubt::holds : doubt_ == Doubt::holds ? Doubt::fails : Doubt::ends;
        const bool turns = inverted || plan.kind == Plan::Kind::not_;
        const Doubt doubt = plan.kind == Plan::Kind::xor_ ? Doubt::ends : turns ? other : doubt_;
        auto part = doubtful(doubt, inverted ? child.children.front() : child, !turns && !is_common(child, plan));
        if (!part) return part;
        (inverted ? excluded : parts).push_back(std::move(*part));
    }
    if (excluded.empty() && !parts.empty()) return with_pairs(plan, combine(plan.kind, std::move(parts)));
    const Query wanted = parts.empty() ? everything() : with_pairs(plan, combine(plan.kind, std::move(parts)));
    if (excluded.empty()) return wanted;
    return Query(Query::OP_AND_NOT, wanted, Query(Query::OP_OR, excluded.begin(), excluded.end()));
}

Result<Query> Compiler::doubtful(Doubt doubt, const Plan& plan, bool ranks) {
    const Doubt before = std::exchange(doubt_, doubt);
    Ranking* const ranking = std::exchange(ranking_, ranks ? ranking_ : nullptr);
    auto out = compile(plan);
    doubt_ = before;
    ranking_ = ranking;
    return out && ranking_ && !ranks ? Result<Query>(unweighted(*out)) : out;
}

// Whether a word of an OR is to give nothing, since others of it say so much more.
bool Compiler::is_common(const Plan& plan, const Plan& group) {
    if (!ranking_ || group.kind != Plan::Kind::or_ || !is_word(plan)) return false;
    const auto rare = [&](const Plan& one) { return is_word(one) && ranked_word_of(one).rarity >= kCommon; };
    return !rare(plan) && std::ranges::any_of(group.children, rare);
}

std::optional<RankedPair> Compiler::pair_of(const Plan& first, const Plan& second) {
    if (!is_word(first) || !is_word(second) || first.words == second.words) return std::nullopt;
    RankedPair out{first.words.front() + ' ' + second.words.front(), {}, 0};
    out.rarity = std::min(ranked_word_of(first).rarity, ranked_word_of(second).rarity);
    if (out.rarity < kCommon) return std::nullopt;
    for (const auto area : {schema::Area::subject, schema::Area::log}) {
        const std::string prefix(schema::info(area).prefix);
        const auto in = [&](const Plan& plan) {
            return std::ranges::find(plan.scopes, prefix, &Scope::prefix) != plan.scopes.end();
        };
        if (in(first) && in(second))
            out.terms.emplace_back(prefix + first.words.front(), prefix + second.words.front());
    }
    return out.terms.empty() ? std::nullopt : std::optional(std::move(out));
}

Query Compiler::with_pairs(const Plan& plan, const Query& query) {
    if (!ranking_ || (plan.kind != Plan::Kind::and_ && plan.kind != Plan::Kind::or_)) return query;
    std::vector<RankedPair> found;
    for (std::size_t i = 1; i < plan.children.size(); ++i)
        if (auto pair = pair_of(plan.children[i - 1], plan.children[i])) found.push_back(std::move(*pair));
    if (found.empty()) return query;
    std::ranges::stable_sort(found, std::greater<>(), &RankedPair::rarity);
    found.resize(std::min(found.size(), kMostPairs));
    std::vector<Query> pairs;
    for (RankedPair& pair : found) pairs.push_back(ranking_->pair(std::move(pair)));
    return {Query::OP_AND_MAYBE, query, Query(Query::OP_OR, pairs.begin(), pairs.end())};
}

/// What terms tell of a text; nothing if any message may have it.
std::optional<Query> Compiler::narrowed(const Plan& plan) {
    std::vector<std::string> prefixes;
    for (const Scope& scope : plan.scopes) prefixes.push_back(scope.prefix);
    if (prefixes.empty()) return std::nullopt;
    const auto known = narrow(*plan.proof->pattern, prefixes, lexicon_, analyzer_);
    return known ? std::optional(*known | Query(Query::OP_OR, plan.terms.begin(), plan.terms.end())) : std::nullopt;
}

Query Compiler::text(const Plan& plan) {
    return unweighted(proven(narrowed(plan).value_or(everything()), *plan.proof));
}

/// Texts under an OR for which every message must be read: reads each once for all of them. Those done.
std::vector<const Plan*> Compiler::join_scans(const Plan& plan, std::vector<Query>& parts) {
    std::vector<const Plan*> scans;
    if (plan.kind != Plan::Kind::or_ || narrowing_) return scans;
    const auto texts = std::ranges::count(plan.children, Plan::Kind::text, &Plan::kind);
    for (const Plan& child : plan.children)
        if (texts > 1 && child.kind == Plan::Kind::text && !narrowed(child)) scans.push_back(&child);
    if (scans.size() < 2) return {};
    Proof proof;
    for (const Plan* scan : scans) proof.any.push_back(*scan->proof);
    parts.push_back(unweighted(proven(everything(), proof)));
    return scans;
}

// What stands in one hunk stands in the message: that narrows and gives the weight.
Result<Query> Compiler::within(const Plan& plan) {
    const bool before = std::exchange(narrowing_, true);
    const std::size_t none = expansion_.count();
    auto known = doubtful(doubt_, plan.children.front(), false);
    const std::size_t once = expansion_.count();
    expansion_.back_to(none);
    auto ranked = known && ranking_ ? compile(plan.children.front()) : known;
    expansion_.back_to(once);
    narrowing_ = before;
    if (!ranked) return ranked;
    const Query found = proven(*known & Query(schema::term(schema::kHasPrefix, "file")), *plan.proof);
    return ranking_ ? Query(Query::OP_FILTER, *ranked, found) : found;
}

Result<Query> Compiler::related(const Plan& plan) {
    std::optional<Query> inner;
    if (!plan.children.empty()) {
        auto compiled = compile(plan.children.front());
        if (!compiled) return compiled;
        inner = std::move(*compiled);
    }
    return related_ ? related_->matching(plan, inner, doubt_) : Query();
}

// What others of a thread or series say of a message holds of it too.
Result<Query> Compiler::compile(const Plan& plan) {
    auto out = own(plan);
    if (!out || !related_ || narrowing_) return out;
    if (plan.credited) return related_->credited(*out, doubt_);
    const bool path = plan.kind == Plan::Kind::path && !plan.pattern.components.empty();
    const bool names = plan.kind == Plan::Kind::text && plan.proof->areas == schema::bit(schema::Area::path);
    return path || names ? related_->with_whole_paths(plan, *out) : out;
}

Result<Query> Compiler::own(const Plan& plan) {
    switch (plan.kind) {
        case Plan::Kind::all: return everything();
        case Plan::Kind::words: return words(plan);
        case Plan::Kind::prefix: return prefix(plan);
        case Plan::Kind::terms: {
            return unweighted(Query(Query::OP_OR, plan.terms.begin(), plan.terms.end()));
        }
        case Plan::Kind::hex: return hex(plan);
        case Plan::Kind::path: return path(plan);
        case Plan::Kind::range: return range(plan);
        case Plan::Kind::text: return text(plan);
        case Plan::Kind::within: return within(plan);
        case Plan::Kind::related: return related(plan);
        default: return group(plan);
    }
}

}  // namespace

Result<Query> compile(const Plan& plan, const Lexicon& lexicon, text::Analyzer& analyzer, const Prove& prove,
                      Ranking* ranking, Related* related) {
    if (leaves(plan) > static_cast<double>(kMaxNodes))
        return Error{ErrorKind::usage, "too many parts of XOR", plan.begin};
    return Compiler(lexicon, analyzer, prove, ranking, related).compile(plan);
}

}  // namespace patchseek::query
