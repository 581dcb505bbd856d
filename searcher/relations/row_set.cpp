// SPDX-License-Identifier: GPL-2.0-or-later
#include "row_set.hpp"

#include <algorithm>
#include <bit>
#include <memory>

namespace patchseek::relations {

bool RowSet::empty() const {
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

std::uint32_t RowSet::next(std::uint32_t row) const {
    const auto end = static_cast<std::uint32_t>(rows_);
    if (row >= end) return end;
    std::size_t at = row / 64;
    std::uint64_t word = words_[at] & (~std::uint64_t{0} << (row % 64));
    while (word == 0)
        if (++at < words_.size())
            word = words_[at];
        else
            return end;
    return static_cast<std::uint32_t>(at * 64 + static_cast<unsigned>(std::countr_zero(word)));
}

std::size_t RowSet::count(std::uint32_t first, std::uint32_t last) const {
    std::size_t out = 0;
    for (auto row = next(first); row < rows_ && row <= last;) {
        if (row % 64 == 0 && row + 63 <= last) {
            out += static_cast<std::size_t>(std::popcount(words_[row / 64]));
            row = next(row + 64);
        } else {
            ++out;
            row = next(row + 1);
        }
    }
    return out;
}

namespace {

/// Posting source of the documents of a set of rows.
class RowSetSource : public Xapian::PostingSource {
public:
    RowSetSource(reader::Database& database, std::shared_ptr<const RowSet> rows, std::string name)
        : database_(database), rows_(std::move(rows)), name_(std::move(name)) {}

    PostingSource* clone() const override { return new RowSetSource(database_, rows_, name_); }
    void init(const Xapian::Database& db) override;
    Xapian::doccount get_termfreq_min() const override { return count_; }
    Xapian::doccount get_termfreq_est() const override { return count_; }
    Xapian::doccount get_termfreq_max() const override { return count_; }
    void next(double) override { move_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_) move_to(id);
    }
    bool at_end() const override { return here_ > last_; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override { return "Rows(" + name_ + ")"; }

private:
    void move_to(Xapian::docid id);

    reader::Database& database_;
    std::shared_ptr<const RowSet> rows_;
    std::string name_;
    std::uint32_t first_ = 0;  // row of document 0 of the shard this copy serves
    Xapian::docid last_ = 0;
    Xapian::docid here_ = 0;  // 0 before the first
    Xapian::doccount count_ = 0;
};

void RowSetSource::init(const Xapian::Database& db) {
    here_ = last_ = count_ = first_ = 0;
    const reader::OpenShard* shard = database_.shard_with(db.get_uuid());
    if (!shard) throw reader::Failure{{ErrorKind::internal, "a shard of no known name"}};
    const auto& part = database_.groups().part(shard->number);
    first_ = part.first;
    last_ = std::min<Xapian::docid>(part.last, db.get_lastdocid());
    if (last_ > 0) count_ = static_cast<Xapian::doccount>(rows_->count(first_ + 1, first_ + last_));
}

void RowSetSource::move_to(Xapian::docid id) {
    const auto row = id > last_ ? first_ + last_ + 1 : rows_->next(first_ + id);
    here_ = std::min(row - first_, last_ + 1);
}

}  // namespace

Xapian::Query rows_query(reader::Database& database, RowSet rows, std::string name) {
    auto shared = std::make_shared<const RowSet>(std::move(rows));
    // release() hands the source to the query, which deletes it with its last copy.
    return Xapian::Query((new RowSetSource(database, std::move(shared), std::move(name)))->release());
}

}  // namespace patchseek::relations
