#include "related_rows.hpp"

namespace patchseek::search {
namespace {

using query::Asks;
using store::Relation;

std::uint32_t Relation::*group_of(Asks asks) {
    return asks == Asks::series ? &Relation::series : asks == Asks::versions ? &Relation::change : &Relation::thread;
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

// Of each shard, the rows of what a query finds.
void RelatedRows::each(const Xapian::Query& query, const std::function<void(std::uint32_t)>& visit) {
    const Kin& kin = database_.kin();
    for (const auto& shard : database_.shards) {
        if (query.empty() || deadline_.passed()) return;
        Xapian::Enquire enquire(shard->db);
        enquire.set_query(query);
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_docid_order(Xapian::Enquire::DONT_CARE);
        const auto found = enquire.get_mset(0, shard->db.get_doccount());
        for (auto it = found.begin(); it != found.end(); ++it) visit(kin.row(shard->number, *it));
    }
}

RowSet RelatedRows::groups_of(const Xapian::Query& inner, std::uint32_t Relation::*group) {
    const auto rows = database_.kin().rows();
    RowSet out(rows.size());
    each(inner, [&](std::uint32_t row) { out.add(database_.kin().at(row).*group); });
    return out;
}

Xapian::Query RelatedRows::out_of_time(query::Doubt doubt) const {
    if (doubt == query::Doubt::ends) throw Failure{{ErrorKind::busy, "out of time"}};
    return doubt == query::Doubt::holds ? Xapian::Query(std::string()) : Xapian::Query();
}

Xapian::Query RelatedRows::matching(const query::Plan& plan, const std::optional<Xapian::Query>& inner,
                                    query::Doubt doubt) {
    asked_ = true;
    const auto rows = database_.kin().rows();
    if (plan.asks == Asks::replies) return rows_query(database_, with_replies(rows, plan), "replies");
    if (plan.asks == Asks::state) {
        const auto state = static_cast<store::RelationState>(plan.state);
        return rows_query(database_, choose(rows, [&](const Relation& one) { return one.has(state); }),
                          std::string(schema::kRelationStates[plan.state]));
    }
    const auto group = group_of(plan.asks);
    if (!inner) return rows_query(database_, choose(rows, [&](const Relation& one) { return one.*group != 0; }), "any");
    const RowSet groups = groups_of(*inner, group);
    if (deadline_.passed()) return out_of_time(doubt);
    return rows_query(database_, choose(rows, [&](const Relation& one) { return groups.has(one.*group); }), "whole");
}

std::vector<std::string> RelatedRows::notes() {
    if (!asked_) return {};
    if (!database_.kin().known()) return {"the index does not know of threads and series yet; run the indexer again"};
    const std::size_t more = database_.unrelated();
    if (more == 0) return {};
    return {"threads and series do not know the newest " + std::to_string(more) +
            (more == 1 ? " message" : " messages") + " yet; they will when the indexer's run ends"};
}

}  // namespace patchseek::search
