#pragma once

#include <xapian.h>

#include <vector>

#include "database.hpp"
#include "deadline.hpp"
#include "query/plan.hpp"

namespace patchseek::search {

/// Lets through the documents for which a proof holds. `narrow` finds candidates by
/// terms; each is read from the store only when the matcher comes to it, so what
/// cheaper parts of a query have excluded is never read. Adds no weight. When time is up,
/// nothing is read any more, and all that is left counts as the proof's `doubt` has it.
class ProofSource : public Xapian::PostingSource {
public:
    ProofSource(Database& database, Deadline& deadline, Xapian::Query narrow, query::Proof proof)
        : database_(database), deadline_(deadline), narrow_(std::move(narrow)), proof_(std::move(proof)) {}

    PostingSource* clone() const override { return new ProofSource(database_, deadline_, narrow_, proof_); }
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
    bool proven(Xapian::docid id);
    void settle_from(Xapian::docid id);
    void advance_to(Xapian::docid id);

    Database& database_;
    Deadline& deadline_;
    Xapian::Query narrow_;
    query::Proof proof_;
    Xapian::Database db_;  // the shard this copy serves
    OpenShard* shard_ = nullptr;
    std::vector<Xapian::docid> candidates_;  // ascending
    std::size_t position_ = 0;
    Xapian::docid here_ = 0;  // the document stood on or last checked; 0 before the first
    bool stands_ = false;     // whether it is proven
};

}  // namespace patchseek::search
