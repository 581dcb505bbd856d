#pragma once

#include <xapian.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/lexicon.hpp"

/// Which terms of an index are like a text.
namespace patchseek::advice {

/// The term nearest to a word, without its prefix.
struct Nearest {
    std::string word;
    std::size_t distance;  ///< edits apart
    Xapian::doccount frequency;
};

/// Looks through the terms under `prefixes` for a nearer one than `best`, of equals the most frequent, within
/// one edit from 3 bytes on, two from 7 on; `wanted` tells which are words. O(terms), up to some millions.
void look_through(const reader::Lexicon& lexicon, const std::vector<std::string>& prefixes, const std::string& word,
                  const std::function<bool(std::string_view)>& wanted, std::optional<Nearest>& best);

/// The most frequent terms under `prefix` that have `piece` in them, at most `most`.
std::vector<std::string> terms_with(const Xapian::Database& db, const std::string& prefix, std::string_view piece,
                                    std::size_t most);

}  // namespace patchseek::advice
