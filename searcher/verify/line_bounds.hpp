// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"
#include "query/plan.hpp"

namespace patchseek::verify {

/// What the beginnings of words tell of a line before it is cut into words, at a tenth of what that costs.
class LineBounds {
public:
    explicit LineBounds(const query::HighlightTerms& terms);

    /// False if a line surely has none of the words and patterns.
    bool may_have_marks(std::string_view line);

    /// Of some words, as a set: any of them.
    using Beginnings = std::uint32_t;
    static constexpr Beginnings kAny = std::numeric_limits<Beginnings>::max();
    static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();
    struct Bound {
        std::size_t marks = 0;  ///< at most so many; kUnbounded: it is not known
        Beginnings has = 0;     ///< which may begin a word of it
    };
    /// Of each of some lines of a body, one behind the other; of one over 64 KiB by its beginning.
    std::vector<Bound> of(std::string_view body, std::span<const patch::Line> lines) const;
    /// Those of a word that is wanted, and of its stem if it has one: a line with none of them has not the word.
    Beginnings of_word(const std::string& word, const std::string& stem) const;

private:
    bool is_bounded() const;

    struct Beginning {
        std::string text;
        bool whole = false;  ///< it is a word, and no longer one that begins with it is meant
    };
    Beginnings beginning_of(const std::string& word) const;
    bool may_begin_in(std::string_view line, std::size_t at) const;
    std::size_t foldable_in(std::string_view line) const;
    void count(std::size_t number, std::string_view body, std::span<const patch::Line> lines,
               std::vector<Bound>& out) const;
    void count(const query::Pattern& pattern, std::string_view body, std::span<const patch::Line> lines,
               std::vector<Bound>& out) const;
    void count_foldable(std::string_view body, std::span<const patch::Line> lines, std::vector<Bound>& out) const;

    std::vector<Beginning> beginnings_;  ///< one of them begins each word of the query in a line of ASCII
    std::array<bool, 256> begins_{};     ///< their first bytes
    std::vector<std::shared_ptr<const query::Pattern>> patterns_;
    std::string line_;  ///< in small letters
};

}  // namespace patchseek::verify
