// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::reader {
class Lexicon;
}

/// Which terms of an index are like a text.
namespace patchseek::advice {

/// The term nearest to a word, without its prefix.
struct Nearest {
    std::string word;
    std::size_t distance;   ///< edits apart
    std::size_t frequency;  ///< how many messages have it
};

/// The term under `prefixes` that is nearest to a word and is not the word itself, of equals the most frequent: within
/// one edit for words from 3 bytes on, two from 7 on. `wanted` tells which terms count. Linear in the terms, and it
/// stops after some millions.
std::optional<Nearest> nearest(const reader::Lexicon& lexicon, const std::vector<std::string>& prefixes,
                               const std::string& word, const std::function<bool(std::string_view)>& wanted);

/// The most frequent terms under `prefix` that have `piece` in them, at most `most`, without the prefix. Linear in the
/// terms, as above.
std::vector<std::string> terms_with(const reader::Lexicon& lexicon, const std::string& prefix, std::string_view piece,
                                    std::size_t most);

}  // namespace patchseek::advice
