// SPDX-License-Identifier: GPL-2.0-or-later
#include "parser.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "diagnostics.hpp"
#include "field_value.hpp"
#include "lexer.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::query {
namespace {

using NodeKind = Node::Kind;
using TokenKind = Lexeme::Kind;

/// What waits for its operands, loosest binding first.
enum class Op : std::uint8_t { bracket, or_, xor_, beside, and_, minus, plus, near };

enum class Sign : std::uint8_t { none, plus, minus };

/// A finished part of the tree.
struct Operand {
    /// Nothing if all of it was left out, having no letter or digit.
    std::optional<Node> node;
    std::size_t depth = 0;
    Sign sign = Sign::none;
    /// Words side by side under --any, whose meaning is known only when all of them
    /// are; `node` is unset then.
    std::vector<Operand> run;
};

struct Waiting {
    Op op;
    const Lexeme* lexeme;  ///< for messages; of `beside`, the token to its right
};

/// Operator precedence with two stacks, since depth must not cost any of the
/// machine's own stack.
class Parser {
public:
    Parser(const std::vector<Lexeme>& lexemes, const ParseOptions& options) : lexemes_(lexemes), options_(options) {}
    Result<Parsed> run();

private:
    Result<Done> take(const Lexeme& lexeme);
    Result<Done> take_leaf(const Lexeme& lexeme);
    Result<Done> take_close(const Lexeme& lexeme);
    Result<Done> take_binary(const Lexeme& lexeme, Op op);
    Result<Done> before_operand(const Lexeme& lexeme);
    Result<Done> count(const Node& leaf);
    bool is_left_out(const Node& leaf);

    Result<Done> reduce_to(Op op);
    Result<Done> reduce();
    Result<Done> reduce_sign(const Waiting& waiting);
    Result<Done> settle(Operand& operand, std::size_t place);
    Result<Operand> join(NodeKind kind, Operand left, Operand right, std::size_t place);
    Result<Operand> join_near(Operand left, Operand right, const Lexeme& near);
    Result<Operand> wrap(NodeKind kind, Operand operand, std::size_t begin, std::size_t end);
    Result<Done> check_size(const Operand& operand, std::size_t place) const;
    Error dangling() const;

    const std::vector<Lexeme>& lexemes_;
    const ParseOptions& options_;
    std::vector<Operand> operands_;
    std::vector<Waiting> waiting_;
    std::vector<std::string> notes_;
    bool have_operand_ = false;  ///< the last token ended an operand
    std::optional<std::size_t> left_out_;
    std::size_t nodes_ = 0, words_ = 0, ranges_ = 0, literals_ = 0, expressions_ = 0, braces_ = 0;
};

// In a sentence that is pasted 'this' and `that` are words, as is what stands in quotes with others.
std::string_view without_quotes(std::string_view word) {
    constexpr auto kOpening = std::to_array<std::string_view>({"'", "`", "\u2018", "\u201C", "\u00AB"});
    constexpr auto kClosing = std::to_array<std::string_view>({"'", "`", "\u2019", "\u201D", "\u00BB"});
    const auto begins = [&](std::string_view one) { return word.starts_with(one); };
    const auto ends = [&](std::string_view one) { return word.ends_with(one); };
    auto found = kOpening.begin();
    while ((found = std::ranges::find_if(kOpening, begins)) != kOpening.end()) word.remove_prefix(found->size());
    while ((found = std::ranges::find_if(kClosing, ends)) != kClosing.end()) word.remove_suffix(found->size());
    return word;
}

Result<Done> Parser::check_size(const Operand& operand, std::size_t place) const {
    if (nodes_ > kMaxNodes) return usage_error("more than " + std::to_string(kMaxNodes) + " parts in the query", place);
    if (operand.depth > kMaxDepth)
        return usage_error("more than " + std::to_string(kMaxDepth) + " parts of the query inside each other", place);
    return Done{};
}

Result<Done> Parser::count(const Node& leaf) {
    ++nodes_;
    const bool text = leaf.kind == NodeKind::word || leaf.kind == NodeKind::phrase;
    words_ += text && is_text(leaf.field) ? tokens::count_words(leaf.text) : 1;
    ranges_ += leaf.kind == NodeKind::range ? 1 : 0;
    literals_ += leaf.kind == NodeKind::literal ? 1 : 0;
    expressions_ += leaf.kind == NodeKind::expression ? 1 : 0;
    if (words_ > kMaxWords)
        return usage_error("more than " + std::to_string(kMaxWords) + " words in the query", leaf.begin);
    if (ranges_ > kMaxRanges)
        return usage_error("more than " + std::to_string(kMaxRanges) + " ranges in the query", leaf.begin);
    if (literals_ > kMaxLiterals)
        return usage_error("more than " + std::to_string(kMaxLiterals) + " literals in the query", leaf.begin);
    if (expressions_ > kMaxExpressions)
        return usage_error("more than " + std::to_string(kMaxExpressions) + " expressions in the query", leaf.begin);
    return Done{};
}

/// Words without a letter or digit are in no index.
bool Parser::is_left_out(const Node& leaf) {
    if (leaf.kind != NodeKind::word && leaf.kind != NodeKind::phrase) return false;
    if (!is_text(leaf.field) || tokens::count_words(leaf.text) > 0) return false;
    if (!left_out_) left_out_ = leaf.begin;
    // The last bracket of `f( a )` is not worth a note; as many notes as a screen takes.
    constexpr std::size_t kMostNotes = 8;
    std::string note = quoted(leaf.text) + " has no letter or digit and is not searched for";
    if (leaf.text != ")" && notes_.size() < kMostNotes && std::ranges::find(notes_, note) == notes_.end())
        notes_.push_back(std::move(note));
    return true;
}

Result<Done> Parser::take_leaf(const Lexeme& lexeme) {
    auto node = make_leaf(lexeme, options_.now);
    if (!node) return node.error();
    if (options_.any && node->kind == NodeKind::word && !node->field)
        node->text = std::string(without_quotes(node->text));
    Operand operand;
    if (!is_left_out(*node)) {
        if (const auto counted = count(*node); !counted) return counted.error();
        operand.node = std::move(*node);
        operand.depth = 1;
    }
    operands_.push_back(std::move(operand));
    have_operand_ = true;
    return check_size(operands_.back(), lexeme.begin);
}

/// Puts what stands between two operands side by side.
Result<Done> Parser::before_operand(const Lexeme& lexeme) {
    if (!have_operand_) return Done{};
    return take_binary(lexeme, options_.any ? Op::beside : Op::and_);
}

Result<Done> Parser::take_binary(const Lexeme& lexeme, Op op) {
    if (!have_operand_)
        return usage_error(
            "nothing before '" + std::string(operator_name(lexeme.kind)) + "'; as a word it needs quotes",
            lexeme.begin);
    if (const auto done = reduce_to(op); !done) return done.error();
    waiting_.push_back({op, &lexeme});
    have_operand_ = false;
    return Done{};
}

Error Parser::dangling() const {
    const Lexeme& last = *waiting_.back().lexeme;
    if (waiting_.back().op == Op::bracket)
        return usage_error(last.brace ? "nothing between the braces" : "nothing between the brackets", last.end - 1);
    const std::string sign = last.kind == TokenKind::minus ? "-" : last.kind == TokenKind::plus ? "+" : "";
    if (!sign.empty()) return usage_error("nothing after '" + sign + "'", last.begin);
    return usage_error("nothing after '" + std::string(operator_name(last.kind)) + "'; as a word it needs quotes",
                       last.begin);
}

Result<Done> Parser::take_close(const Lexeme& lexeme) {
    if (!have_operand_) return dangling();
    // Everything binds tighter than a bracket, so this stops at the one that is open.
    if (const auto done = reduce_to(Op::or_); !done) return done.error();
    const Lexeme& bracket = *waiting_.back().lexeme;
    waiting_.pop_back();
    Operand& operand = operands_.back();
    if (const auto done = settle(operand, lexeme.begin); !done) return done.error();
    operand.sign = Sign::none;
    if ((bracket.unit == Unit::message && !bracket.brace) || !operand.node) return Done{};
    if (bracket.brace && ++braces_ > kMaxBraces)
        return usage_error("more than " + std::to_string(kMaxBraces) + " braces in the query", bracket.begin);
    const NodeKind kind = bracket.brace ? NodeKind::whole : NodeKind::unit;
    auto whole = wrap(kind, std::move(operand), bracket.begin, lexeme.end);
    if (!whole) return whole.error();
    whole->node->unit = bracket.unit;
    if (bracket.brace) whole->node->field = bracket.field;
    operand = std::move(*whole);
    return Done{};
}

Result<Done> Parser::take(const Lexeme& lexeme) {
    const auto wait = [&](Op op) -> Result<Done> {
        const bool sign = op == Op::minus || op == Op::plus;
        if (sign && !have_operand_ && !waiting_.empty() && waiting_.back().op == Op::near)
            return usage_error("NEAR and ADJ stand between single words", lexeme.begin);
        if (const auto done = before_operand(lexeme); !done) return done.error();
        waiting_.push_back({op, &lexeme});
        have_operand_ = false;
        return Done{};
    };
    switch (lexeme.kind) {
        case TokenKind::open: return wait(Op::bracket);
        case TokenKind::close: return take_close(lexeme);
        case TokenKind::minus:
        case TokenKind::op_not: return wait(Op::minus);
        case TokenKind::plus: return wait(Op::plus);
        case TokenKind::op_and: return take_binary(lexeme, Op::and_);
        case TokenKind::op_or: return take_binary(lexeme, Op::or_);
        case TokenKind::op_xor: return take_binary(lexeme, Op::xor_);
        case TokenKind::op_near:
        case TokenKind::op_adj: return take_binary(lexeme, Op::near);
        default: break;
    }
    if (const auto done = before_operand(lexeme); !done) return done.error();
    return take_leaf(lexeme);
}

/// Finishes what binds at least as tight as `op`.
Result<Done> Parser::reduce_to(Op op) {
    while (!waiting_.empty() && waiting_.back().op >= op)
        if (const auto done = reduce(); !done) return done.error();
    return Done{};
}

Result<Done> Parser::reduce_sign(const Waiting& waiting) {
    Operand& operand = operands_.back();
    const std::size_t place = waiting.lexeme->begin;
    if (const auto done = settle(operand, place); !done) return done.error();
    if (waiting.op == Op::plus) {
        operand.sign = Sign::plus;
        return Done{};
    }
    const std::size_t end = operand.node ? operand.node->end : place;
    auto negated = wrap(NodeKind::not_, std::move(operand), place, end);
    if (!negated) return negated.error();
    operands_.back() = std::move(*negated);
    operands_.back().sign = Sign::minus;
    return Done{};
}

/// Takes the tightest operator off its stack, with its operands.
Result<Done> Parser::reduce() {
    const Waiting waiting = waiting_.back();
    waiting_.pop_back();
    if (waiting.op == Op::minus || waiting.op == Op::plus) return reduce_sign(waiting);
    Operand right = std::move(operands_.back());
    operands_.pop_back();
    Operand& left = operands_.back();
    const std::size_t place = waiting.lexeme->begin;
    if (waiting.op == Op::beside) {
        if (left.run.empty()) {
            Operand first = std::exchange(left, Operand{});
            left.run.push_back(std::move(first));
        }
        left.run.push_back(std::move(right));
        return Done{};
    }
    if (const auto done = settle(left, place); !done) return done.error();
    if (const auto done = settle(right, place); !done) return done.error();
    const NodeKind kind = waiting.op == Op::or_    ? NodeKind::or_
                          : waiting.op == Op::xor_ ? NodeKind::xor_
                                                   : NodeKind::and_;
    auto joined = waiting.op == Op::near ? join_near(std::move(left), std::move(right), *waiting.lexeme)
                                         : join(kind, std::move(left), std::move(right), place);
    if (!joined) return joined.error();
    operands_.back() = std::move(*joined);
    return Done{};
}

/// Adds `right` to `left`. Chains of one kind become one node, which keeps the tree flat.
Result<Operand> Parser::join(NodeKind kind, Operand left, Operand right, std::size_t place) {
    left.sign = right.sign = Sign::none;
    if (!left.node) return right;
    if (!right.node) return left;
    // A `maybe` has two sides: one inside another stays apart.
    const bool flat = kind != NodeKind::maybe;
    if (!flat || left.node->kind != kind) {
        Operand parent;
        parent.node.emplace();
        parent.node->kind = kind;
        parent.node->begin = left.node->begin;
        parent.node->end = left.node->end;
        parent.depth = left.depth + 1;
        parent.node->children.push_back(std::move(*left.node));
        left = std::move(parent);
        ++nodes_;
    }
    // Signs under --any change the order.
    left.node->begin = std::min(left.node->begin, right.node->begin);
    left.node->end = std::max(left.node->end, right.node->end);
    if (flat && right.node->kind == kind) {
        std::ranges::move(right.node->children, std::back_inserter(left.node->children));
        left.depth = std::max(left.depth, right.depth);
        --nodes_;
    } else {
        left.node->children.push_back(std::move(*right.node));
        left.depth = std::max(left.depth, right.depth + 1);
    }
    if (const auto fits = check_size(left, place); !fits) return fits.error();
    return left;
}

/// Xapian's NEAR takes single terms only: `foo->bar` is two.
bool is_one_word(const Node& node) {
    if (node.kind != NodeKind::word && node.kind != NodeKind::phrase) return false;
    return is_text(node.field) && tokens::count_words(node.text) == 1;
}

Result<Operand> Parser::join_near(Operand left, Operand right, const Lexeme& near) {
    if (!left.node) return right;
    if (!right.node) return left;
    const std::string name(operator_name(near.kind));
    const bool ordered = near.kind == TokenKind::op_adj;
    const bool chain = left.node->kind == NodeKind::near;
    if (chain && (left.node->ordered != ordered || left.node->distance != near.distance))
        return usage_error("a chain of NEAR or ADJ has one distance; use brackets and AND", near.begin);
    const Node& first = chain ? left.node->children.front() : *left.node;
    if (!is_one_word(first) || !is_one_word(*right.node))
        return usage_error(name + " stands between single words; 'a->b' is two, a phrase or bracket is none",
                           near.begin);
    if (first.field != right.node->field || first.name != right.node->name)
        return usage_error("both sides of " + name + " must be of the same field", near.begin);
    auto joined = join(NodeKind::near, std::move(left), std::move(right), near.begin);
    if (!joined) return joined.error();
    joined->node->ordered = ordered;
    joined->node->distance = near.distance;
    return joined;
}

/// A node of one child.
Result<Operand> Parser::wrap(NodeKind kind, Operand operand, std::size_t begin, std::size_t end) {
    if (!operand.node) return operand;
    Operand parent;
    parent.node.emplace();
    parent.node->kind = kind;
    parent.node->begin = begin;
    parent.node->end = end;
    parent.depth = operand.depth + 1;
    parent.node->children.push_back(std::move(*operand.node));
    ++nodes_;
    if (const auto fits = check_size(parent, begin); !fits) return fits.error();
    return parent;
}

/// Gives a run of words under --any its meaning: any of those without a sign, all
/// of those with `+`, none of those with `-`.
Result<Done> Parser::settle(Operand& operand, std::size_t place) {
    if (operand.run.empty()) return Done{};
    Operand required, optional, excluded;
    for (Operand& item : operand.run) {
        const bool some = item.sign == Sign::none;
        Operand& into = some ? optional : item.sign == Sign::plus ? required : excluded;
        auto joined = join(some ? NodeKind::or_ : NodeKind::and_, std::move(into), std::move(item), place);
        if (!joined) return joined.error();
        into = std::move(*joined);
    }
    auto wanted = join(NodeKind::maybe, std::move(required), std::move(optional), place);
    if (!wanted) return wanted.error();
    auto whole = join(NodeKind::and_, std::move(*wanted), std::move(excluded), place);
    if (!whole) return whole.error();
    operand = std::move(*whole);
    return Done{};
}

Result<Parsed> Parser::run() {
    for (const Lexeme& lexeme : lexemes_)
        if (const auto done = take(lexeme); !done) return done.error();
    if (!have_operand_) return dangling();
    if (const auto done = reduce_to(Op::or_); !done) return done.error();
    if (const auto done = settle(operands_.back(), 0); !done) return done.error();
    if (!operands_.back().node)
        return usage_error("nothing to search for: a word needs a letter or a digit", left_out_.value_or(0));
    return Parsed{std::move(*operands_.back().node), std::move(notes_)};
}

}  // namespace

Result<Parsed> parse(std::string_view query, const ParseOptions& options) {
    const auto lexemes = lex(query);
    if (!lexemes) return lexemes.error();
    if (lexemes->empty()) return usage_error("empty query; '*' finds every message", 0);
    return Parser(*lexemes, options).run();
}

}  // namespace patchseek::query
