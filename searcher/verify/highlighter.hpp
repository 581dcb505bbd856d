// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "line_bounds.hpp"
#include "patchseek/patch/anatomy.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "query/plan.hpp"
#include "reader/hit.hpp"

namespace patchseek::verify {

/// Which of HighlightTerms::wanted a line shows; the last stands for all that are more.
using Parts = std::bitset<256>;

/// Finds what to mark and what to show of a message that matches. Serves one thread; keeps a reference to
/// the analyzer, which must outlive it.
class Highlighter {
public:
    Highlighter(query::HighlightTerms terms, tokens::Analyzer& analyzer);

    /// Byte ranges of the words and patterns of the query, ascending, none inside another.
    std::vector<reader::Mark> marks(std::string_view text);

    /// Places in `files` of those that a path of the query matches, ascending.
    std::vector<std::size_t> matched(const std::vector<patch::FileChange>& files) const;

    /// Lines of a body that show best why it matched, in the order of the text. Each part of the query has one, if a
    /// line of what it was asked of has it, the rarest parts first; then come the lines with most of the words, up to
    /// `limit`; prose and changed lines before context and quotes. Where the parts need more lines than `limit`, twice
    /// as many. They are the best of the first 2,048 lines, if these show all parts and are enough; else of four times
    /// as many, and so on, up to 20,000.
    std::vector<reader::Snippet> snippets(std::string_view body, std::size_t limit);

    /// All lines of a body that a part of the query finds where it was asked, each with `around` lines on both sides.
    /// Of a query that asks for paths, of diffs only those of such files if these have any; if it asks for nothing
    /// else, their hunks.
    std::vector<reader::FoundLine> found(std::string_view body, std::size_t around);

private:
    /// What a word of a text tells.
    struct Meaning {
        bool marked = false;
        std::vector<std::size_t> places{};  ///< in has_
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Meanings = std::unordered_map<std::string, Meaning, Hash, std::equal_to<>>;
    /// Of some words and what they tell; to look a word up is most of what showing a message takes.
    struct Words {
        Meanings meanings{};
        std::array<bool, 256> begins{};  ///< their first bytes
        Meaning& operator[](const std::string& word);
        const Meaning* find(std::string_view word) const;
    };
    void look_up(const tokens::Token& token, bool& marked);
    std::vector<reader::Mark> words_of(std::string_view text);
    std::vector<reader::Mark> all_marks(std::string_view text);
    Parts shown(std::string_view text, schema::Area area) const;
    Parts may_show(LineBounds::Beginnings has, schema::Area area) const;
    std::vector<bool> finds(const std::vector<patch::Line>& lines, std::string_view body,
                            const std::vector<bool>& in_files);
    std::vector<bool> of_wanted_files(const std::vector<patch::Line>& lines, std::string_view body) const;

    query::HighlightTerms terms_;
    LineBounds bounds_;
    Words words_, prefixes_, stems_;  ///< of terms_, and of what is wanted
    std::vector<char> has_;           ///< of the words that are wanted, part by part, which the text of words_of() has
    std::vector<LineBounds::Beginnings> beginnings_;  ///< of the same words
    std::vector<schema::Areas> asked_;                ///< of the parts that are wanted, the areas of lines
    tokens::Analyzer& analyzer_;
};

}  // namespace patchseek::verify
