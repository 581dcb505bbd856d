// SPDX-License-Identifier: GPL-2.0-or-later
#include "lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "diagnostics.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/code_point.hpp"
#include "query_text.hpp"

namespace patchseek::query {
namespace {

using Kind = Lexeme::Kind;
using schema::Field;

constexpr std::string_view kSentenceMarks = ",.;:!?";

class Lexer {
public:
    explicit Lexer(std::string_view query) : query_(query) {}
    Result<std::vector<Lexeme>> run();

private:
    /// What a leaf or bracket is asked of.
    struct Target {
        const Field* field;
        std::string name;  ///< of a trailer
        Unit unit = Unit::message;
    };

    Result<Done> next();
    Result<Done> signed_or_plain();
    Result<Done> labelled(const Label& label);
    Result<bool> trailer_name(std::size_t begin, Target& target);
    Error nothing_after(std::size_t begin) const;
    Result<Done> open(std::size_t begin, const Target& target);
    Result<Done> close();
    Result<Done> leaf(std::size_t begin, const Target& target);
    Result<Done> pattern(std::size_t begin, const Target& target);
    Result<Done> unit(const Label& label);
    Result<Done> braces(std::size_t begin, const Field* field);
    Result<Done> phrase(std::size_t begin, const Target& target);
    Result<Done> word(std::size_t begin, const Target& target);
    Result<Done> value(std::size_t begin, const Target& target);
    Result<bool> operation(std::size_t end);
    /// What is typed behind a label.
    std::string_view value_of(const Label& label) const {
        return query_.piece(label.colon + 1, query_.value_end(label.colon + 1, groups_.back()));
    }
    Result<std::size_t> distance(std::string_view digits, std::size_t begin, std::size_t end) const;

    Lexeme& add(Kind kind, std::size_t begin, std::size_t end);
    Lexeme& add_leaf(Kind kind, std::size_t begin, std::size_t text_begin, const Target& target);
    /// What the group stands for in which the lexer is.
    Target group_target() const { return {groups_.back().field, groups_.back().name}; }

    const QueryText query_;
    std::size_t pos_ = 0;
    std::vector<Lexeme> out_;
    std::vector<Group> groups_ = std::vector<Group>(1);  ///< the first is the query itself
};

Lexeme& Lexer::add(Kind kind, std::size_t begin, std::size_t end) {
    Lexeme& lexeme = out_.emplace_back();
    lexeme.kind = kind;
    lexeme.begin = begin;
    lexeme.end = end;
    return lexeme;
}

/// A leaf that ends where the lexer stands.
Lexeme& Lexer::add_leaf(Kind kind, std::size_t begin, std::size_t text_begin, const Target& target) {
    Lexeme& lexeme = add(kind, begin, pos_);
    lexeme.text_begin = text_begin;
    lexeme.field = target.field;
    lexeme.name = target.name;
    return lexeme;
}

Result<Done> Lexer::next() {
    const text::CodePoint c = query_.at(pos_);
    if (text::is_blank(c.value)) {
        pos_ += c.size;
        return Done{};
    }
    if (c.value == '(') return open(pos_, group_target());
    if (c.value == ')' || (c.value == '}' && groups_.back().brace)) return close();
    return signed_or_plain();
}

/// The start of a word: maybe a sign, maybe a field.
Result<Done> Lexer::signed_or_plain() {
    if (query_.byte(pos_) == '-' || query_.byte(pos_) == '+') {
        const bool minus = query_.byte(pos_) == '-';
        const char after = query_.byte(pos_ + 1);
        bool sign = after == '"' || after == '(' || query_.is_field_at(pos_ + 1);
        // `-EINVAL` is what code returns, `-einval` is a word not wanted.
        if (!sign && pos_ + 1 < query_.size())
            sign = text::is_letter(query_.at(pos_ + 1).value) && !(minus && after >= 'A' && after <= 'Z');
        if (sign) {
            add(minus ? Kind::minus : Kind::plus, pos_, pos_ + 1);
            ++pos_;
            if (after == '(') return open(pos_, group_target());
        }
    }
    if (const auto label = query_.label_at(pos_)) {
        const bool nothing_after = query_.ends_at(label->colon + 1, groups_.back());
        // `Re: …` begins a pasted subject.
        if (label->field || !nothing_after) return labelled(*label);
    }
    return leaf(pos_, group_target());
}

/// `field:` and what belongs to it.
Result<Done> Lexer::labelled(const Label& label) {
    const std::size_t begin = pos_;
    const Field* const group_field = groups_.back().field;
    if (!label.field && is_pattern_label(label.name)) {
        if (query_.is_pattern_at(begin)) return leaf(begin, group_target());
        if (is_literal_label(label.name)) {
            pos_ = label.colon + 1;
            return nothing_after(begin);
        }
        return usage_error(
            "an expression stands between slashes" + did_you_mean("re:/" + std::string(value_of(label)) + '/'),
            label.colon + 1);
    }
    if (!label.field && unit_named(label.name) != Unit::message) return unit(label);
    // Inside `file:( … )` a colon may well be part of a value.
    if (group_field && !label.field) return leaf(begin, group_target());
    if (group_field)
        return usage_error(
            "field '" + std::string(label.name) + ":' inside '" + std::string(group_field->name) + ":( )'", begin);
    if (!label.field) return usage_error(unknown_field(label.name, value_of(label)), begin);
    Target target{label.field, {}};
    pos_ = label.colon + 1;
    const bool any_trailer = query_.byte(pos_) == '*' && query_.ends_at(pos_ + 1, groups_.back());
    if (label.field->kind == schema::FieldKind::named && !any_trailer) {
        const auto goes_on = trailer_name(begin, target);
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return Done{};
    }
    if (query_.ends_at(pos_, groups_.back())) return nothing_after(begin);
    if (query_.byte(pos_) == '(') return open(begin, target);
    if (query_.byte(pos_) == '{' && label.field->kind == schema::FieldKind::group) return braces(begin, label.field);
    return leaf(begin, target);
}

/// `NAME` or `NAME:` behind `trailer:`; whether there was a colon, so that words follow. Without one it is a leaf.
Result<bool> Lexer::trailer_name(std::size_t begin, Target& target) {
    const std::size_t from = pos_;
    while (is_alpha(query_.byte(pos_)) || is_digit(query_.byte(pos_)) || query_.byte(pos_) == '-' ||
           query_.byte(pos_) == '_')
        ++pos_;
    for (const char c : query_.piece(from, pos_)) target.name += to_lower(c);
    if (target.name.empty())
        return usage_error("'trailer:' needs a name, as in trailer:fixes or trailer:fixes:words", from);
    if (query_.ends_at(pos_, groups_.back())) {
        add_leaf(Kind::exists, begin, from, target);
        return false;
    }
    if (query_.byte(pos_) != ':') return usage_error("a trailer's name is letters, digits and '-'", pos_);
    ++pos_;
    return true;
}

/// `field:` that ends the query or has a blank behind it, which people type after a colon.
Error Lexer::nothing_after(std::size_t begin) const {
    const std::string name(query_.piece(begin, pos_));
    std::size_t word = pos_;
    while (word < query_.size() && query_.is_blank_at(word)) word += query_.at(word).size;
    const auto end = query_.byte(word) == '"' ? std::min(query_.all().find('"', word + 1), query_.size() - 1) + 1
                                              : query_.value_end(word, groups_.back());
    const bool sign =
        !text::is_word_character(query_.at(word).value) && query_.byte(word) != '"' && query_.byte(word) != '/';
    const bool none = word == query_.size() || word == pos_ || sign || query_.is_field_at(word);
    const std::string meant = none ? std::string() : did_you_mean(name + std::string(query_.piece(word, end)));
    return usage_error("nothing after " + quoted(name) + meant, pos_);
}

Result<Done> Lexer::open(std::size_t begin, const Target& target) {
    if (groups_.size() > kMaxDepth)
        return usage_error("more than " + std::to_string(kMaxDepth) + " brackets inside each other", pos_);
    Lexeme& lexeme = add(Kind::open, begin, pos_ + 1);
    lexeme.field = target.field;
    lexeme.name = target.name;
    lexeme.unit = target.unit;
    groups_.push_back({pos_, target.field, target.name, 0, std::max(target.unit, groups_.back().unit), true});
    ++pos_;
    return Done{};
}

/// `thread:{`: what stands in it is a query of its own.
Result<Done> Lexer::braces(std::size_t begin, const Field* field) {
    if (groups_.back().unit != Unit::message)
        return usage_error("'" + std::string(field->name) + ":{ }' is of whole messages, not of a part of one", begin);
    if (auto done = open(begin, {nullptr, {}}); !done) return done;
    out_.back().field = field;
    out_.back().brace = groups_.back().brace = true;
    return Done{};
}

/// `hunk:(` and `in:(`.
Result<Done> Lexer::unit(const Label& label) {
    const std::size_t begin = pos_;
    const Group& group = groups_.back();
    const std::string name = std::string(label.name) + ":( )";
    if (group.field) return usage_error("'" + name + "' inside '" + std::string(group.field->name) + ":( )'", begin);
    if (query_.byte(label.colon + 1) != '(') {
        const std::string typed(value_of(label)), own = std::string(label.name) + ':';
        return usage_error(
            "'" + own + "' takes brackets" +
                (typed.empty() ? ": " + own + "(added:x removed:y)" : did_you_mean(own + '(' + typed + ')')),
            label.colon + 1);
    }
    const Unit unit = unit_named(label.name);
    if (unit <= group.unit)
        return usage_error("'" + name + "' inside '" + (group.unit == Unit::hunk ? "hunk" : "in") + ":( )'", begin);
    pos_ = label.colon + 1;
    return open(begin, {nullptr, {}, unit});
}

Result<Done> Lexer::close() {
    // `kmalloc(size, flags)`: the ')' at a word's start closes what a word before it opened.
    const bool text = query_.byte(pos_) == ')' ? groups_.back().open_parens > 0 : groups_.back().open_braces > 0;
    if (text) return leaf(pos_, group_target());
    if (query_.byte(pos_) != groups_.back().closer() || groups_.size() == 1)
        return usage_error("')' without '('; as text it needs quotes", pos_);
    add(Kind::close, pos_, pos_ + 1);
    groups_.pop_back();
    ++pos_;
    return Done{};
}

/// A word, phrase or value at pos_; `begin` is where its field began.
Result<Done> Lexer::leaf(std::size_t begin, const Target& target) {
    if (query_.is_pattern_at(pos_)) return pattern(begin, target);
    if (const auto label = query_.label_at(pos_);
        label && is_literal_label(label->name) && query_.ends_at(label->colon + 1, groups_.back())) {
        pos_ = label->colon + 1;
        return nothing_after(begin);
    }
    if (query_.byte(pos_) == '"') return phrase(begin, target);
    if (query_.byte(pos_) == '*' && query_.ends_at(pos_ + 1, groups_.back())) {
        const std::size_t at = pos_++;
        add_leaf(target.field ? Kind::exists : Kind::all, begin, at, target);
        return Done{};
    }
    return is_text(target.field) ? word(begin, target) : value(begin, target);
}

Result<Done> Lexer::pattern(std::size_t begin, const Target& target) {
    const bool looks = !target.field || is_text(target.field) || target.field->kind == schema::FieldKind::path ||
                       target.field == schema::field::id;
    // Names of attachments are words of the index only.
    if (!looks || (target.field && (target.field->areas & schema::areas_stored(schema::Stored::nowhere)) != 0))
        return usage_error(
            "'lit:' and 're:' look into text, paths and ids, not into '" + std::string(target.field->name) + ":'",
            pos_);
    auto read = query_.read_pattern(pos_, groups_.back());
    if (!read) return read.error();
    pos_ = read->end;
    Lexeme& lexeme = add_leaf(read->expression ? Kind::expression : Kind::literal, begin, read->text_begin, target);
    lexeme.text = std::move(read->text);
    lexeme.fold = read->fold;
    return Done{};
}

Result<Done> Lexer::phrase(std::size_t begin, const Target& target) {
    const std::size_t quote = pos_;
    std::string text;
    bool blank = true;
    for (++pos_; pos_ < query_.size() && query_.byte(pos_) != '"';) {
        if (query_.byte(pos_) == '\\' && query_.byte(pos_ + 1) == '"') ++pos_;
        const text::CodePoint c = query_.at(pos_);
        blank = blank && text::is_blank(c.value);
        text += query_.piece(pos_, pos_ + c.size);
        pos_ += c.size;
    }
    if (pos_ == query_.size())
        return usage_error(
            "unclosed quote" + (blank ? "" : did_you_mean(std::string(query_.piece(quote, query_.size())) + '"')),
            quote);
    if (blank) return usage_error("nothing between the quotes", quote);
    ++pos_;
    if (query_.byte(pos_) == '*') return usage_error("a '*' ends a word, not a phrase", pos_);
    const bool raw = !is_text(target.field);
    add_leaf(raw ? Kind::value : Kind::phrase, begin, quote + 1, target).text = std::move(text);
    // The comma of `"a b", c` is no word.
    const std::size_t after = std::min(query_.all().find_first_not_of(kSentenceMarks, pos_), query_.size());
    if (raw && !query_.ends_at(after, groups_.back())) return usage_error("the quotes must hold the whole value", pos_);
    pos_ = after;
    return Done{};
}

Result<Done> Lexer::word(std::size_t begin, const Target& target) {
    Group group = groups_.back();
    const auto found = query_.word_end(pos_, group);
    if (!found) return found.error();
    if (begin == pos_) {
        const auto is_operation = operation(*found);
        if (!is_operation) return is_operation.error();
        if (*is_operation) return Done{};
    }
    groups_.back() = std::move(group);
    const std::size_t text_begin = pos_;
    std::string_view text = query_.piece(pos_, *found);
    const auto last = text.find_last_not_of(kSentenceMarks);
    if (last != text.npos) text = text.substr(0, last + 1);
    pos_ = text_begin + text.size();
    Lexeme& lexeme = add_leaf(Kind::word, begin, text_begin, target);
    if (text.ends_with('*') && text.size() > 1) {
        std::size_t before = text.size() - 2;
        while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0U) == 0x80U) --before;
        lexeme.prefix = text::is_word_character(text::code_point(text, before).value);
    }
    if (lexeme.prefix) text.remove_suffix(1);
    lexeme.text = text;
    pos_ = *found;
    return Done{};
}

/// The operator that the word from pos_ to `end` is, if it is one. `NOT(a b)` is
/// one too: nobody who types that looks for the text.
Result<bool> Lexer::operation(std::size_t end) {
    std::string_view text = query_.piece(pos_, end);
    text = text.substr(0, text.find('('));
    end = pos_ + text.size();
    const std::size_t slash = std::min(text.find('/'), text.size());
    for (const Kind kind : {Kind::op_and, Kind::op_or, Kind::op_xor, Kind::op_not, Kind::op_near, Kind::op_adj}) {
        const bool near = kind == Kind::op_near || kind == Kind::op_adj;
        if (text.substr(0, near ? slash : text.size()) != operator_name(kind)) continue;
        std::size_t n = near ? kDefaultDistance : 0;
        if (slash < text.size()) {
            const auto typed = distance(text.substr(slash + 1), pos_, pos_ + slash + 1);
            if (!typed) return typed.error();
            n = *typed;
        }
        add(kind, pos_, end).distance = n;
        pos_ = end;
        return true;
    }
    return false;
}

Result<std::size_t> Lexer::distance(std::string_view digits, std::size_t begin, std::size_t place) const {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    const bool whole = end == digits.data() + digits.size();
    if (whole && (error == std::errc::result_out_of_range || n > kMaxDistance))
        return usage_error("the distance of NEAR and ADJ is at most " + std::to_string(kMaxDistance), place);
    if (!whole || error != std::errc{} || n == 0) {
        const std::string_view name = query_.piece(begin, place - 1);
        return usage_error("bad distance, write " + std::string(name) + "/5; as text it needs quotes", place);
    }
    return n;
}

Result<Done> Lexer::value(std::size_t begin, const Target& target) {
    const std::size_t text_begin = pos_;
    const std::size_t end = query_.value_end(pos_, groups_.back());
    if (begin == pos_) {
        const auto is_operation = operation(end);
        if (!is_operation) return is_operation.error();
        if (*is_operation) return Done{};
    }
    pos_ = end;
    add_leaf(Kind::value, begin, text_begin, target).text = query_.piece(text_begin, end);
    return Done{};
}

Result<std::vector<Lexeme>> Lexer::run() {
    if (query_.size() > kMaxQueryBytes)
        return usage_error("query of " + std::to_string(query_.size()) + " bytes, at most " +
                               std::to_string(kMaxQueryBytes) + " are taken",
                           kMaxQueryBytes);
    while (pos_ < query_.size())
        if (const auto done = next(); !done) return done.error();
    if (groups_.size() > 1)
        return usage_error(groups_.back().brace ? "unclosed '{'" : "unclosed '('", groups_.back().begin);
    return std::move(out_);
}

}  // namespace

Result<std::vector<Lexeme>> lex(std::string_view query) { return Lexer(query).run(); }

}  // namespace patchseek::query
