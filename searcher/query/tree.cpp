// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.hpp"

#include "dates.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::query {
namespace {

std::string in_quotes(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '\\';
        out += c;
    }
    return out + '"';
}

/// Quoted where it would not read as one word of an S-expression.
std::string atom(const std::string& text) {
    return !text.empty() && text.find_first_of(" \t\r\n\"()") == text.npos ? text : in_quotes(text);
}

std::string bound(const Node& node, const std::optional<std::int64_t>& value) {
    if (!value) return {};
    return node.field && node.field->kind == schema::FieldKind::date ? format_time(*value) : std::to_string(*value);
}

std::string leaf(const Node& node) {
    switch (node.kind) {
        case Node::Kind::word: return (node.prefix ? "prefix:" : "word:") + atom(node.text);
        case Node::Kind::phrase: {
            std::string text = atom(node.text);
            return "phrase:" + (text.starts_with('"') ? text : '"' + text + '"');
        }
        case Node::Kind::range: {
            const std::string from = bound(node, node.from), to = bound(node, node.to);
            return "range:" + (from == to ? from : from + ".." + to);
        }
        case Node::Kind::exists: return "exists";
        case Node::Kind::literal: return "lit:" + in_quotes(node.text) + (node.fold ? "i" : "");
        case Node::Kind::expression: return "re:/" + node.text + '/' + (node.fold ? "i" : "");
        default: return "all";
    }
}

std::string operation(const Node& node) {
    switch (node.kind) {
        case Node::Kind::near: return (node.ordered ? "adj/" : "near/") + std::to_string(node.distance);
        case Node::Kind::and_: return "and";
        case Node::Kind::or_: return "or";
        case Node::Kind::xor_: return "xor";
        case Node::Kind::not_: return "not";
        case Node::Kind::unit: return node.unit == Unit::hunk ? "hunk" : "in";
        case Node::Kind::whole: return "whole:" + std::string(node.field->name);
        default: return "maybe";
    }
}

void write(const Node& node, std::string& out) {
    if (node.children.empty()) {
        if (!node.field) {
            out += leaf(node);
            return;
        }
        out += '(' + std::string(node.field->name);
        if (!node.name.empty()) out += ':' + node.name;
        out += ' ' + leaf(node) + ')';
        return;
    }
    out += '(' + operation(node);
    for (const Node& child : node.children) {
        out += ' ';
        write(child, out);
    }
    out += ')';
}

}  // namespace

std::string print(const Node& node) {
    std::string out;
    write(node, out);
    return text::visible(out, text::Breaks::blank);
}

}  // namespace patchseek::query
