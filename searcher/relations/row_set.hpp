#pragma once

#include <xapian.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reader/database.hpp"

namespace patchseek::relations {

/// A set of rows (store/relations.hpp), a bit for each.
class RowSet {
public:
    explicit RowSet(std::size_t rows) : rows_(rows), words_(rows / 64 + 1) {}
    /// Rows that are not there are left out, and row 0, which is none.
    void add(std::uint32_t row) {
        if (row > 0 && row < rows_) words_[row / 64] |= std::uint64_t{1} << (row % 64);
    }
    void remove(std::uint32_t row) {
        if (row < rows_) words_[row / 64] &= ~(std::uint64_t{1} << (row % 64));
    }
    bool has(std::uint32_t row) const { return row < rows_ && ((words_[row / 64] >> (row % 64)) & 1U) != 0; }
    bool empty() const;
    /// The first from `row` on; a row that is not there at the end.
    std::uint32_t next(std::uint32_t row) const;
    /// How many of first..last.
    std::size_t count(std::uint32_t first, std::uint32_t last) const;

private:
    std::size_t rows_;
    std::vector<std::uint64_t> words_;
};

/// Finds the documents of a set of rows. Adds no weight.
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
    void leave_out_gone(const Xapian::Database& db);

    reader::Database& database_;
    std::shared_ptr<const RowSet> rows_;
    std::string name_;
    std::uint32_t first_ = 0;  // row of document 0 of the shard this copy serves
    Xapian::docid last_ = 0;
    Xapian::docid here_ = 0;  // 0 before the first
    Xapian::doccount count_ = 0;
};

/// A query for a set of rows; `name` stands in --explain.
Xapian::Query rows_query(reader::Database& database, RowSet rows, std::string name);

}  // namespace patchseek::relations
