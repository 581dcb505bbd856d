// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::query {

/// What `lit:` and `re:` look for. Found in time linear in the text, whatever the
/// expression (RE2); a literal at worst in as many times that as it has bytes. Const, so any number of threads may
/// share one.
///
/// Case counts unless folded: then by Unicode's simple case folding. In expressions
/// `^` and `$` are the ends of a line and `.` is no line end; a text in which one is
/// looked for may have several lines.
class Pattern {
public:
    enum class Kind : std::uint8_t { literal, expression };

    /// The text as it stands; it is not empty. Folded, it must be UTF-8.
    static Result<Pattern> literal(std::string_view text, bool fold);
    /// RE2's syntax. The offset of an error is one into `text`.
    static Result<Pattern> expression(std::string_view text, bool fold);

    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    struct Range {
        std::size_t begin, end;
    };
    bool found_in(std::string_view text) const { return find(text, 0).has_value(); }
    /// The first place from `from` on.
    std::optional<Range> find(std::string_view text, std::size_t from) const;

    /// What a match needs, for a prefilter: of each of these groups one text must stand in whatever
    /// matches, case folded in ASCII on both sides. No groups if nothing is known to be needed.
    const std::vector<std::vector<std::string>>& needs() const;

    Kind kind() const;
    bool folds() const;
    /// As typed, without quotes or slashes.
    const std::string& text() const;

private:
    struct Impl;
    explicit Pattern(std::unique_ptr<const Impl> impl);
    std::unique_ptr<const Impl> impl_;
};

/// `lit:"text"`, `re:/text/i`.
std::string print(const Pattern& pattern);

/// A piece of a word that a matching text must have.
struct WordPiece {
    std::string text;    ///< ASCII, lower case
    bool begins = true;  ///< the word begins with it
    bool ends = true;    ///< the word ends with it
    friend bool operator==(const WordPiece&, const WordPiece&) = default;
};

/// The words, as the Analyzer cuts them, that `needed` stands for in a text around it: at
/// its edges, and beside letters outside ASCII, a word may go on.
std::vector<WordPiece> word_pieces(std::string_view needed);

}  // namespace patchseek::query
