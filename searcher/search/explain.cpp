// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "advice/advice.hpp"
#include "compile/compile.hpp"
#include "impl.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "query/mailmap.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"
#include "relations/related.hpp"
#include "search.hpp"

namespace patchseek::search {
namespace {

constexpr std::size_t kMostTerms = 60;

std::vector<std::string> terms_of(const Xapian::Query& query) {
    std::vector<std::string> out;
    for (auto it = query.get_unique_terms_begin(); it != query.get_terms_end(); ++it)
        if (!(*it).empty()) out.push_back(*it);
    return out;
}

// The query runs again for this message alone, and the posting sources tell what they are asked for:
// a branch that does not hold is not asked, so what it would give is not among it.
const std::map<std::size_t, double>& given(const Explained& explained, Xapian::docid id, reader::Database& database,
                                           const std::string& message_id) {
    const auto shards = static_cast<Xapian::docid>(database.shards.size());
    explained.scorer->watch(database.shard_of(id).db.get_uuid(), (id - 1) / shards + 1);
    Xapian::Enquire enquire(database.all);
    const auto unique = schema::term(schema::field::id, message_id);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_FILTER, explained.query, Xapian::Query(unique)));
    enquire.set_weighting_scheme(rank::source_weight());
    // Copies with other contents may share the id; all are looked at.
    const auto all = database.all.get_doccount();
    enquire.get_mset(0, all, all);
    return explained.scorer->given();
}

// How often a message has a term; nothing if it has not.
std::optional<Xapian::termcount> occurrences(const std::string& term, Xapian::docid id, reader::Database& database) {
    auto at = database.all.postlist_begin(term);
    const auto end = database.all.postlist_end(term);
    if (at != end) at.skip_to(id);
    return at != end && *at == id ? std::optional(at.get_wdf()) : std::nullopt;
}

}  // namespace

std::string number(double score) {
    auto text = std::to_string(std::round(score * 1000) / 1000);
    return text.substr(0, text.find('.') + 4);
}

std::string frequencies(const Xapian::Query& query, const reader::Statistics& statistics) {
    std::string out;
    std::size_t count = 0;
    for (const std::string& term : terms_of(query)) {
        if (++count > kMostTerms) return out + " ...";
        out += (out.empty() ? "" : ", ") + term + ' ' + std::to_string(statistics.frequency(term));
    }
    return out;
}

std::vector<std::string> reasons(const Explained& explained, Xapian::docid id, reader::Database& database,
                                 const std::string& message_id) {
    std::vector<std::string> out;
    std::set<std::string, std::less<>> told;
    if (explained.scorer) {
        for (const auto& [part, score] : given(explained, id, database, message_id)) {
            const auto& [name, terms] = explained.scorer->parts()[part];
            std::string line = name + " gives " + number(score);
            bool first = true;
            for (const std::string& term : terms) {
                const auto count = occurrences(term, id, database);
                if (!count || !told.insert(term).second) continue;
                line += (std::exchange(first, false) ? ": " : ", ") + term + ' ' + std::to_string(*count);
            }
            out.push_back(std::move(line));
        }
    }
    for (const std::string& term : terms_of(explained.plain))
        if (!told.contains(term) && occurrences(term, id, database))
            out.push_back(term + " in " + std::to_string(database.statistics().frequency(term)));
    return out;
}

// What a part of a query finds alone.
std::optional<advice::Found> Index::Impl::find(query::Node node, const query::Mailmap* mailmap, std::size_t most,
                                               std::size_t& texts) try {
    std::vector<std::string> told;
    if (mailmap) mailmap->widen(node, analyzer, told);
    const auto plan = query::make_plan(node, analyzer);
    verify::ProofScope scope;
    scope.allow(texts);
    if (!plan) return std::nullopt;
    relations::RelatedRows related(database, deadline);
    const auto compiled =
        compile::compile(*plan, database.lexicon(), analyzer, prover(scope), deadline, nullptr, &related);
    if (!compiled) return std::nullopt;
    Xapian::Enquire enquire(database.all);
    enquire.set_query(database.living(*compiled));
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    const auto set = enquire.get_mset(0, static_cast<Xapian::doccount>(most), database.all.get_doccount());
    texts = scope.texts_left();
    advice::Found out{set.get_matches_estimated(), {}};
    for (auto it = set.begin(); it != set.end(); ++it)
        if (auto record = store::decode(it.get_document().get_data())) out.some.push_back(std::move(*record));
    return out;
} catch (const reader::Failure& failure) {
    if (failure.error.kind != ErrorKind::busy) throw;
    return std::nullopt;  // it is not known what that finds
}

void Index::Impl::explain_nothing(const reader::Request& request, reader::Answer& answer) {
    const auto parsed = query::parse(request.query, {request.any, request.now});
    if (!parsed) return;
    // What takes longer to read than people wait for advice, some tens of milliseconds, is not tried.
    constexpr std::size_t kMostTexts = 2500;
    std::size_t texts = kMostTexts;
    advice::advise(
        parsed->root, request.query,
        {database,
         analyzer,
         deadline,
         {request.any, request.now},
         [&](const query::Node& node, std::size_t most) { return find(node, request.mailmap.get(), most, texts); },
         !request.leave_out.has},
        answer);
}

}  // namespace patchseek::search
