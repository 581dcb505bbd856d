#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "patchseek/base/result.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/code_point.hpp"
#include "tree.hpp"

/// Where the parts of a query's text begin and end: what the lexer cuts it by.
namespace patchseek::query {

/// What a word stands in: the query itself or an open bracket.
struct Group {
    std::size_t begin = 0;
    const schema::Field* field = nullptr;
    std::string name;
    std::size_t loose = 0;      ///< '(' that were text of a word and are not closed yet
    Unit unit = Unit::message;  ///< what this bracket, or one around it, is limited to
    bool bracket = false;       ///< not the query itself
    bool brace = false;         ///< ends with '}'
    std::size_t curly = 0;      ///< the same of '{', where a '}' would end the group
    /// The sign that ends it, and how many before that are text.
    char closer() const { return brace ? '}' : ')'; }
    std::size_t open() const { return brace ? curly : loose; }
};

/// `field:` that a word begins with, however little it may be one.
struct Label {
    std::string_view name;  ///< [A-Za-z][A-Za-z-]* before a ':'
    std::size_t colon;
    const schema::Field* field;  ///< nullptr: unknown
};

class QueryText {
public:
    explicit QueryText(std::string_view text) : text_(text) {}

    std::size_t size() const { return text_.size(); }
    std::string_view all() const { return text_; }
    std::string_view piece(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
    char byte(std::size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }  ///< NUL behind the end
    text::CodePoint at(std::size_t pos) const { return text::code_point(text_, pos); }

    std::optional<Label> label_at(std::size_t pos) const;
    /// A label that stands for something: a field, `lit:`, `re:`, `hunk:`, `in:`.
    bool is_field_at(std::size_t pos) const;
    /// Whether a word that got as far as `pos` ends there: no more text, a blank, or a bracket that closes its group.
    bool ends_at(std::size_t pos, const Group& group) const;
    /// Where the word at `begin` ends. A ')' is text while a '(' of this word, or of one before it in the same group,
    /// is open; `group` becomes what it is after the word. A ')' without its '(' is an Error.
    Result<std::size_t> word_end(std::size_t begin, Group& group) const;
    /// Where the raw value at `begin` ends: at a blank, or at a sign that closes its group and not one that the value
    /// itself opens.
    std::size_t value_end(std::size_t begin, const Group& group) const;

private:
    std::string_view text_;
};

}  // namespace patchseek::query
