// SPDX-License-Identifier: GPL-2.0-or-later
// From matches to a page of hits.
#include <xapian.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "explain.hpp"
#include "impl.hpp"
#include "matches.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "rank/order.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "reader/ids.hpp"
#include "relations/hit_relations.hpp"
#include "verify/highlighter.hpp"

namespace patchseek::search {
namespace {

constexpr std::size_t kSnippets = 3;
/// Hits that Request::on_hits takes at a time.
constexpr std::size_t kHandedOn = 64;
/// So few hits are read sooner than another thread starts.
constexpr std::size_t kHitsOfThread = 4;

// Behind the last hit of a page, however large the two options are.
std::size_t end_of(const reader::Request& request) {
    return request.offset + std::min(request.limit, SIZE_MAX - request.offset);
}

// Of a message that is found by nothing in its body, the subject.
std::vector<reader::FoundLine> found_lines(const store::Record& record, std::string_view body,
                                           const reader::Request& request, verify::Highlighter& highlighter) {
    auto out = highlighter.found(body, request.around);
    if (out.empty()) out.push_back({'L', {}, 0, record.subject, highlighter.marks(record.subject)});
    return out;
}

}  // namespace

Result<Pending> Index::Impl::hit_of(const Xapian::Document& doc, reader::OpenShard& shard,
                                    const reader::Request& request) {
    Pending out{{}, &shard, doc.get_value(schema::kSlotText)};
    reader::Hit& hit = out.hit;
    auto record = store::decode(doc.get_data());
    if (!record) return record.error();
    hit.record = std::move(*record);
    if (request.lookup != reader::Lookup::none)
        relations::locate(hit, database, shard, doc.get_docid(), request.lookup);
    for (std::string& archive : hit.record.archives)
        if (const auto known = database.archives.find(archive); known != database.archives.end())
            archive = known->second;
    std::ranges::sort(hit.record.archives);
    if (request.short_ids) hit.short_id = reader::short_id(database.statistics(), hit.record.id);
    return out;
}

Result<Done> Index::Impl::add_text(Pending& pending, const verify::KeptTexts& kept, store::TextReader& texts,
                                   const reader::Request& request, verify::Highlighter& highlighter) {
    reader::Hit& hit = pending.hit;
    const auto parts = request.texts ? reader::TextParts::whole : reader::TextParts::headers_and_body;
    const auto* const known = request.texts ? nullptr : kept.find(pending.shard->number, pending.place);
    const auto text = known ? Result<store::TextView>(store::TextView{known->headers, known->body, {}})
                            : reader::text_at(texts, pending.place, parts);
    if (!text) return text.error();
    if (request.snippets) {
        hit.subject_marks = highlighter.marks(hit.record.subject);
        hit.matched_files = highlighter.matched(hit.record.files);
        hit.snippets = highlighter.snippets(text->body, kSnippets);
    }
    if (request.lines) hit.lines = found_lines(hit.record, text->body, request, highlighter);
    hit.archived_at = reader::archived_at(text->headers);
    if (request.texts) hit.text = text->copy();
    return Done{};
}

std::vector<rank::Candidate> Index::Impl::in_order(std::span<const Match> matches, bool yields) {
    std::vector<rank::Candidate> out;
    for (const Match& match : matches) {
        rank::Candidate& one = out.emplace_back(rank::Candidate{out.size(), match.score});
        if (!yields) continue;
        const auto& relation = database.relation_of(match.id);
        one.group = relation.change;
        one.older = relation.change != 0 && !relation.has(store::RelationState::latest);
    }
    if (!yields) return out;
    for (std::size_t begin = 0; begin < out.size(); begin += rank::kBlock)
        rank::put_into_order(std::span(out).subspan(begin, std::min(rank::kBlock, out.size() - begin)));
    return out;
}

// Where in `found` the hits of a page stand.
std::vector<std::size_t> Index::Impl::places_of_page(const reader::Request& request, const Matches& matches,
                                                     std::span<const rank::Candidate> found, reader::Page& page) {
    const reader::LeaveOut& leave_out = request.leave_out;
    const bool counts = leave_out.has && leave_out.most == SIZE_MAX;
    const std::size_t end = request.limit == 0 ? found.size() : std::min(end_of(request), found.size());
    std::vector<std::size_t> out;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < found.size() && (counts || taken < end); ++i) {
        if (leave_out.has) {
            const auto doc = database.all.get_document(matches.found[found[i].place].id);
            if (const auto record = store::decode(doc.get_data()); record && leave_out.has(*record)) continue;
        }
        if (taken >= request.offset && taken < end) out.push_back(i);
        ++taken;
    }
    if (counts) page.matches = taken;
    return out;
}

void Index::Impl::explain(const Prepared& prepared, Xapian::docid id, double yielded, reader::Hit& hit) {
    hit.why = reasons({prepared.query, prepared.plain, prepared.scorer.get()}, id, database, hit.record.id);
    if (yielded > 0) hit.why.push_back("others of its series give " + number(-yielded));
}

// Reads the texts of some hits, each by one of several threads, and puts them on the page; those behind one for which
// there was no time are left out.
Result<Done> Index::Impl::finish(std::vector<Pending>& pending, const reader::Request& request,
                                 const Prepared& prepared, reader::Page& page) {
    const bool reads = request.snippets || request.texts || request.lines;
    const auto most = std::max<std::size_t>(1, pending.size() / kHitsOfThread);
    const std::size_t threads = database.ahead || !reads ? 1 : std::min<std::size_t>(most, processors());
    std::vector<std::vector<store::TextReader*>> readers(threads);
    for (std::size_t thread = 0; thread < threads; ++thread)
        for (const Pending& one : pending)
            readers[thread].push_back(threads == 1 ? one.shard->texts : &database.reader(thread, *one.shard));
    std::atomic<std::size_t> next = 0;
    for_each_in_parallel(threads, [&](std::size_t thread) {
        std::optional<tokens::Analyzer> own;
        verify::Highlighter highlighter(prepared.highlights, thread == 0 ? analyzer : own.emplace());
        for (std::size_t i = next++; i < pending.size(); i = next++) {
            Pending& one = pending[i];
            if (request.timeout > 0 && (i > 0 || !page.hits.empty()) && deadline.passed()) continue;
            one.done = reads ? add_text(one, prepared.scope->kept, *readers[thread][i], request, highlighter) : Done{};
        }
    });
    for (Pending& one : pending) {
        if (!one.done) break;
        if (!*one.done) return one.done->error();
        page.hits.push_back(std::move(one.hit));
    }
    pending.clear();
    return Done{};
}

Result<Done> Index::Impl::fill_page(const reader::Request& request, Prepared& prepared, reader::Answer& answer) {
    const std::size_t all = database.all.get_doccount();
    const std::size_t spare = request.leave_out.has ? std::min(request.leave_out.most, all) : 0;
    const std::size_t end = request.limit == 0 ? all : std::min(std::min(end_of(request), all) + spare, all);
    const std::size_t block = prepared.yields ? rank::kBlock : 1;
    auto got = matches_of(request, prepared, (end + block - 1) / block * block, answer);
    if (!got) return got.error();
    const Matches matches = std::move(*got);
    answer.page.matches = matches.count;
    answer.page.exact = matches.exact;
    const auto found = in_order(matches.found, prepared.yields);
    const auto places =
        places_of_page(request, matches, std::span(found).first(std::min(end, found.size())), answer.page);
    std::vector<Pending> pending;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::size_t place = places[i];
        read_ahead(request, matches, found, places, i);
        const Match& match = matches.found[found[place].place];
        auto& shard = database.shard_of(match.id);
        const auto shards = static_cast<Xapian::docid>(database.shards.size());
        const auto doc = shard.db.get_document((match.id - 1) / shards + 1, Xapian::DOC_ASSUME_VALID);
        if (request.on_hits && !given.insert(doc.get_value(schema::kSlotContent)).second) continue;
        auto one = hit_of(doc, shard, request);
        if (!one) return one.error();
        if (prepared.scorer) one->hit.score = found[place].score;
        if (request.explain) explain(prepared, match.id, found[place].yielded, one->hit);
        pending.push_back(std::move(*one));
        if (pending.size() < kHandedOn) continue;
        if (const auto done = finish(pending, request, prepared, answer.page); !done) return done;
        const auto wanted = request.on_hits ? hand_on(request, answer) : Result<bool>(true);
        if (!wanted) return wanted.error();
        if (!*wanted || deadline.passed()) return Done{};
    }
    if (const auto done = finish(pending, request, prepared, answer.page); !done) return done;
    if (request.on_hits)
        if (const auto done = hand_on(request, answer); !done) return done.error();
    return Done{};
}

// Whether more is wanted.
Result<bool> Index::Impl::hand_on(const reader::Request& request, reader::Answer& answer) {
    if (answer.page.hits.empty()) return true;
    if (const auto known = relations::add_relations(answer.page.hits, database, request.lookup); !known)
        return known.error();
    const bool wanted = request.on_hits(answer.page);
    answer.page.hits.clear();
    return wanted;
}

}  // namespace patchseek::search
