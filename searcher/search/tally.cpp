// SPDX-License-Identifier: GPL-2.0-or-later
#include "facets/facets.hpp"

#include <algorithm>

#include "impl.hpp"
#include "reader/ids.hpp"
#include "relations/hit_relations.hpp"

namespace patchseek::search {
namespace {

// So many messages are looked up together, and so often the clock is read.
constexpr std::size_t kBatch = 512;

using facets::Facet;
using facets::What;

reader::Lookup lookup_for(const std::vector<Facet>& facets) {
    auto most = reader::Lookup::none;
    for (const Facet& facet : facets) {
        const bool of_people = facet.what == What::trailer && facet.of_people();
        const bool placed = facet.what == What::kind || facet.what == What::version || facet.what == What::file;
        const auto needed = of_people || facet.what == What::state ? reader::Lookup::credits
                            : placed                               ? reader::Lookup::paths
                                                                   : reader::Lookup::none;
        most = std::max(most, needed);
    }
    return most;
}

/// Reads what is counted of the documents of one index, and counts it.
class Counter {
public:
    Counter(reader::Database& database, const std::vector<Facet>& facets, const facets::People& people)
        : database_(database), lookup_(lookup_for(facets)) {
        for (const Facet& facet : facets) {
            tallies_.emplace_back(facet, people);
            states_ = states_ || facet.what == What::state;
        }
    }

    Result<Done> add(reader::OpenShard& shard, Xapian::docid id) {
        auto record = store::decode(shard.db.get_document(id).get_data());
        if (!record) return record.error();
        reader::Hit& hit = batch_.emplace_back();
        hit.record = *std::move(record);
        if (lookup_ != reader::Lookup::none) relations::locate(hit, database_, shard, id, lookup_);
        if (states_) relations::add_states(hit, database_);
        return batch_.size() < kBatch ? Done{} : flush();
    }
    Result<Done> flush() {
        if (const auto known = relations::add_relations(batch_, database_, lookup_); !known) return known.error();
        for (const reader::Hit& hit : batch_)
            for (facets::Tally& tally : tallies_) tally.add(hit);
        batch_.clear();
        return Done{};
    }
    std::vector<facets::Counts> take() {
        std::vector<facets::Counts> out;
        for (facets::Tally& tally : tallies_) out.push_back(tally.take());
        return out;
    }

private:
    reader::Database& database_;
    reader::Lookup lookup_;
    bool states_ = false;
    std::vector<facets::Tally> tallies_;
    std::vector<reader::Hit> batch_;
};

}  // namespace

Result<Tallied> Index::Impl::tally(const reader::Request& request, const std::vector<Facet>& facets) {
    Tallied out;
    deadline.start(request.timeout);
    reader::Request asked = request;
    asked.count = true;
    asked.explain = false;
    const auto prepared = prepare(asked, out.answer);
    if (!prepared) return prepared.error();
    const facets::People people(request.mailmap.get());
    Counter counter(database, facets, people);
    for (const auto& shard : database.shards) {
        if (prepared->query.empty() || deadline.passed()) break;
        Xapian::Enquire enquire(shard->db);
        enquire.set_query(reader::in_time(prepared->query, deadline));
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_docid_order(Xapian::Enquire::ASCENDING);
        enquire.set_time_limit(deadline.left());
        const auto found = enquire.get_mset(0, shard->db.get_doccount());
        for (auto it = found.begin(); it != found.end(); ++it) {
            if (out.answer.page.matches % kBatch == 0 && deadline.passed()) break;
            ++out.answer.page.matches;
            if (const auto done = counter.add(*shard, *it); !done) return done.error();
        }
    }
    if (const auto done = counter.flush(); !done) return done.error();
    out.facets = counter.take();
    out.answer.partial = deadline.passed();
    out.answer.page.exact = !out.answer.partial;
    return out;
}

std::vector<std::pair<std::string, std::size_t>> Index::values(const std::string& prefix, std::string_view beginning) {
    using Values = std::vector<std::pair<std::string, std::size_t>>;
    const auto found = reader::with_retries(impl_->sources, impl_->database, [&]() -> Result<Values> {
        return reader::values_of(impl_->database.statistics(), prefix, beginning);
    });
    return found ? *found : Values();
}

}  // namespace patchseek::search
