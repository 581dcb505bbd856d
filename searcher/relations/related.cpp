// SPDX-License-Identifier: GPL-2.0-or-later
#include "related.hpp"

#include <algorithm>

#include "hit_relations.hpp"
#include "patchseek/text/fold.hpp"
#include "verify/proof.hpp"

namespace patchseek::relations {
namespace {

using query::RelationKind;
using store::Relation;

std::uint32_t Relation::*group_of(RelationKind kind) {
    return kind == RelationKind::series     ? &Relation::series
           : kind == RelationKind::versions ? &Relation::change
                                            : &Relation::thread;
}

// The rows that `wanted` takes.
template <class Wanted>
RowSet choose(std::span<const Relation> rows, const Wanted& wanted) {
    RowSet out(rows.size());
    for (std::size_t row = 1; row < rows.size(); ++row)
        if (wanted(rows[row])) out.add(static_cast<std::uint32_t>(row));
    return out;
}

// Numbers of documents that are not there have no thread.
RowSet with_replies(std::span<const Relation> rows, const query::Plan& plan) {
    return choose(rows, [&](const Relation& one) {
        return one.thread != 0 && (!plan.from || one.replies >= *plan.from) && (!plan.to || one.replies <= *plan.to);
    });
}

}  // namespace

// Visits the rows of what a query finds.
void RelatedRows::each_row(const Xapian::Query& query, const std::function<void(std::uint32_t)>& visit) {
    const reader::MessageGroups& groups = database_.groups();
    for (const auto& shard : database_.shards) {
        if (query.empty() || deadline_.passed()) return;
        Xapian::Enquire enquire(shard->db);
        enquire.set_query(reader::in_time(database_.living(query), deadline_));
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_docid_order(Xapian::Enquire::DONT_CARE);
        const auto found = enquire.get_mset(0, shard->db.get_doccount());
        for (auto it = found.begin(); it != found.end(); ++it) visit(groups.row(shard->number, *it));
    }
}

RowSet RelatedRows::groups_of(const Xapian::Query& inner, std::uint32_t Relation::*group) {
    const auto rows = database_.groups().rows();
    RowSet out(rows.size());
    each_row(inner, [&](std::uint32_t row) { out.add(database_.groups().at(row).*group); });
    return out;
}

Xapian::Query RelatedRows::out_of_time(query::OnTimeout on_timeout) const {
    if (on_timeout == query::OnTimeout::error) throw reader::Failure{{ErrorKind::busy, "out of time"}};
    return on_timeout == query::OnTimeout::included ? Xapian::Query(std::string()) : Xapian::Query();
}

Xapian::Query RelatedRows::matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                                    query::OnTimeout on_timeout) {
    asked_ = true;
    const auto asked = std::pair(&plan, on_timeout);
    const auto known = matching_.find(asked);
    return known != matching_.end() ? known->second
                                    : matching_.emplace(asked, find(plan, inner, on_timeout)).first->second;
}

RowSet RelatedRows::of_commit(const std::string& id) {
    reader::MessageGroups& groups = database_.groups();
    RowSet out(groups.rows().size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
    for (const store::Commits& commits : database_.commits()) runs.push_back(commits.starting_with(id));
    for (const store::Join& join : groups.joins())
        if (join.repository < runs.size() && join.commit >= runs[join.repository].first &&
            join.commit < runs[join.repository].second)
            out.add(join.row);
    for (const store::Taken& taken : groups.taken()) {
        const std::string said = taken.commit.hex();
        if (!said.empty() && (said.starts_with(id) || id.starts_with(said))) out.add(taken.patch);
    }
    return out;
}

// `a..b`: what is in b and not in a; `b` alone: what is in it, or where no repository has the tag, what replies say was
// taken into a tree of such a name.
RowSet RelatedRows::of_tags(const query::Plan& plan) {
    const std::string& text = plan.words.front();
    const auto dots = text.find("..");
    const std::string from = dots == text.npos ? "" : text.substr(0, dots);
    const std::string to = dots == text.npos ? text : text.substr(dots + 2);
    reader::MessageGroups& groups = database_.groups();
    RowSet out(groups.rows().size());
    bool known = false;
    for (std::size_t i = 0; i < database_.commits().size(); ++i) {
        const store::Commits& commits = database_.commits()[i];
        const auto after = commits.find_tag(from), until = commits.find_tag(to);
        if ((!from.empty() && !after) || (!to.empty() && !until)) continue;
        known = true;
        for (const store::Join& join : groups.joins())
            if (join.repository == i && join.commit < commits.size() &&
                (!until || commits.is_in(join.commit, *until)) && (!after || !commits.is_in(join.commit, *after)))
                out.add(join.row);
    }
    if (known) return out;
    if (dots != text.npos)
        throw reader::Failure{
            {ErrorKind::usage, "no repository of the index has both tags of '" + text + "'", plan.begin}};
    const std::string tree = text::fold(text);
    for (const store::Taken& taken : groups.taken())
        if (text::fold(groups.tree(taken)).find(tree) != std::string::npos) out.add(taken.patch);
    return out;
}

Xapian::Query RelatedRows::find(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                                query::OnTimeout on_timeout) {
    const auto rows = database_.groups().rows();
    if (plan.relation == RelationKind::replies) return rows_query(database_, with_replies(rows, plan), "replies");
    if (plan.relation == RelationKind::state) {
        const auto state = static_cast<store::RelationState>(plan.state);
        return rows_query(database_, choose(rows, [&](const Relation& one) { return one.has(state); }),
                          std::string(schema::kRelationStates[plan.state]));
    }
    if (plan.relation == RelationKind::commit && !plan.words.empty())
        return rows_query(database_, of_commit(plan.words.front()), "commit");
    if (plan.relation == RelationKind::applied && !plan.words.empty())
        return rows_query(database_, of_tags(plan), "applied");
    if (plan.relation == RelationKind::commit || plan.relation == RelationKind::applied)
        return rows_query(database_,
                          choose(rows, [](const Relation& one) { return one.has(store::RelationState::applied); }),
                          "applied");
    const auto group = group_of(plan.relation);
    if (!inner) return rows_query(database_, choose(rows, [&](const Relation& one) { return one.*group != 0; }), "any");
    const RowSet groups = groups_of(*inner, group);
    if (deadline_.passed()) return out_of_time(on_timeout);
    return rows_query(database_, choose(rows, [&](const Relation& one) { return groups.has(one.*group); }), "whole");
}

Xapian::Query RelatedRows::credited(const Xapian::Query& own, query::OnTimeout on_timeout) {
    const auto credits = database_.groups().credits();
    if (credits.empty() || own.empty()) return own;
    const auto rows = database_.groups().rows().size();
    RowSet replies(rows), found(rows), patches(rows);
    for (const store::Credit& credit : credits) replies.add(credit.reply);
    each_row(Xapian::Query(Xapian::Query::OP_AND, rows_query(database_, std::move(replies), "replies"), own),
             [&](std::uint32_t row) { found.add(row); });
    for (const store::Credit& credit : credits)
        if (found.has(credit.reply)) patches.add(credit.patch);
    if (deadline_.passed()) return own | out_of_time(on_timeout);
    return patches.empty() ? own : own | rows_query(database_, std::move(patches), "credited");
}

namespace {

bool is_kind(const store::Placement& one, std::string_view name) {
    const auto kind = static_cast<store::MessageKind>(one.kind);
    if (name == "cover") return one.part == 0;
    return name == store::name(kind);
}

bool matches_placed(const query::Plan& plan, const store::Placement& one) {
    if (plan.kind == query::Plan::Kind::terms)
        return is_kind(one, std::string_view(plan.terms.front()).substr(schema::field::is->prefix.size()));
    const std::int64_t value = plan.slot == schema::kSlotVersion ? one.version
                               : plan.slot == schema::kSlotPart  ? one.part
                                                                 : one.total;
    return (!plan.from || value >= *plan.from) && (!plan.to || value <= *plan.to);
}

}  // namespace

Xapian::Query RelatedRows::placed(const query::Plan& plan, const Xapian::Query& own) {
    const auto placements = database_.groups().placements();
    if (placements.empty()) return own;
    const auto rows = database_.groups().rows().size();
    RowSet all(rows), found(rows);
    for (const store::Placement& one : placements) {
        all.add(one.row);
        if (matches_placed(plan, one)) found.add(one.row);
    }
    const Xapian::Query others(Xapian::Query::OP_AND_NOT, own, rows_query(database_, std::move(all), "placed"));
    return found.empty() ? others : others | rows_query(database_, std::move(found), "placed");
}

namespace {

// Whether a pattern may match a path from the middle of a name on, as it matches a cut path that
// begins there. Where it may not, it matches the whole path if it matches a cut one.
bool may_begin_inside(const patch::PathPattern& pattern, std::string_view path) {
    if (pattern.anchored) return false;
    const std::string& first = pattern.components.front();
    const auto head = first.substr(0, first.find_first_of("*?/"));
    if (head.empty()) return !first.starts_with('*') || first.starts_with("**");
    const std::string folded = pattern.exact ? std::string(path) : text::fold(path);
    for (auto at = folded.find(head, 1); at != folded.npos; at = folded.find(head, at + 1))
        if (folded[at - 1] != '/') return true;
    return false;
}

bool matches_whole(const query::Plan& plan, std::string_view path) {
    if (plan.kind == query::Plan::Kind::path) return patch::path_matches(plan.pattern, path, false);
    return plan.proof->pattern->found_in(path);
}

bool matches_file(const query::Plan& plan, const patch::FileChange& file) {
    if (plan.kind == query::Plan::Kind::path) return verify::matches(plan.pattern, file);
    return matches_whole(plan, file.path) || (!file.old.empty() && matches_whole(plan, file.old));
}

// Whether a plan may hold of the end of a path and not of the whole one. A literal that stands in its end stands in it.
bool may_hold_of_end(const query::Plan& plan, std::string_view path) {
    if (plan.kind == query::Plan::Kind::path) return may_begin_inside(plan.pattern, path);
    return plan.proof->pattern->kind() == query::Pattern::Kind::expression;
}

}  // namespace

// `own` without those rows of `uncertain` whose whole paths do not match.
Xapian::Query RelatedRows::without_wrong_ends(const query::Plan& plan, const Xapian::Query& own, RowSet uncertain) {
    RowSet wrong(database_.groups().rows().size());
    each_row(Xapian::Query(Xapian::Query::OP_AND, rows_query(database_, std::move(uncertain), "uncertain"), own),
             [&](std::uint32_t row) {
                 const auto doc = database_.document_of(row);
                 auto record = doc ? store::decode(doc->get_data()) : Error{ErrorKind::no_input, {}};
                 if (!record) return;
                 make_whole(*record, database_.groups().paths(row));
                 const auto matching = [&](const patch::FileChange& file) { return matches_file(plan, file); };
                 if (std::ranges::none_of(record->files, matching)) wrong.add(row);
             });
    if (wrong.empty()) return own;
    return {Xapian::Query::OP_AND_NOT, own, rows_query(database_, std::move(wrong), "wrong")};
}

Xapian::Query RelatedRows::with_whole_paths(const query::Plan& plan, const Xapian::Query& own) {
    const auto paths = database_.groups().paths();
    if (paths.empty()) return own;
    const auto rows = database_.groups().rows().size();
    RowSet whole(rows), uncertain(rows);
    for (const store::ResolvedPath& one : paths)
        if (matches_whole(plan, one.path))
            whole.add(one.row);
        else if (may_hold_of_end(plan, one.path))
            uncertain.add(one.row);
    const auto sure = uncertain.empty() ? own : without_wrong_ends(plan, own, std::move(uncertain));
    return whole.empty() ? sure : sure | rows_query(database_, std::move(whole), "paths");
}

std::vector<std::string> RelatedRows::notes() {
    if (!asked_) return {};
    if (!database_.groups().known())
        return {"the index does not know of threads and series yet; run the indexer again"};
    const std::size_t more = database_.unrelated();
    if (more == 0) return {};
    return {"threads and series do not know the newest " + std::to_string(more) +
            (more == 1 ? " message" : " messages") + " yet; they will when the indexer's run ends"};
}

}  // namespace patchseek::relations
