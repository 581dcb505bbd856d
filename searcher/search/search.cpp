// SPDX-License-Identifier: GPL-2.0-or-later
#include "search.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>
#include <span>

#include "compile/compile.hpp"
#include "explain.hpp"
#include "impl.hpp"
#include "matches.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/mailmap.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"
#include "rank/kinds.hpp"
#include "rank/ranking.hpp"
#include "rank/scorer.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "reader/ids.hpp"
#include "relations/hit_relations.hpp"
#include "relations/related.hpp"
#include "verify/proof_source.hpp"

namespace patchseek::search {
namespace {

/// Of several words, the rarest decides; of a word, the scope that has it most often.
std::uint64_t frequency_of(const query::Wanted& wanted, const reader::Statistics& statistics) {
    if (wanted.pattern) return 0;
    std::uint64_t least = UINT64_MAX;
    if (wanted.prefix) return least;
    for (const std::string& word : wanted.words) {
        std::uint64_t most = 0;
        for (const query::Scope& scope : wanted.scopes)
            most = std::max(most, statistics.frequency(scope.prefix + word));
        least = std::min(least, most);
    }
    return least;
}

bool by_value(const reader::Request& request) { return request.order == reader::Order::value; }
bool asks_newest_first(const reader::Request& request) {
    return by_value(request) && request.slot == schema::kSlotDate && request.descending;
}

}  // namespace

compile::Prove Index::Impl::prover(verify::ProofScope& scope) {
    return [&](const Xapian::Query& candidates, const query::Proof& proof) {
        // release() hands the source to the query, which deletes it with its last copy.
        const Xapian::Query proven((new verify::ProofSource(database, deadline, scope, candidates, proof))->release());
        // What is proven is a candidate, without asking; but of a phrase terms decide too, by where its words stand.
        return proof.literal.empty() ? proven : Xapian::Query(Xapian::Query::OP_FILTER, candidates, proven);
    };
}

// Without it, answers stand in the order of their scores.
bool Index::Impl::knows_groups(reader::Answer& answer) try {
    return database.groups().known();
} catch (const reader::Failure& failure) {
    answer.notes.push_back("versions and parts of one series are not told apart: " + failure.error.message);
    return false;
}

Result<Done> Index::Impl::compile(const query::Plan& plan, Prepared& out, reader::Answer& answer) {
    relations::RelatedRows related(database, deadline);
    const auto prove = prover(*out.scope);
    const auto both =
        compile::compile_both(plan, database.lexicon(), analyzer, prove, deadline, out.scorer.get(), &related);
    if (!both) return both.error();
    out.query = database.living(both->exact);
    out.loose.clear();
    for (const Xapian::Query& loose : both->loose) out.loose.push_back(database.living(loose));
    read_ahead(out);
    std::ranges::move(related.notes(), std::back_inserter(answer.notes));
    return Done{};
}

Result<Prepared> Index::Impl::prepare(const reader::Request& request, reader::Answer& answer) {
    auto parsed = query::parse(request.query, {request.any, request.now});
    if (!parsed) return parsed.error();
    if (request.mailmap) request.mailmap->widen(parsed->root, analyzer, parsed->notes);
    answer.notes = parsed->notes;
    const auto plan = query::make_plan(parsed->root, analyzer);
    if (!plan) return plan.error();
    read_ahead(*plan, request);
    Prepared out;
    out.highlights = query::highlight_terms(*plan, analyzer);
    const auto statistics = database.statistics();
    for (query::Wanted& wanted : out.highlights.wanted) wanted.frequency = frequency_of(wanted, statistics);
    const bool weighs = out.highlights.ranks && !request.count && !by_value(request);
    out.ranked = weighs || request.explain || (by_value(request) && !asks_newest_first(request) && !request.count);
    if (weighs) out.scorer = std::make_unique<rank::Scorer>(database.lexicon(), rank::kinds_for(*plan));
    out.yields = weighs && rank::lets_groups_yield(*plan) && knows_groups(answer);
    auto rare = weighs && !request.explain ? rank::without_common_words(*plan, analyzer, statistics) : std::nullopt;
    out.notes = answer.notes.size();
    if (const auto done = compile(rare ? *rare : *plan, out, answer); !done) return done.error();
    if (rare) out.whole = *plan;
    if (!request.explain) return out;
    relations::RelatedRows related(database, deadline);
    const auto prove = prover(*out.scope);
    const auto shown = [&](const Xapian::Query& candidates, const query::Proof& proof) {
        const auto proven = prove(candidates, proof);
        return proof.literal.empty() ? Xapian::Query(Xapian::Query::OP_FILTER, candidates, proven) : proven;
    };
    const auto lexicon = database.lexicon().without_positions();
    auto plain = compile::compile(*plan, lexicon, analyzer, shown, deadline, nullptr, &related);
    if (!plain) return plain.error();
    out.plain = std::move(*plain);
    const auto tokens = query::lex(request.query);
    answer.stages = {"tokens  " + (tokens ? query::print(*tokens) : std::string()),
                     "tree    " + query::print(parsed->root), "plan    " + query::print(*plan),
                     "xapian  " + out.plain.get_description(),
                     "terms   " + frequencies(out.plain, database.statistics())};
    return out;
}

Result<Matches> Index::Impl::matches_of(const reader::Request& request, Prepared& prepared, std::size_t wanted,
                                        reader::Answer& answer) {
    const auto run = [&] {
        const Search search{
            database, prepared.query, prepared.loose,   *prepared.scope,
            request,  deadline,       !prepared.ranked, prepared.scorer ? prepared.scorer->postings() : 0};
        return request.count ? count_matches(search) : first_matches(search, wanted);
    };
    auto matches = run();
    if (!prepared.whole || deadline.passed()) return matches;
    // What a common word alone finds has no score, as has what only quotes a rare one.
    if (matches.found.size() >= wanted && (wanted == 0 || matches.found[wanted - 1].score > 0)) {
        matches.exact = false;
        return matches;
    }
    const auto whole = std::exchange(prepared.whole, std::nullopt);
    answer.notes.resize(prepared.notes);
    if (const auto done = compile(*whole, prepared, answer); !done) return done.error();
    return run();
}

Result<reader::Answer> Index::Impl::answer(const reader::Request& request) {
    reader::Answer answer;
    deadline.start(request.timeout);
    auto prepared = prepare(request, answer);
    if (!prepared) return prepared.error();
    if (database.shards.empty() || (prepared->query.empty() && !prepared->whole)) {
        answer.page.exact = true;
        return answer;
    }
    const auto done = fill_page(request, *prepared, answer);
    if (!done) return done.error();
    if (const auto known = relations::add_relations(answer.page.hits, database, request.lookup); !known)
        return known.error();
    answer.partial = deadline.passed();
    if (answer.partial) answer.page.exact = false;
    if (answer.page.matches == 0 && request.advice && !request.count && !answer.partial)
        explain_nothing(request, answer);
    return answer;
}

std::string Index::Impl::known_id(std::string_view id) {
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    return reader::whole_id(database.statistics(), id).value_or(std::string(id));
}

Result<std::vector<reader::Hit>> Index::Impl::show(std::string_view id) {
    reader::Request request;
    request.texts = true;
    request.lookup = reader::Lookup::relations;
    reader::Page page;
    std::vector<Pending> pending;
    const auto term = schema::term(schema::field::id, known_id(id));
    for (const auto& shard : database.shards) {
        for (auto it = shard->db.postlist_begin(term); it != shard->db.postlist_end(term); ++it) {
            if (!shard->lives(*it)) continue;
            auto one = hit_of(shard->db.get_document(*it), *shard, request);
            if (!one) return one.error();
            pending.push_back(std::move(*one));
        }
    }
    if (const auto done = finish(pending, request, Prepared{}, page); !done) return done.error();
    auto& out = page.hits;
    if (const auto known = relations::add_relations(out, database, request.lookup); !known) return known.error();
    std::ranges::stable_sort(out, std::greater<>(),
                             [](const reader::Hit& hit) { return hit.record.date.value_or(INT64_MIN); });
    return std::move(out);
}

Index::Index(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Result<Index> Index::open(reader::Sources sources) {
    auto impl = std::make_unique<Impl>(std::move(sources));
    const auto opened = reader::with_retries(impl->sources, impl->database, []() -> Result<Done> { return Done{}; });
    if (!opened) return opened.error();
    return Index(std::move(impl));
}

Result<reader::Answer> Index::search(const reader::Request& request) {
    impl_->given.clear();
    return reader::with_retries(impl_->sources, impl_->database, [&] { return impl_->answer(request); });
}

Result<std::vector<reader::Hit>> Index::show(std::string_view id) {
    return reader::with_retries(impl_->sources, impl_->database, [&] { return impl_->show(id); });
}

Result<Tallied> Index::tally(const reader::Request& request, const std::vector<facets::Facet>& facets) {
    return reader::with_retries(impl_->sources, impl_->database, [&] { return impl_->tally(request, facets); });
}

Result<reader::Answer> Index::like(const Likeness& asked, const reader::Request& request) {
    return reader::with_retries(impl_->sources, impl_->database, [&] { return impl_->like(asked, request); });
}

Result<relations::History> Index::history(std::string_view id) {
    return reader::with_retries(impl_->sources, impl_->database,
                                [&] { return relations::history_of(impl_->database, impl_->known_id(id)); });
}

const std::vector<Error>& Index::missing() const { return impl_->sources.missing(); }

void Index::stop() { impl_->deadline.stop(); }
void Index::resume() { impl_->deadline.resume(); }

std::string Index::covers() {
    const auto text = reader::with_retries(impl_->sources, impl_->database, [&]() -> Result<std::string> {
        return reader::coverage(impl_->database.statistics());
    });
    return text ? *text : std::string();
}

std::string Index::whole_id(const std::string& beginning) {
    const auto id = reader::with_retries(impl_->sources, impl_->database,
                                         [&]() -> Result<std::string> { return impl_->known_id(beginning); });
    return id ? *id : beginning;
}

Result<relations::Reviews> Index::reviews(std::string_view id) {
    return reader::with_retries(impl_->sources, impl_->database,
                                [&] { return relations::reviews_of(impl_->database, impl_->known_id(id)); });
}

Result<relations::Story> Index::story(std::string_view id) {
    return reader::with_retries(impl_->sources, impl_->database,
                                [&] { return relations::story_of(impl_->database, id); });
}

}  // namespace patchseek::search
