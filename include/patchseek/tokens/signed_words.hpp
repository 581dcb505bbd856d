// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/tokens/analyzer.hpp"

/// Words with the signs that touch them: `a->b`, `c++`, `foo()`, `->flags`. Terms have no signs, so to find the mails
/// that have `a->b` all with an `a` in front of a `b` would have to be read; by these only those that have it are.
namespace patchseek::tokens {

/// Finds the signed words of a line of text. Of the signs between two words there is one signed word with both of them
/// if no blank stands there, and one for the last sign or two in front of a word, one for the first or two behind it,
/// where those tell more than the words alone: after a comma or before a full stop most words stand sooner or later.
/// What stands in a text is found in all that it is part of, as long as its first and last words are whole.
///
/// One object serves one thread.
class SignedWords {
public:
    /// Called with each; valid until it returns.
    using Sink = std::function<void(std::string_view)>;
    explicit SignedWords(Sink sink) : sink_(std::move(sink)) {}

    /// A new line; must live until end().
    void begin(std::string_view line);
    /// A whole word of the line, behind the last one; the token's range counts from `offset` in it.
    void word(const Token& token, std::size_t offset = 0);
    /// What stands behind its last word.
    void end();
    /// As a new one.
    void forget() { sure_ = true; }
    /// False if some line until now had something that folding makes words or parts of words, such as a digit in
    /// brackets, takes out between two words, or that is too long to be folded: it may have signed words that were not
    /// found.
    bool sure() const { return sure_; }

private:
    void between(std::string_view gap, bool begins, bool ends);
    bool is_range_of_ids(std::string_view signs) const;
    void give(std::string_view first, std::string_view signs, std::string_view last);

    Sink sink_;
    std::string_view line_;
    std::string before_, word_, text_, folded_;  ///< the last word and the one it meets; what is given; a gap
    std::size_t end_ = 0;
    bool any_ = false;  ///< whether the line had a word
    bool sure_ = true;
};

/// Those of folded text, the longest of them, that stand wherever it stands as a whole; none where that is not sure.
std::vector<std::string> signed_words(std::string_view folded, Analyzer& analyzer);

}  // namespace patchseek::tokens
