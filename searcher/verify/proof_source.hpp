// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/plan.hpp"
#include "reader/database.hpp"
#include "reader/deadline.hpp"
#include "reader/document_set.hpp"

namespace patchseek::verify {

/// Texts for which a proof held, kept to be shown without being decoded again. Any number of threads may keep some;
/// what was found is read once none does any more.
class KeptTexts {
public:
    /// Bytes that are kept at most; of what would be more, nothing is.
    static constexpr std::size_t kMost = std::size_t{16} << 20;
    /// Takes a copy of headers and body. `shard` is its number in reader::Database::shards, `place` where the text
    /// lies.
    void keep(std::size_t shard, const std::string& place, const store::TextView& text);
    /// Null if it is not there.
    const store::Text* find(std::size_t shard, const std::string& place) const;

private:
    std::mutex mutex_;
    std::map<std::pair<std::size_t, std::string>, store::Text> texts_;
    std::size_t left_ = kMost;
};

/// For which documents the proofs of one query are made, from its next match on; all its sources share it.
class ProofScope {
public:
    /// For every candidate.
    void prove_all() { some_.reset(); }
    /// For these alone, and for all of them at once; in others the query finds nothing that is proven.
    void prove(std::shared_ptr<const reader::DocumentSet> some) { some_ = std::move(some); }
    /// From now on no more texts than these may have to be read, where not some messages are named: a query that would
    /// need more ends in an Error, kind busy, before any is read.
    void allow(std::size_t texts) { texts_left_ = texts; }
    /// Claims so many; false if they are not left.
    bool claim(std::size_t texts) {
        if (texts > texts_left_) return false;
        texts_left_ -= texts;
        return true;
    }
    std::size_t texts_left() const { return texts_left_; }
    /// Null: all.
    const reader::DocumentSet* some() const { return some_.get(); }
    /// Those of some(): most of them are shown.
    KeptTexts kept;

private:
    std::shared_ptr<const reader::DocumentSet> some_;
    std::size_t texts_left_ = SIZE_MAX;
};

/// A posting source of the documents for which a proof holds. A query finds candidates by terms; a
/// candidate is read from the store only when the matcher comes to it, so what cheaper parts of a query
/// have excluded is never read. Where the matcher takes one candidate after another, some that it is
/// about to come to are read at once, by all cores. Adds no weight.
///
/// When the time is up, nothing is read any more, and each candidate that is left counts as
/// Proof::on_timeout says. A message that cannot be read is thrown as a reader::Failure, since only an
/// exception leads out of the matcher.
class ProofSource : public Xapian::PostingSource {
public:
    /// What is referred to must outlive the queries that hold the source.
    ProofSource(reader::Database& database, reader::Deadline& deadline, ProofScope& scope, Xapian::Query candidates,
                query::Proof proof);

    PostingSource* clone() const override {
        return new ProofSource(database_, deadline_, scope_, candidate_query_, proof_);
    }
    void init(const Xapian::Database& db) override;
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return static_cast<Xapian::doccount>(candidates_.size() / 2); }
    Xapian::doccount get_termfreq_max() const override { return static_cast<Xapian::doccount>(candidates_.size()); }
    void next(double min_weight) override;
    void skip_to(Xapian::docid id, double min_weight) override;
    bool check(Xapian::docid id, double min_weight) override;
    bool at_end() const override { return position_ >= candidates_.size(); }
    Xapian::docid get_docid() const override { return candidates_[position_]; }
    std::string get_description() const override { return "ProofSource"; }

private:
    /// What other threads need of a candidate: of Xapian, only the matcher's thread may read.
    struct Candidate {
        std::size_t number = 0;  ///< in candidates_
        std::string record{}, place{};
    };
    bool proven_here();
    void prove_ahead();
    void read_candidates(std::span<Candidate> into);
    void read_ahead(std::size_t count);
    bool are_many(std::size_t count) const;
    std::vector<store::TextReader*> readers_for(std::size_t count);
    bool proves(const Candidate& candidate, store::TextReader& texts);
    std::vector<Xapian::docid> all_candidates() const;
    void settle_from(Xapian::docid id);
    void advance_to(Xapian::docid id);

    reader::Database& database_;
    reader::Deadline& deadline_;
    ProofScope& scope_;
    Xapian::Query candidate_query_;
    query::Proof proof_;
    Xapian::Database db_;                    // the shard this copy serves
    std::size_t shard_ = 0;                  // its number
    std::vector<Xapian::docid> candidates_;  // ascending
    std::size_t position_ = 0;
    std::vector<char> ahead_;  // for the candidates from ahead_from_ on, whether they are proven
    std::size_t ahead_from_ = 0;
    std::size_t next_ahead_ = 1;  // how many to prove at once if the matcher goes on as it did
    Xapian::docid here_ = 0;      // the document stood on or last checked; 0 before the first
    bool stands_ = false;         // whether it is proven
};

}  // namespace patchseek::verify
