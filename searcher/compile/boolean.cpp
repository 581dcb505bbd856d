// SPDX-License-Identifier: GPL-2.0-or-later
#include "boolean.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace patchseek::compile {
namespace {

using Xapian::Query;

/// All numbers from `begin` on and before `end`.
class Range : public Xapian::PostingSource {
public:
    Range(Xapian::docid begin, Xapian::docid end) : begin_(begin), end_(end) {}
    PostingSource* clone() const override { return new Range(begin_, end_); }
    void init(const Xapian::Database&) override { here_ = begin_ - 1; }
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return end_ - begin_; }
    Xapian::doccount get_termfreq_max() const override { return end_ - begin_; }
    void next(double) override { ++here_; }
    void skip_to(Xapian::docid id, double) override { here_ = std::max({here_, id, begin_}); }
    bool at_end() const override { return here_ >= end_; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override { return "Range"; }

private:
    Xapian::docid begin_, end_, here_ = 0;
};

// What a query finds, asked as a query of its own, for so many documents at once as the matcher seems to need.
class Asked : public Xapian::PostingSource {
public:
    explicit Asked(Query query) : query_(std::move(query)) {}
    PostingSource* clone() const override { return new Asked(query_); }
    void init(const Xapian::Database& shard) override {
        shard_ = shard;
        last_ = shard.get_lastdocid();
        begin_ = end_ = 1;
        stands_ = false;
        here_ = 0;
        size_ = kFirst;
        found_.clear();
    }
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return shard_.get_doccount() / 2; }
    Xapian::doccount get_termfreq_max() const override { return shard_.get_doccount(); }
    void next(double) override { advance_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_ || !stands_) advance_to(std::max(id, here_));
    }
    // Left on no document, it moves on from there. At the end the answer must be true.
    bool check(Xapian::docid id, double) override {
        if (id <= here_) return stands_;
        here_ = id;
        if (at_end()) return true;
        const auto it = from(id);
        stands_ = it != found_.end() && *it == id;
        return stands_;
    }
    bool at_end() const override { return here_ > last_; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override { return "Asked(" + query_.get_description() + ")"; }

private:
    static constexpr Xapian::docid kFirst = 256, kGrowth = 4;
    using Ids = std::vector<Xapian::docid>;

    /// The first found from `id` on, among those that are asked for together with it.
    Ids::const_iterator from(Xapian::docid id) {
        if (id < begin_ || id >= end_) ask(id);
        return std::lower_bound(found_.cbegin(), found_.cend(), id);
    }
    void ask(Xapian::docid begin) {
        begin_ = begin;
        end_ = std::min(last_ - begin, size_ - 1) + begin + 1;
        size_ = std::min(size_, last_) * kGrowth;
        Xapian::Enquire enquire(shard_);
        enquire.set_query(Query(Query::OP_FILTER, query_, Query((new Range(begin_, end_))->release())));
        enquire.set_weighting_scheme(Xapian::BoolWeight());
        const auto set = enquire.get_mset(0, shard_.get_doccount());
        found_.clear();
        for (auto it = set.begin(); it != set.end(); ++it) found_.push_back(*it);
        std::ranges::sort(found_);
    }
    void advance_to(Xapian::docid id) {
        stands_ = false;
        for (here_ = id; here_ <= last_ && !stands_; here_ = stands_ ? here_ : end_) {
            const auto it = from(here_);
            stands_ = it != found_.end();
            if (stands_) here_ = *it;
        }
    }

    Query query_;
    Xapian::Database shard_;
    Xapian::docid last_ = 0, begin_ = 1, end_ = 1, here_ = 0, size_ = kFirst;
    bool stands_ = false;
    Ids found_;  // of those from begin_ on and before end_
};

bool is_flat(const Query& query) {
    switch (query.get_type()) {
        case Query::OP_OR:
        case Query::OP_SYNONYM:
        case Query::OP_SCALE_WEIGHT:
            for (std::size_t i = 0; i < query.get_num_subqueries(); ++i)
                if (!is_flat(query.get_subquery(i))) return false;
            return true;
        default: return query.get_num_subqueries() == 0;
    }
}

}  // namespace

Query without(const Query& wanted, const Query& excluded) {
    if (is_flat(excluded)) return {Query::OP_AND_NOT, wanted, excluded};
    // release() hands the source to the query, which deletes it with its last copy.
    return {Query::OP_AND_NOT, wanted, Query((new Asked(excluded))->release())};
}

// Halves, so that each part does not stand in the query twice as often with each part.
Query exclusive(std::span<const Query> parts) {
    if (parts.size() == 1) return parts.front();
    const auto left = exclusive(parts.first(parts.size() / 2)), right = exclusive(parts.subspan(parts.size() / 2));
    return without(left | right, left & right);
}

Query range_query(const query::Plan& plan) {
    const auto slot = static_cast<Xapian::valueno>(plan.slot);
    const auto bytes = [](std::int64_t value) { return Xapian::sortable_serialise(static_cast<double>(value)); };
    const Query has(plan.has);
    if (!plan.from && !plan.to) return has;
    if (!plan.to) return Query(Query::OP_VALUE_GE, slot, bytes(*plan.from));
    // A missing value is the empty string, which is less than any number.
    const Query below(Query::OP_VALUE_LE, slot, bytes(*plan.to));
    return plan.from ? Query(Query::OP_VALUE_RANGE, slot, bytes(*plan.from), bytes(*plan.to)) : below & has;
}

}  // namespace patchseek::compile
