// SPDX-License-Identifier: GPL-2.0-or-later
#include "lexeme.hpp"

#include "patchseek/text/visible.hpp"

namespace patchseek::query {

using Kind = Lexeme::Kind;

std::string_view operator_name(Kind kind) {
    switch (kind) {
        case Kind::op_and: return "AND";
        case Kind::op_or: return "OR";
        case Kind::op_xor: return "XOR";
        case Kind::op_not: return "NOT";
        case Kind::op_near: return "NEAR";
        case Kind::op_adj: return "ADJ";
        default: return {};
    }
}

namespace {

std::string print_leaf(const Lexeme& lexeme) {
    switch (lexeme.kind) {
        case Kind::word: return (lexeme.prefix ? "prefix:" : "word:") + lexeme.text;
        case Kind::phrase: return "phrase:\"" + lexeme.text + '"';
        case Kind::value: return "value:" + lexeme.text;
        case Kind::exists: return "exists";
        case Kind::all: return "all";
        case Kind::literal: return "lit:\"" + lexeme.text + '"' + (lexeme.fold ? "i" : "");
        case Kind::expression: return "re:/" + lexeme.text + '/' + (lexeme.fold ? "i" : "");
        case Kind::open:
            if (lexeme.brace) return "{";
            return lexeme.unit == Unit::hunk ? "hunk:(" : lexeme.unit == Unit::file ? "in:(" : "(";
        case Kind::close: return ")";
        case Kind::plus: return "+";
        case Kind::minus: return "-";
        default: break;
    }
    std::string out(operator_name(lexeme.kind));
    if (lexeme.distance > 0) out += '/' + std::to_string(lexeme.distance);
    return out;
}

}  // namespace

std::string print(const std::vector<Lexeme>& lexemes) {
    std::string out;
    for (const Lexeme& lexeme : lexemes) {
        if (!out.empty()) out += ' ';
        if (lexeme.field) out += std::string(lexeme.field->name) + ':';
        if (!lexeme.name.empty()) out += lexeme.name + ':';
        out += print_leaf(lexeme);
    }
    return text::visible(out, text::Breaks::blank);
}

}  // namespace patchseek::query
