// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "document.hpp"
#include "patchseek/base/interner.hpp"
#include "table_writer.hpp"

namespace patchseek::glass {

/// Gathers the terms of documents, and gives the documents of terms.
class Postings {
public:
    /// Documents come in ascending order. Returns how many occurrences its terms have together; a term that comes twice
    /// is an Error, kind internal.
    Result<std::uint64_t> add(std::uint32_t document, const Terms& terms);
    /// What it keeps and what write() takes besides, in bytes.
    std::size_t bytes() const;
    /// The most occurrences of a term in a document.
    std::uint32_t most() const { return most_; }
    /// Writes the lists of all terms, in their order.
    Result<Done> write(TableWriter& table) const;

private:
    /// Of each document how many behind the one before, and how often the term comes there.
    struct List {
        std::uint32_t last = 0;  ///< document
        std::string bytes{};
    };
    static Result<Done> write_list(TableWriter& table, std::string_view term, std::string_view bytes);

    Interner names_;
    std::deque<List> lists_;  ///< by the number of the term
    std::size_t bytes_ = 0;   ///< of all lists
    std::uint32_t most_ = 0;
};

/// Writes one list of documents with a number each: how often a term comes there, or their lengths.
class ListWriter {
public:
    /// `key` is that of its first piece; the others have their first document behind `next_key`. So many documents
    /// come, whose numbers are `sum` together; a list of lengths says neither, but 0.
    ListWriter(TableWriter& table, std::string_view key, std::string_view next_key, std::uint64_t count,
               std::uint64_t sum);
    /// Documents come in ascending order.
    Result<Done> add(std::uint32_t document, std::uint32_t number);
    /// At least one was added.
    Result<Done> finish() { return write(true); }

private:
    Result<Done> write(bool is_last);

    TableWriter& table_;
    std::string key_, next_key_, tag_, piece_;
    std::uint32_t first_ = 0, last_ = 0;  ///< documents of the piece; 0 when it is empty
};

}  // namespace patchseek::glass
