// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fact.hpp"
#include "patchseek/patch/anatomy.hpp"

/// By what messages and commits are told to be the same: people, titles and diffs as numbers. What is written a little
/// differently, and means the same, has one.
namespace patchseek::relate {

struct Person {
    Hash name = 0;     ///< the name, if it is one of several words, since people change addresses; else the address
    Hash address = 0;  ///< none where it is a list's
};

/// `Ann Lee <ann@x>`, `"Lee, Ann" <ann@x>`; a list that hides the sender's address: `Ann Lee via dev <dev@list>`, `Ann
/// Lee (by way of dev)`.
Person person_of(std::string_view written);

/// The words of a text, folded: what people write with other signs or in other case is the same.
std::vector<std::string> words_of(std::string_view text);

/// Of a subject behind its brackets; 0 where it is empty.
Hash title_hash(std::string_view title);

/// A sample of the changed lines of a diff, white space aside, drawn so that the samples of two diffs can be compared:
/// the smallest kSketch of their hashes, sorted, each once. All of them where there are no more.
std::vector<std::uint32_t> sketch_of(std::string_view text, const std::vector<patch::Line>& lines);
inline constexpr std::size_t kSketch = 64;

/// Lines that both have, in percent of those that either has; where the sketches are full, to some 6 percent (one
/// standard deviation). 0 where one has no lines.
std::uint32_t likeness(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

/// What the join of commits with messages (joins.hpp) needs of a commit.
struct CommitKeys {
    Hash title = 0;                ///< as Fact::title
    Hash author = 0, address = 0;  ///< as Fact::sender, Fact::address
    std::int64_t committed = 0;    ///< seconds since 1970
    bool merge = false;            ///< has several parents, so no diff
    std::vector<Hash> messages;    ///< ids that its trailers name, in order
    bool has_diff = false;         ///< what follows is known
    Hash patch = 0;                ///< as Fact::patch
    std::vector<Hash> paths;       ///< as Fact::paths, sorted
};

}  // namespace patchseek::relate
