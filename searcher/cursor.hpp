// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"

/// Where a page ended, as a word that a shell takes as it is: `--cursor start` asks for the first page, and each page
/// says with which cursor the next is asked for. Nothing is kept for it anywhere.
namespace patchseek {

/// Messages are told by 30 bits of their digests.
class Cursor {
public:
    /// `start`, or what text() gave for a query like this one; else an Error of kind usage. `query` is what tells one
    /// search from another: the query as typed, its order.
    static Result<Cursor> read(std::string_view text, std::string_view query);

    bool at_start() const { return count_ == 0; }
    /// Whether a page has shown a message. Only where `all()`.
    bool has(const store::Record& record) const;
    /// Whether all messages of all pages are known. Orders that do not change with an index need the last ones alone.
    bool all() const { return all_; }
    /// How many messages the pages have had.
    std::size_t count() const { return count_; }
    /// Of messages in their order, how many stand before the place where the last page ended; nullopt where none of its
    /// last is among them. Only where not `all()`.
    std::optional<std::size_t> place_in(const std::vector<reader::Hit>& hits) const;

    /// Behind one more page; `fixed`: in an order that does not change with an index.
    void add(const std::vector<reader::Hit>& hits, bool fixed);
    std::string text() const;

private:
    std::string query_;  ///< its mark
    bool all_ = false;
    std::size_t count_ = 0;
    std::vector<std::uint32_t> seen_;  ///< the first shown first
    std::set<std::uint32_t> known_;    ///< the same, as they were read
};

}  // namespace patchseek
