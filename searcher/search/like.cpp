// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "impl.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/patch_id.hpp"
#include "patchseek/patch/path_terms.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/text/fold.hpp"
#include "relations/hit_relations.hpp"
#include "verify/likeness.hpp"

namespace patchseek::search {
namespace {

// Of the words of a patch so many are asked for, the rarest of each kind; so many of its words are looked up at all.
constexpr std::size_t kTerms = 32, kLookups = 2000;
// A patch of all of a tree is like others by its words and by the first of its paths.
constexpr std::size_t kPaths = 200;
// So many candidates are read and compared.
constexpr std::size_t kCandidates = 150, kOverlapCandidates = 600;

// What does not even share half of a title is not worth showing.
constexpr double kLeastLikeness = 0.1;

using Terms = std::map<std::string, Xapian::doccount>;

/// A patch that was compared.
struct Compared {
    double score;
    std::int64_t date;
    Xapian::docid id;
};

/// Of equal ones the newest.
bool stands_before(const Compared& a, const Compared& b) {
    return std::tie(a.score, a.date) > std::tie(b.score, b.date);
}

/// Of some terms the rarest, as a query in which each weighs by its rarity. Those that no other message has tell
/// nothing.
Xapian::Query rarest(const Terms& terms, Xapian::doccount own, Xapian::doccount all) {
    std::vector<std::pair<Xapian::doccount, std::string>> order;
    for (const auto& [term, count] : terms)
        if (count > own) order.emplace_back(count, term);
    std::ranges::sort(order);
    if (order.size() > kTerms) order.resize(kTerms);
    std::vector<Xapian::Query> parts;
    for (const auto& [count, term] : order) {
        const double weight = std::log(1.0 + static_cast<double>(all) / static_cast<double>(count));
        parts.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(term), weight);
    }
    return {Xapian::Query::OP_OR, parts.begin(), parts.end()};
}

/// Messages that have all components of one of the paths.
Xapian::Query path_query(const std::vector<std::string>& paths) {
    std::vector<Xapian::Query> out;
    for (const std::string& path : std::span(paths).first(std::min(paths.size(), kPaths))) {
        std::vector<std::string> terms;
        for (const std::string& component : patch::parse_path_pattern(path).components)
            terms.push_back(schema::term(schema::kPathPrefix, text::fold(component)));
        out.emplace_back(Xapian::Query::OP_AND, terms.begin(), terms.end());
    }
    return {Xapian::Query::OP_OR, out.begin(), out.end()};
}

Xapian::Query id_query(std::string_view body, const std::vector<patch::Line>& lines) {
    std::vector<std::string> terms;
    for (const std::string& id : patch::patch_ids(body, lines))
        terms.push_back(schema::term(schema::field::patchid, id));
    return {Xapian::Query::OP_OR, terms.begin(), terms.end()};
}

/// Says which files of a hit are among some, which are in order.
void match_files(reader::Hit& hit, const std::vector<std::string>& paths) {
    for (std::size_t file = 0; file < hit.record.files.size(); ++file)
        if (std::ranges::binary_search(paths, hit.record.files[file].path)) hit.matched_files.push_back(file);
}

}  // namespace

/// The words of a patch, as far as they tell it from others.
Xapian::Query Index::Impl::words_of_patch(const Likeness& asked, const std::vector<patch::Line>& lines,
                                          std::string_view title) {
    std::map<schema::Area, Terms> terms;
    std::size_t lookups = 0;
    const auto add = [&](schema::Area area, std::string_view text) {
        for (const std::string& word : analyzer.words(text)) {
            if (lookups == kLookups) return;
            const auto [it, added] = terms[area].try_emplace(schema::term(schema::info(area).prefix, word), 0);
            if (!added) continue;
            ++lookups;
            it->second = database.all.get_termfreq(it->first);
        }
    };
    add(schema::Area::subject, title);
    for (const patch::Line& line : lines) {
        const auto text = line.of(asked.body);
        if (line.kind == patch::LineKind::hunk)
            add(schema::Area::function, text.substr(std::min(text.find("@@", 2), text.size())));
        if (asked.overlaps || text.empty()) continue;
        if (line.kind == patch::LineKind::added) add(schema::Area::added, text.substr(1));
        if (line.kind == patch::LineKind::removed) add(schema::Area::removed, text.substr(1));
    }
    std::vector<Xapian::Query> parts;
    for (const auto& [area, some] : terms)
        parts.push_back(rarest(some, asked.id.empty() ? 0 : 1, database.all.get_doccount()));
    return {Xapian::Query::OP_OR, parts.begin(), parts.end()};
}

/// The first of the patches that a query finds, by weight.
std::vector<Xapian::docid> Index::Impl::patches_of(const Xapian::Query& query, std::size_t most) {
    std::vector<Xapian::docid> out;
    if (query.empty()) return out;
    const Xapian::Query patches(schema::term(schema::field::is, "patch"));
    Xapian::Enquire enquire(database.all);
    const auto found_patches = database.living(Xapian::Query(Xapian::Query::OP_FILTER, query, patches));
    enquire.set_query(reader::in_time(found_patches, deadline));
    enquire.set_weighting_scheme(Xapian::CoordWeight());
    enquire.set_sort_by_relevance_then_value(schema::kSlotOrder, false);
    enquire.set_time_limit(deadline.left());
    const auto found = enquire.get_mset(0, static_cast<Xapian::doccount>(most));
    for (auto it = found.begin(); it != found.end(); ++it) out.push_back(*it);
    return out;
}

/// What may be like a patch or overlap with it; those with its id are the first `same` of them.
std::vector<Xapian::docid> Index::Impl::candidates_for(const Likeness& asked, const verify::PatchShape& shape,
                                                       std::size_t& same) {
    const auto lines = patch::classify(asked.body);
    const auto paths = path_query(shape.paths), words = words_of_patch(asked, lines, shape.title);
    std::vector<Xapian::docid> out;
    const auto equal = patches_of(id_query(asked.body, lines), kCandidates);
    if (asked.overlaps) {
        // Neither the patch itself, where it is on a list already, nor other versions of it are in its way.
        std::set<std::uint32_t> own = {change_of(asked.id)};
        for (const Xapian::docid id : equal) own.insert(database.relation_of(id).change);
        own.erase(0);
        for (const Xapian::docid id :
             patches_of({Xapian::Query::OP_AND_MAYBE, paths, words}, database.all.get_doccount())) {
            const auto& relation = database.relation_of(id);
            if (!relation.has(store::RelationState::pending) || own.contains(relation.change)) continue;
            if (std::ranges::find(equal, id) == equal.end()) out.push_back(id);
            if (out.size() == kOverlapCandidates) break;
        }
        return out;
    }
    out = equal;
    same = out.size();
    for (const Xapian::docid id : patches_of({Xapian::Query::OP_OR, paths, words}, kCandidates))
        if (std::ranges::find(equal, id) == equal.end()) out.push_back(id);
    return out;
}

/// The first version of the series of a message; 0 where it is in none.
std::uint32_t Index::Impl::change_of(const std::string& id) {
    if (id.empty()) return 0;
    const auto term = schema::term(schema::field::id, id);
    for (auto it = database.all.postlist_begin(term); it != database.all.postlist_end(term); ++it)
        if (const auto change = database.relation_of(*it).change; change != 0) return change;
    return 0;
}

Result<reader::Answer> Index::Impl::like(const Likeness& asked, const reader::Request& request) {
    deadline.start(request.timeout);
    reader::Answer out;
    const auto shape = verify::shape_of(asked.subject, asked.body);
    std::size_t same = 0, place = 0;
    std::vector<Compared> order;
    for (const Xapian::docid id : candidates_for(asked, shape, same)) {
        const bool equal = place++ < same;
        if (deadline.passed()) break;
        const auto doc = database.all.get_document(id);
        const auto record = store::decode(doc.get_data());
        if (!record) return record.error();
        if (record->id == asked.id) continue;
        const auto text = reader::text_at(*database.shard_of(id).texts, doc.get_value(schema::kSlotText));
        if (!text) return text.error();
        const auto other = verify::shape_of(record->subject, text->body);
        const double score = asked.overlaps ? verify::overlap(shape, other) : verify::likeness(shape, other);
        if (equal || score > (asked.overlaps ? 0 : kLeastLikeness))
            order.push_back({equal ? 1 : score, record->date.value_or(INT64_MIN), id});
    }
    std::ranges::stable_sort(order, stands_before);
    out.partial = deadline.passed();
    out.page.matches = order.size();
    out.page.exact = !out.partial;
    const std::size_t limit = request.limit == 0 ? order.size() : request.limit;
    std::vector<Pending> pending;
    for (std::size_t i = request.offset; i < order.size() && pending.size() < limit; ++i) {
        const Xapian::docid id = order[i].id;
        auto one = hit_of(database.all.get_document(id), database.shard_of(id), request);
        if (!one) return one.error();
        one->hit.score = order[i].score;
        pending.push_back(std::move(*one));
    }
    if (const auto done = finish(pending, request, {}, out.page); !done) return done.error();
    for (reader::Hit& hit : out.page.hits) match_files(hit, shape.paths);
    if (const auto known = relations::add_relations(out.page.hits, database, request.lookup); !known)
        return known.error();
    return out;
}

}  // namespace patchseek::search
