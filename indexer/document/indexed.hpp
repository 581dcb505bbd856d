// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/store/position_writer.hpp"

namespace patchseek::document {

/// A message as a shard takes it: its document, which has no positions, and these.
struct Indexed {
    Xapian::Document doc;
    store::DocumentPositions positions;
};

/// Gathers the terms of one document: each once, with how often it comes and where. Xapian's document is an ordered
/// tree, in which a term that comes a hundred times is looked up a hundred times.
class TermTable {
public:
    TermTable();
    /// As a new one; keeps its memory.
    void clear();
    /// How many terms there are.
    std::size_t size() const { return terms_.size(); }
    /// A term without position.
    void add(std::string_view term, std::uint32_t occurrences);
    /// One with a position, counted from 1.
    void add(std::string_view term, std::uint32_t occurrences, std::uint32_t position);
    /// Gives the terms to a document, and their positions, which Xapian is not to keep, to `positions`.
    void give(Xapian::Document& doc, store::DocumentPositions& positions) const;

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    struct Term {
        std::uint32_t text, size, hash, occurrences;
        std::uint32_t first = kNone, last = kNone;  ///< places of its positions
    };
    struct Place {
        std::uint32_t position, next;
    };
    Term& term(std::string_view text);
    void grow();
    std::string_view text_of(const Term& term) const { return std::string_view(texts_).substr(term.text, term.size); }

    std::vector<std::uint32_t> slots_;  ///< one more than the place of a term; 0: free. As many as a power of two.
    std::vector<Term> terms_;
    std::string texts_;
    std::vector<Place> places_;
};

}  // namespace patchseek::document
