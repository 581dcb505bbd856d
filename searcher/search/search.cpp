#include "search.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>
#include <span>

#include "advice/advice.hpp"
#include "compile/compile.hpp"
#include "explain.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/mailmap.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"
#include "rank/kinds.hpp"
#include "rank/order.hpp"
#include "rank/scorer.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "relations/hit_relations.hpp"
#include "relations/related.hpp"
#include "verify/highlighter.hpp"
#include "verify/proof_source.hpp"

namespace patchseek::search {
namespace {

constexpr std::size_t kSnippets = 3;

/// A request that has been understood, ready to run.
struct Prepared {
    Xapian::Query query;
    query::HighlightTerms highlights;
    bool ranked = false;                   ///< whether the order is that of scores or values, not of document numbers
    std::unique_ptr<rank::Scorer> scorer;  ///< of a query that gives weights
    bool yields = false;                   ///< whether its answers come in blocks of rank::kBlock
    Xapian::Query plain;                   ///< for --explain: the query in terms alone
};

bool by_value(const reader::Request& request) { return request.order == reader::Order::value; }
bool asks_newest_first(const reader::Request& request) {
    return by_value(request) && request.slot == schema::kSlotDate && request.descending;
}

// Behind the last hit of a page, however large the two options are.
std::size_t end_of(const reader::Request& request) {
    return request.offset + std::min(request.limit, SIZE_MAX - request.offset);
}

}  // namespace

struct Index::Impl {
    std::filesystem::path path;
    reader::Database database;
    tokens::Analyzer analyzer;
    reader::Deadline deadline;
    std::vector<std::string> notes;  ///< of the last compile()

    explicit Impl(std::filesystem::path where) : path(std::move(where)) {}

    Result<Prepared> prepare(const reader::Request& request, reader::Answer& answer);
    bool knows_groups(reader::Answer& answer);
    Result<Xapian::Query> compile(const query::Plan& plan, rank::Ranking* ranking = nullptr);
    std::optional<advice::Found> find(query::Node node, const query::Mailmap* mailmap, std::size_t most);
    void explain_nothing(const reader::Request& request, reader::Answer& answer);
    Xapian::Query prove(const Xapian::Query& prefilter, const query::Proof& proof);
    Result<reader::Answer> answer(const reader::Request& request);
    Result<Done> newest_first(const reader::Request& request, const Prepared& prepared, reader::Answer& answer);
    std::vector<rank::Candidate> in_order(const Xapian::MSet& set, bool yields);
    Result<Done> ranked(const reader::Request& request, const Prepared& prepared, reader::Answer& answer);
    Result<reader::Hit> hit(const Xapian::Document& doc, reader::OpenShard& shard, const reader::Request& request,
                            verify::Highlighter& highlighter);
    Result<std::vector<reader::Hit>> show(std::string_view id);
};

Xapian::Query Index::Impl::prove(const Xapian::Query& prefilter, const query::Proof& proof) {
    // release() hands the source to the query, which deletes it with its last copy.
    return {Xapian::Query::OP_FILTER, prefilter,
            Xapian::Query((new verify::ProofSource(database, deadline, prefilter, proof))->release())};
}

Result<Xapian::Query> Index::Impl::compile(const query::Plan& plan, rank::Ranking* ranking) {
    relations::RelatedRows related(database, deadline);
    auto compiled = compile::compile(
        plan, database.lexicon(), analyzer,
        [&](const Xapian::Query& prefilter, const query::Proof& proof) { return prove(prefilter, proof); }, deadline,
        ranking, &related);
    notes = related.notes();
    return compiled;
}

// Without it, answers stand in the order of their scores.
bool Index::Impl::knows_groups(reader::Answer& answer) try {
    return database.groups().known();
} catch (const reader::Failure& failure) {
    answer.notes.push_back("versions and parts of one series are not told apart: " + failure.error.message);
    return false;
}

Result<Prepared> Index::Impl::prepare(const reader::Request& request, reader::Answer& answer) {
    auto parsed = query::parse(request.query, {request.any, request.now});
    if (!parsed) return parsed.error();
    if (request.mailmap) request.mailmap->widen(parsed->root, analyzer, parsed->notes);
    answer.notes = parsed->notes;
    const auto plan = query::make_plan(parsed->root, analyzer);
    if (!plan) return plan.error();
    Prepared out;
    out.highlights = query::highlight_terms(*plan, analyzer);
    const bool weighs = out.highlights.ranks && !request.count && !by_value(request);
    out.ranked = weighs || request.explain || (by_value(request) && !asks_newest_first(request) && !request.count);
    if (weighs) out.scorer = std::make_unique<rank::Scorer>(database.all, rank::kinds_for(*plan));
    out.yields = weighs && rank::lets_groups_yield(*plan) && knows_groups(answer);
    auto compiled = compile(*plan, out.scorer.get());
    if (!compiled) return compiled.error();
    answer.notes.insert(answer.notes.end(), notes.begin(), notes.end());
    out.query = std::move(*compiled);
    if (!request.explain) return out;
    auto plain = compile(*plan);
    if (!plain) return plain.error();
    out.plain = std::move(*plain);
    const auto tokens = query::lex(request.query);
    answer.stages = {"tokens  " + (tokens ? query::print(*tokens) : std::string()),
                     "tree    " + query::print(parsed->root), "plan    " + query::print(*plan),
                     "xapian  " + out.plain.get_description(), "terms   " + frequencies(out.plain, database.all)};
    return out;
}

Result<reader::Hit> Index::Impl::hit(const Xapian::Document& doc, reader::OpenShard& shard,
                                     const reader::Request& request, verify::Highlighter& highlighter) {
    reader::Hit hit;
    auto record = store::decode(doc.get_data());
    if (!record) return record.error();
    hit.record = std::move(*record);
    if (request.lookup != reader::Lookup::none)
        relations::locate(hit, database, shard, doc.get_docid(), request.lookup);
    for (std::string& archive : hit.record.archives)
        if (const auto known = database.archives.find(archive); known != database.archives.end())
            archive = known->second;
    std::ranges::sort(hit.record.archives);
    if (request.snippets || request.texts) {
        auto text = shard.text_of(doc);
        if (!text) return text.error();
        if (request.snippets) {
            hit.subject_marks = highlighter.marks(hit.record.subject);
            hit.matched_files = highlighter.matched(hit.record.files);
            hit.snippets = highlighter.snippets(text->body, kSnippets);
        }
        if (request.texts) hit.text = std::move(*text);
    }
    return hit;
}

namespace {

// Document ids ascend from the newest message on in all but the small shards, so the first
// matches of each are its newest, and the matcher stops when it has enough.
struct Match {
    std::string key;
    Xapian::docid id;  // in all shards together
    Xapian::Document doc;
    reader::OpenShard* shard;
};

}  // namespace

Result<Done> Index::Impl::newest_first(const reader::Request& request, const Prepared& prepared,
                                       reader::Answer& answer) {
    const std::size_t wanted = request.limit == 0 ? 0 : end_of(request);
    std::vector<Match> found;
    answer.page.exact = true;
    const auto shards = static_cast<Xapian::docid>(database.shards.size());
    for (Xapian::docid number = 0; number < shards; ++number) {
        auto& shard = database.shards[number];
        const auto all = shard->db.get_doccount();
        const auto most = wanted == 0 ? all : static_cast<Xapian::doccount>(std::min<std::size_t>(wanted, all));
        Xapian::Enquire enquire(shard->db);
        enquire.set_query(prepared.query);
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_docid_order(Xapian::Enquire::ASCENDING);
        if (!shard->newest_first) enquire.set_sort_by_value(schema::kSlotOrder, false);
        enquire.set_time_limit(static_cast<double>(request.timeout));
        const auto set = enquire.get_mset(0, request.count ? 0 : most, request.count ? all : 0);
        answer.page.matches += set.get_matches_estimated();
        answer.page.exact = answer.page.exact && set.get_matches_lower_bound() == set.get_matches_upper_bound();
        for (auto it = set.begin(); it != set.end(); ++it) {
            auto doc = it.get_document();
            found.push_back({doc.get_value(schema::kSlotOrder), (*it - 1) * shards + number + 1, doc, shard.get()});
        }
    }
    if (request.count) return Done{};
    // Messages that share an id and a date stay in the order of their numbers, as in ranked().
    std::ranges::sort(found, {},
                      [](const Match& one) { return std::pair<std::string_view, Xapian::docid>(one.key, one.id); });
    verify::Highlighter highlighter(prepared.highlights, analyzer);
    const std::size_t end = wanted == 0 ? found.size() : std::min(wanted, found.size());
    for (std::size_t i = request.offset; i < end; ++i) {
        auto one = hit(found[i].doc, *found[i].shard, request, highlighter);
        if (!one) return one.error();
        answer.page.hits.push_back(std::move(*one));
    }
    return Done{};
}

std::vector<rank::Candidate> Index::Impl::in_order(const Xapian::MSet& set, bool yields) {
    std::vector<rank::Candidate> out;
    for (auto it = set.begin(); it != set.end(); ++it) {
        rank::Candidate& one = out.emplace_back(rank::Candidate{out.size(), it.get_weight()});
        if (!yields) continue;
        const auto& relation = database.relation_of(*it);
        one.group = relation.change;
        one.older = relation.change != 0 && !relation.has(store::RelationState::latest);
    }
    if (!yields) return out;
    for (std::size_t begin = 0; begin < out.size(); begin += rank::kBlock)
        rank::put_into_order(std::span(out).subspan(begin, std::min(rank::kBlock, out.size() - begin)));
    return out;
}

Result<Done> Index::Impl::ranked(const reader::Request& request, const Prepared& prepared, reader::Answer& answer) {
    Xapian::Enquire enquire(database.all);
    enquire.set_query(prepared.query);
    enquire.set_weighting_scheme(rank::source_weight());
    if (by_value(request)) {
        auto* keys = new Xapian::MultiValueKeyMaker;
        // What has no value comes last, whichever way the others go.
        const std::string missing = request.descending ? std::string() : std::string(9, '\xFF');
        keys->add_value(static_cast<Xapian::valueno>(request.slot), request.descending, missing);
        keys->add_value(schema::kSlotOrder);
        enquire.set_sort_by_key(keys->release(), false);
    } else {
        enquire.set_sort_by_relevance_then_value(schema::kSlotOrder, false);
    }
    enquire.set_time_limit(static_cast<double>(request.timeout));
    const std::size_t all = database.all.get_doccount();
    const std::size_t begin = std::min(request.offset, all);
    const std::size_t end = request.limit == 0 ? all : std::min(end_of(request), all);
    const std::size_t block = prepared.yields ? rank::kBlock : 1;
    const std::size_t first = begin / block * block;
    const auto most = static_cast<Xapian::doccount>(std::min((end + block - 1) / block * block, all) - first);
    const auto set = enquire.get_mset(static_cast<Xapian::doccount>(first), request.count ? 0 : most,
                                      static_cast<Xapian::doccount>(request.count ? all : 0));
    answer.page.matches = set.get_matches_estimated();
    answer.page.exact = set.get_matches_lower_bound() == set.get_matches_upper_bound();
    const auto found = in_order(set, prepared.yields);
    verify::Highlighter highlighter(prepared.highlights, analyzer);
    for (std::size_t i = begin - first; i < std::min(end - first, found.size()); ++i) {
        const auto at = set[static_cast<Xapian::doccount>(found[i].place)];
        auto one = hit(at.get_document(), database.shard_of(*at), request, highlighter);
        if (!one) return one.error();
        if (prepared.scorer) one->score = found[i].score;
        if (request.explain) {
            one->why = reasons({prepared.query, prepared.plain, prepared.scorer.get()}, *at, database, one->record.id);
            if (found[i].yielded > 0) one->why.push_back("others of its series give " + number(-found[i].yielded));
        }
        answer.page.hits.push_back(std::move(*one));
    }
    return Done{};
}

// What a part of a query finds alone.
std::optional<advice::Found> Index::Impl::find(query::Node node, const query::Mailmap* mailmap, std::size_t most) {
    std::vector<std::string> told;
    if (mailmap) mailmap->widen(node, analyzer, told);
    const auto plan = query::make_plan(node, analyzer);
    const auto compiled = plan ? compile(*plan) : Result<Xapian::Query>(plan.error());
    if (!compiled) return std::nullopt;
    Xapian::Enquire enquire(database.all);
    enquire.set_query(*compiled);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    const auto set = enquire.get_mset(0, static_cast<Xapian::doccount>(most), database.all.get_doccount());
    advice::Found out{set.get_matches_estimated(), {}};
    for (auto it = set.begin(); it != set.end(); ++it)
        if (auto record = store::decode(it.get_document().get_data())) out.some.push_back(std::move(*record));
    return out;
}

void Index::Impl::explain_nothing(const reader::Request& request, reader::Answer& answer) {
    const auto parsed = query::parse(request.query, {request.any, request.now});
    if (!parsed) return;
    advice::advise(parsed->root, request.query,
                   {database,
                    analyzer,
                    deadline,
                    {request.any, request.now},
                    [&](const query::Node& node, std::size_t most) { return find(node, request.mailmap.get(), most); }},
                   answer);
}

Result<reader::Answer> Index::Impl::answer(const reader::Request& request) {
    reader::Answer answer;
    deadline.start(request.timeout);
    const auto prepared = prepare(request, answer);
    if (!prepared) return prepared.error();
    if (database.shards.empty() || prepared->query.empty()) {
        answer.page.exact = true;
        return answer;
    }
    const auto done = prepared->ranked ? ranked(request, *prepared, answer) : newest_first(request, *prepared, answer);
    if (!done) return done.error();
    if (const auto known = relations::add_relations(answer.page.hits, database, request.lookup); !known)
        return known.error();
    answer.partial = deadline.passed();
    if (answer.partial) answer.page.exact = false;
    if (answer.page.matches == 0 && request.advice && !request.count && !answer.partial)
        explain_nothing(request, answer);
    return answer;
}

Result<std::vector<reader::Hit>> Index::Impl::show(std::string_view id) {
    reader::Request request;
    request.texts = true;
    request.lookup = reader::Lookup::relations;
    std::vector<reader::Hit> out;
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    const auto term = schema::term(schema::field::id, id);
    verify::Highlighter highlighter({}, analyzer);
    for (const auto& shard : database.shards) {
        for (auto it = shard->db.postlist_begin(term); it != shard->db.postlist_end(term); ++it) {
            auto one = hit(shard->db.get_document(*it), *shard, request, highlighter);
            if (!one) return one.error();
            out.push_back(std::move(*one));
        }
    }
    if (const auto known = relations::add_relations(out, database, request.lookup); !known) return known.error();
    std::ranges::stable_sort(out, std::greater<>(),
                             [](const reader::Hit& hit) { return hit.record.date.value_or(INT64_MIN); });
    return out;
}

Index::Index(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Result<Index> Index::open(const std::filesystem::path& path) {
    auto impl = std::make_unique<Impl>(path);
    const auto opened = reader::with_retries(path, impl->database, []() -> Result<Done> { return Done{}; });
    if (!opened) return opened.error();
    return Index(std::move(impl));
}

Result<reader::Answer> Index::search(const reader::Request& request) {
    return reader::with_retries(impl_->path, impl_->database, [&] { return impl_->answer(request); });
}

Result<std::vector<reader::Hit>> Index::show(std::string_view id) {
    return reader::with_retries(impl_->path, impl_->database, [&] { return impl_->show(id); });
}

Result<relations::History> Index::history(std::string_view id) {
    return reader::with_retries(impl_->path, impl_->database,
                                [&] { return relations::history_of(impl_->database, id); });
}

}  // namespace patchseek::search
