// SPDX-License-Identifier: GPL-2.0-or-later
#include "matches.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "processes.hpp"
#include "rank/scorer.hpp"

namespace patchseek::search {
namespace {

// So many candidates are proven before it is known how many hold, and each time so many times more.
constexpr std::size_t kFirstProofs = 32;
constexpr std::size_t kGrowth = 4;
// So many of the first candidates of a query that is looser than another tell, by number, whether it is too loose.
constexpr std::size_t kProbe = 8;
// To prove more than so many one batch after another takes longer than to prove all at once, where each batch is scored
// again.
constexpr std::size_t kMostProofs = 2048;
// What a batch holds in memory is bounded by this.
constexpr std::size_t kMostOfBatch = 8192;
// To make a process takes as long as to read some ten thousand postings.
constexpr std::size_t kPostingsOfProcess = 20'000;
constexpr std::size_t kMostProcesses = 8;

bool stands_before(const Match& a, const Match& b) {
    return std::tie(b.score, a.key, a.id) < std::tie(a.score, b.key, b.id);
}

void set_order(Xapian::Enquire& enquire, const reader::Request& request) {
    if (request.order != reader::Order::value) {
        enquire.set_sort_by_relevance_then_value(schema::kSlotOrder, false);
        return;
    }
    auto* keys = new Xapian::MultiValueKeyMaker;
    // What has no value comes last, whichever way the others go.
    const std::string missing = request.descending ? std::string() : std::string(9, '\xFF');
    keys->add_value(static_cast<Xapian::valueno>(request.slot), request.descending, missing);
    keys->add_value(schema::kSlotOrder);
    enquire.set_sort_by_key(keys->release(), false);
}

void add_up(Matches& out, const Xapian::MSet& set) {
    out.count += set.get_matches_estimated();
    out.exact = out.exact && set.get_matches_lower_bound() == set.get_matches_upper_bound();
}

/// Some shards, which are searched as one database.
struct Part {
    Xapian::Database db;
    std::vector<Xapian::docid> shards;  ///< their numbers
    std::size_t messages = 0;
};

// The first `most` of a part by the order of the request, and at least `counted` matches looked at.
Matches ranked_in(const Search& search, const Part& part, const Xapian::Query& query, std::size_t most,
                  std::size_t counted) {
    const std::size_t all = part.db.get_doccount();
    Xapian::Enquire enquire(part.db);
    enquire.set_query(reader::in_time(query, search.deadline));
    enquire.set_weighting_scheme(rank::source_weight());
    set_order(enquire, search.request);
    enquire.set_time_limit(search.deadline.left());
    const auto set = enquire.get_mset(0, static_cast<Xapian::doccount>(std::min(most, all)),
                                      static_cast<Xapian::doccount>(std::min(counted, all)));
    Matches out{{}, 0, true};
    add_up(out, set);
    const bool scores = search.request.order != reader::Order::value;
    const auto shards = static_cast<Xapian::docid>(search.database.shards.size());
    const auto own = static_cast<Xapian::docid>(part.shards.size());
    for (auto it = set.begin(); it != set.end(); ++it)
        out.found.push_back({(*it - 1) / own * shards + part.shards[(*it - 1) % own] + 1, scores ? it.get_weight() : 0,
                             it.get_sort_key()});
    return out;
}

// The shards in so many parts of about the same size.
std::vector<Part> parts_of(const reader::Database& database, std::size_t count) {
    std::vector<Part> out(count);
    for (const auto& shard : database.shards) {
        Part& least = *std::ranges::min_element(out, {}, &Part::messages);
        least.db.add_database(shard->db);
        least.shards.push_back(static_cast<Xapian::docid>(shard->number));
        least.messages += shard->db.get_doccount();
    }
    return out;
}

std::string written(const Matches& matches) {
    std::string out;
    const auto add = [&](const auto& value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
    add(matches.count);
    add(matches.exact);
    for (const Match& match : matches.found) {
        add(match.id);
        add(match.score);
        add(match.key.size());
        out += match.key;
    }
    return out;
}

Matches read_back(std::string_view bytes) {
    Matches out;
    const auto take = [&](auto& value) {
        std::memcpy(&value, bytes.data(), sizeof value);
        bytes.remove_prefix(sizeof value);
    };
    take(out.count);
    take(out.exact);
    while (!bytes.empty()) {
        Match match{};
        std::size_t size = 0;
        take(match.id);
        take(match.score);
        take(size);
        match.key = bytes.substr(0, size);
        bytes.remove_prefix(size);
        out.found.push_back(std::move(match));
    }
    return out;
}

std::size_t processes_for(const Search& search) {
    const auto most = search.postings < kPostingsOfProcess ? 1 : std::min<std::size_t>(processors(), kMostProcesses);
    return std::min(search.database.shards.size(), search.request.processes > 0 ? search.request.processes : most);
}

// By scores much is read, and what a shard finds depends on no other: they are searched at the same time.
Matches ranked(const Search& search, const Xapian::Query& query, std::size_t most, std::size_t counted) {
    const auto count = processes_for(search);
    const auto parts = parts_of(search.database, count);
    const auto of = [&](std::size_t i) { return ranked_in(search, parts[i], query, most, counted); };
    const auto answers =
        count > 1 ? in_processes(
                        count, [&](std::size_t i) { return written(of(i)); }, [&] { return search.deadline.passed(); })
                  : std::nullopt;
    if (!answers) return count > 1 ? ranked_in(search, parts_of(search.database, 1)[0], query, most, counted) : of(0);
    Matches out{{}, 0, true};
    for (const std::string& answer : *answers) {
        if (answer.empty()) continue;  // no time is left for it
        auto one = read_back(answer);
        out.count += one.count;
        out.exact = out.exact && one.exact;
        std::ranges::move(one.found, std::back_inserter(out.found));
    }
    std::ranges::sort(out.found, stands_before);
    out.found.resize(std::min(most, out.found.size()));
    return out;
}

// Document ids ascend from the newest message on in all but the small shards, so the first matches of each are its
// newest, and the matcher stops when it has enough.
Matches newest(const Search& search, const Xapian::Query& query, std::size_t most, std::size_t counted) {
    Matches out{{}, 0, true};
    const auto shards = static_cast<Xapian::docid>(search.database.shards.size());
    for (Xapian::docid number = 0; number < shards; ++number) {
        auto& shard = search.database.shards[number];
        const std::size_t all = shard->db.get_doccount();
        Xapian::Enquire enquire(shard->db);
        enquire.set_query(reader::in_time(query, search.deadline));
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        enquire.set_docid_order(Xapian::Enquire::ASCENDING);
        if (!shard->newest_first) enquire.set_sort_by_value(schema::kSlotOrder, false);
        enquire.set_time_limit(search.deadline.left());
        const auto set = enquire.get_mset(0, static_cast<Xapian::doccount>(std::min(most, all)),
                                          static_cast<Xapian::doccount>(std::min(counted, all)));
        add_up(out, set);
        // Read in order: to ask each document for its value takes twenty times as long.
        auto value = shard->db.valuestream_begin(schema::kSlotOrder);
        const auto key_of = [&](Xapian::docid id) {
            if (value != shard->db.valuestream_end(schema::kSlotOrder)) value.skip_to(id);
            const bool known = value != shard->db.valuestream_end(schema::kSlotOrder) && value.get_docid() == id;
            return known ? *value : std::string();
        };
        for (auto it = set.begin(); it != set.end(); ++it)
            out.found.push_back(
                {(*it - 1) * shards + number + 1, 0, shard->newest_first ? key_of(*it) : it.get_sort_key()});
    }
    std::ranges::sort(out.found, stands_before);
    out.found.resize(std::min(most, out.found.size()));
    return out;
}

Matches run(const Search& search, const Xapian::Query& query, std::size_t most, std::size_t counted = 0) {
    return search.newest_first ? newest(search, query, most, counted) : ranked(search, query, most, counted);
}

// Those of some candidates that match, with the scores that they have then.
std::vector<Match> proven(const Search& search, std::span<const Match> candidates) {
    auto documents = std::make_shared<reader::DocumentSet>();
    const auto shards = static_cast<Xapian::docid>(search.database.shards.size());
    for (const Match& one : candidates)
        (*documents)[search.database.shard_of(one.id).db.get_uuid()].push_back((one.id - 1) / shards + 1);
    for (auto& [shard, ids] : *documents) std::ranges::sort(ids);
    search.scope.prove(documents);
    auto& positions = *search.database.lexicon().positions();
    positions.look_at(documents);
    // Proofs have threads of their own, and of so few messages little else is read.
    Search here = search;
    here.postings = 0;
    auto out = run(here, Xapian::Query(Xapian::Query::OP_FILTER, search.query, reader::query_of(documents)),
                   candidates.size());
    positions.look_at(nullptr);
    return std::move(out.found);
}

/// What was proven of some candidates: nothing of those that do not match.
using Proven = std::map<Xapian::docid, std::optional<Match>>;

/// Candidates in the order of a page, proven from the first on.
class Page {
public:
    Page(const Search& search, const Xapian::Query& loose, Proven& known)
        : search_(search), loose_(loose), known_(known) {}

    /// Finds so many candidates, of which those that were proven are the first.
    void find(std::size_t most) {
        // Only the last of the loose queries asks where words stand.
        Search here = search_;
        if (&loose_ != &search_.loose.back()) here.postings = 0;
        candidates_ = run(here, loose_, most).found;
        has_all_ = candidates_.size() < most;
    }
    void prove_up_to(std::size_t end) {
        end = std::min(end, candidates_.size());
        if (proven_ == end) return;
        const auto more = std::span(candidates_).subspan(proven_, end - proven_);
        std::vector<Match> unknown;
        for (const Match& one : more)
            if (known_.try_emplace(one.id).second) unknown.push_back(one);
        if (!unknown.empty())
            for (Match& one : proven(search_, unknown)) known_[one.id] = std::move(one);
        for (const Match& one : more)
            if (const auto& match = known_[one.id]) found_.push_back(*match);
        std::ranges::sort(found_, stands_before);
        proven_ = end;
    }
    bool is_whole() const { return has_all_ && proven_ == candidates_.size(); }
    /// How many matches, the first, have their place: what is not proven yet stands behind the last that is.
    std::size_t settled() const {
        if (is_whole()) return found_.size();
        if (proven_ == 0) return 0;
        const auto end = std::ranges::upper_bound(found_, candidates_[proven_ - 1], stands_before);
        return static_cast<std::size_t>(end - found_.begin());
    }
    std::size_t proven_count() const { return proven_; }
    /// Whether there are no candidates but those that were found.
    bool has_all() const { return has_all_; }
    std::size_t candidate_count() const { return candidates_.size(); }
    Matches take(std::size_t wanted) {
        Matches out{std::move(found_), 0, is_whole()};
        out.count = out.found.size();
        out.found.resize(std::min(wanted, out.found.size()));
        return out;
    }

private:
    const Search& search_;
    const Xapian::Query& loose_;
    Proven& known_;  ///< of the pages of all loose queries
    std::vector<Match> candidates_, found_;
    std::size_t proven_ = 0;
    bool has_all_ = false;
};

// How many candidates to prove before the page is looked at again, where `needed` are likely to fill it.
std::size_t next_end(const Search& search, std::size_t end, std::size_t needed) {
    // By scores each batch is scored again, so some more at once cost less than one more batch.
    const auto least = search.newest_first ? end + end / 4 : 2 * end;
    return std::min(std::clamp(needed + needed / 4, least, kGrowth * end), end + kMostOfBatch);
}

// Nothing if it is better to prove all, or, unless the query is the last of the loose ones, if less than half of its
// first candidates hold. By number it never is: what stands behind a page is not even looked for.
std::optional<Matches> prove_some(const Search& search, const Xapian::Query& loose, std::size_t wanted, Proven& known) {
    const std::size_t most = search.newest_first ? SIZE_MAX : kMostProofs;
    const bool last = &loose == &search.loose.back();
    Page page(search, loose, known);
    // Enough for two batches: the worst of few is good enough to leave out most others unweighed.
    std::size_t end = std::max(wanted + wanted / 4, kFirstProofs);
    page.find(kGrowth * end);
    // By scores each batch is scored again, which costs more than the proofs that may be in vain.
    if (!last && search.newest_first) end = kProbe;
    for (;;) {
        if (end > page.candidate_count() && !page.has_all()) page.find(search.newest_first ? 2 * end : most);
        page.prove_up_to(end);
        const bool late = search.deadline.passed();
        if (late && !search.newest_first) return std::nullopt;
        const auto settled = page.settled();
        if (late || page.is_whole() || settled >= wanted) return page.take(std::min(wanted, settled));
        if (!last && 2 * settled < page.proven_count()) return std::nullopt;
        const auto needed = page.proven_count() * wanted / std::max<std::size_t>(settled, 1);
        const bool needs_all = page.has_all() && needed >= page.candidate_count();
        if (!needs_all && (end >= most || needed > most)) return std::nullopt;
        end = needs_all ? std::min(page.candidate_count(), end + kMostOfBatch) : next_end(search, end, needed);
    }
}

}  // namespace

Matches count_matches(const Search& search) { return run(search, search.query, 0, SIZE_MAX); }

Matches first_matches(const Search& search, std::size_t wanted) {
    std::optional<Matches> some;
    Proven known;
    for (const Xapian::Query& loose : search.loose)
        if (!some && wanted <= kMostProofs / 2) some = prove_some(search, loose, wanted, known);
    search.scope.prove_all();
    return some ? std::move(*some) : run(search, search.query, wanted);
}

}  // namespace patchseek::search
