// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstdint>
#include <string>
#include <vector>

#include "reader/database.hpp"

namespace patchseek::relations {

/// A set of rows of store::Relations, a bit for each.
class RowSet {
public:
    explicit RowSet(std::size_t rows) : rows_(rows), words_(rows / 64 + 1) {}
    /// A row that is not there is left out, and row 0, which is none.
    void add(std::uint32_t row) {
        if (row > 0 && row < rows_) words_[row / 64] |= std::uint64_t{1} << (row % 64);
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

/// A query that matches the documents of a set of rows and adds no weight; `name` stands in --explain.
Xapian::Query rows_query(reader::Database& database, RowSet rows, std::string name);

}  // namespace patchseek::relations
