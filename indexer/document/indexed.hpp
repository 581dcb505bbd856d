// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "glass/document.hpp"
#include "patchseek/base/interner.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/position_writer.hpp"
#include "patchseek/tokens/signed_words.hpp"

namespace patchseek::document {

/// A message as a shard takes it: its document, which has no positions, and these.
struct Indexed {
    glass::Document doc;
    std::size_t own_terms = 0;  ///< those before the terms of its origins (document.hpp)
    store::DocumentPositions positions;
};

/// Gathers the terms of one document: each once, with how often it comes and where.
class TermTable {
public:
    /// As a new one; keeps its memory.
    void clear();
    /// How many terms there are.
    std::size_t size() const { return terms_.size(); }
    /// How many positions they have.
    std::size_t positions() const { return places_.size(); }
    /// A term without position.
    void add(std::string_view term, std::uint32_t occurrences) { term_of(term).occurrences += occurrences; }
    /// One with a position, counted from 1.
    void add(std::string_view term, std::uint32_t occurrences, std::uint32_t position);
    /// Gives the terms and their positions to a message that has none.
    void give(Indexed& message) const;

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    struct Term {
        std::uint32_t occurrences = 0;
        std::uint32_t first = kNone, last = kNone;  ///< places of its positions
    };
    struct Place {
        std::uint32_t position, next;
    };
    Term& term_of(std::string_view text);

    Interner names_;
    std::vector<Term> terms_;  ///< by the number of the name
    std::vector<Place> places_;
};

/// Gathers the signed words of one document (tokens/signed_words.hpp), each once.
class SignedTable {
public:
    SignedTable();
    SignedTable(const SignedTable&) = delete;
    SignedTable& operator=(const SignedTable&) = delete;
    /// As a new one.
    void clear();
    /// Takes the lines of the document.
    tokens::SignedWords& finder() { return finder_; }
    /// The document may have others.
    void doubt() { doubts_ = true; }
    /// As what the schema makes of them.
    void give(store::DocumentPositions& positions);

private:
    tokens::SignedWords finder_;
    std::bitset<schema::kSignedWords> has_;
    std::vector<std::uint32_t> numbers_;
    bool doubts_ = false;
};

}  // namespace patchseek::document
