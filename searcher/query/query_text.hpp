// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/code_point.hpp"
#include "tree.hpp"

/// The lexer's view of a query: where its labels, words, values and patterns begin and end.
namespace patchseek::query {

/// What a word stands in: the query itself or an open bracket.
struct Group {
    std::size_t begin = 0;
    const schema::Field* field = nullptr;
    std::string name;
    std::size_t open_parens = 0;  ///< '(' that were text of a word and are not closed yet
    Unit unit = Unit::message;    ///< what this bracket, or one around it, is limited to
    bool bracket = false;         ///< not the query itself
    bool brace = false;           ///< ends with '}'
    std::size_t open_braces = 0;  ///< like open_parens, of '{'
    /// The sign that ends the group.
    char closer() const { return brace ? '}' : ')'; }
    /// How many of these signs are text before one ends the group.
    std::size_t open_in_text() const { return brace ? open_braces : open_parens; }
};

/// `name:` at the beginning of a word, whether it names something or not.
struct Label {
    std::string_view name;  ///< [A-Za-z][A-Za-z-]* before a ':'
    std::size_t colon;
    const schema::Field* field;  ///< nullptr: the schema has none of that name
};

/// The unit that `hunk` and `in` stand for, in any case of letters; Unit::message for other names.
Unit unit_named(std::string_view name);

/// Whether `name`, in any case of letters, is `lit` or `re`.
bool is_pattern_label(std::string_view name);
/// Whether it is `lit`.
bool is_literal_label(std::string_view name);

/// A pattern as it is written.
///
///   lit:"if (!x)"   as it stands; `\"` and `\\` stand for `"` and `\`, as in a shell's quotes
///   lit:x->y        up to a blank, or to the sign that closes the group
///   re:/a\/b+/      an expression; `\/` stands for '/'
///
/// An `i` behind the second quote or slash folds case.
struct PatternText {
    std::string text;
    bool expression = false;
    bool fold = false;
    std::size_t text_begin = 0;
    std::size_t end = 0;  ///< where the query goes on
};

/// Keeps a view only: the query must outlive it. All places are bytes of the query.
class QueryText {
public:
    explicit QueryText(std::string_view text) : text_(text) {}

    std::size_t size() const { return text_.size(); }
    std::string_view all() const { return text_; }
    std::string_view piece(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
    char byte(std::size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }  ///< NUL behind the end
    text::CodePoint at(std::size_t pos) const { return text::code_point(text_, pos); }
    bool is_blank_at(std::size_t pos) const { return text::is_blank(at(pos).value); }

    std::optional<Label> label_at(std::size_t pos) const;
    /// Whether a label stands there that names something: a field, `lit:`, `re:`, `hunk:`, `in:`.
    bool is_field_at(std::size_t pos) const;
    /// Whether a word that got as far as `pos` ends there: at the end of the query, a blank, or the sign that closes
    /// its group.
    bool ends_at(std::size_t pos, const Group& group) const;
    /// Where the word at `begin` ends. A ')' is text while a '(' of this word, or of one before it in the same group,
    /// is open; `group` counts them. A ')' without its '(' is an Error.
    Result<std::size_t> word_end(std::size_t begin, Group& group) const;
    /// Where the raw value at `begin` ends: at a blank, or at a sign that closes its group and not one that the value
    /// itself opens.
    std::size_t value_end(std::size_t begin, const Group& group) const;

    /// Whether a pattern begins at `pos`: `lit:` or `re:` with something to it. `re:` without a
    /// slash is none: it begins pasted subjects.
    bool is_pattern_at(std::size_t pos) const;
    /// The pattern at `pos`; one without quotes ends where its group does.
    Result<PatternText> read_pattern(std::size_t pos, const Group& group) const;

private:
    bool begins_with(std::size_t pos, std::string_view label) const;
    Result<Done> read_quoted(std::size_t pos, char quote, PatternText& out) const;

    std::string_view text_;
};

}  // namespace patchseek::query
