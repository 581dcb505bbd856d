// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan, its query and a page will read, where each read takes a round trip (reader/ahead.hpp).
#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compile/compile.hpp"
#include "impl.hpp"
#include "patchseek/schema/schema.hpp"
#include "rank/kinds.hpp"
#include "reader/database.hpp"

namespace patchseek::search {

void Index::Impl::read_ahead(const query::Plan& plan, const reader::Request& request) {
    if (!database.ahead) return;
    auto foreseen = compile::foresee(plan, analyzer);
    for (const rank::RankedKind& kind : rank::kinds_for(plan))
        foreseen.terms.insert(foreseen.terms.end(), kind.terms.begin(), kind.terms.end());
    if (!request.count) foreseen.slots.push_back(schema::kSlotOrder);
    if (request.order == reader::Order::value) foreseen.slots.push_back(static_cast<unsigned>(request.slot));
    database.ahead->values(foreseen.slots);
    database.ahead->terms(foreseen.terms, foreseen.heads);
    database.lexicon().positions()->read_ahead(foreseen.places);
}

void Index::Impl::read_ahead(const Prepared& prepared) {
    if (!database.ahead) return;
    constexpr std::size_t kMost = 1024;
    std::set<std::string> terms;
    auto queries = prepared.loose;
    queries.push_back(prepared.query);
    for (const Xapian::Query& query : queries)
        for (auto it = query.get_terms_begin(); it != query.get_terms_end() && terms.size() < kMost; ++it)
            terms.insert(*it);
    database.ahead->terms(std::vector<std::string>(terms.begin(), terms.end()));
}

// Before the hit at place `next` of a page is read, those from there on, if they have not been.
void Index::Impl::read_ahead(const reader::Request& request, const Matches& matches,
                             std::span<const rank::Candidate> found, std::span<const std::size_t> places,
                             std::size_t next) {
    constexpr std::size_t kAtOnce = 256;
    if (!database.ahead || next % kAtOnce != 0) return;
    std::vector<reader::Ahead::Document> documents;
    const auto shards = static_cast<Xapian::docid>(database.shards.size());
    for (const std::size_t place : places.subspan(next, std::min(kAtOnce, places.size() - next))) {
        const auto id = matches.found[found[place].place].id;
        documents.push_back({(id - 1) % shards, (id - 1) / shards + 1});
    }
    const bool reads = request.snippets || request.texts || request.lines;
    const auto parts = request.texts ? reader::TextParts::whole : reader::TextParts::headers_and_body;
    database.read_ahead(documents, reads ? std::optional(parts) : std::nullopt);
}

}  // namespace patchseek::search
