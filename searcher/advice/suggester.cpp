// SPDX-License-Identifier: GPL-2.0-or-later
#include "suggester.hpp"

#include <algorithm>

#include "patchseek/text/code_point.hpp"
#include "verify/proof.hpp"

namespace patchseek::advice {
namespace {

/// So many hints are given, and so many queries tried for them.
constexpr std::size_t kMostHints = 5, kMostAsked = 80;

/// In quotes that a shell takes off.
std::string for_shell(const std::string& query) {
    std::string out = "'";
    for (const char c : query) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

/// The first path of a query, if it has one.
const query::Node* path_in(const query::Node& node) {
    const bool path = node.kind == query::Node::Kind::word && node.field && node.field->kind == schema::FieldKind::path;
    if (path) return &node;
    for (const query::Node& child : node.children)
        if (const auto* found = path_in(child)) return found;
    return nullptr;
}

/// A path of the message that the query asks for.
std::string example(const query::Node& root, const Found& found) {
    const auto* leaf = path_in(root);
    if (found.some.empty() || !leaf) return {};
    const auto pattern = patch::parse_path_pattern(leaf->text);
    for (const patch::FileChange& file : found.some.front().files) {
        if (patch::path_matches(pattern, file.path, file.partial)) return ", as in " + file.path;
        if (!file.old.empty() && patch::path_matches(pattern, file.old, file.partial)) return ", as in " + file.old;
    }
    return {};
}

bool needs_quotes(const std::string& text) {
    return text.empty() || text.find_first_of(" \t\"()") != text.npos || text.ends_with('*');
}

}  // namespace

std::string label(const query::Node& leaf) {
    const std::string name = leaf.name.empty() ? std::string() : leaf.name + ':';
    return leaf.field ? std::string(leaf.field->name) + ':' + name : std::string();
}

std::string typed(const query::Node& leaf, const std::string& text) {
    std::string out = label(leaf);
    const bool path = leaf.field && leaf.field->kind == schema::FieldKind::path;
    const bool phrase = leaf.kind == query::Node::Kind::phrase;
    if (!phrase && !(needs_quotes(text) && !(path && text.find(' ') == text.npos)))
        return out + text + (leaf.prefix ? "*" : "");
    out += '"';
    for (const char c : text) out += c == '"' ? std::string("\\\"") : std::string(1, c);
    return out + '"';
}

bool Suggester::goes_on() const {
    return answer_.hints.size() < kMostHints && asked_ < kMostAsked && !adviser_.deadline.passed();
}

std::optional<Found> Suggester::find(const std::string& text, std::size_t most) {
    if (!goes_on() || text == query_ || !tried_.insert(text).second) return std::nullopt;
    const auto parsed = query::parse(text, adviser_.parsing);
    if (!parsed) return std::nullopt;
    ++asked_;
    auto found = adviser_.ask(parsed->root, most);
    if (!found || found->matches == 0) return std::nullopt;
    return found;
}

bool Suggester::note(const std::string& text, const Found& found, bool alone) {
    const auto parsed = query::parse(text, adviser_.parsing);
    answer_.hints.push_back(for_shell(text) + (alone ? " alone" : "") + " finds " + std::to_string(found.matches) +
                            (parsed ? example(parsed->root, found) : std::string()));
    return true;
}

bool Suggester::whole(const std::string& text) {
    const auto found = find(text);
    return found && note(text, *found, false);
}

bool Suggester::replace(std::size_t begin, std::size_t end, const std::string& part) {
    const auto alone = find(part);
    const bool all = begin == 0 && end == query_.size();
    if (all) return alone && note(part, *alone, false);
    const auto text = query_.substr(0, begin) + part + query_.substr(end);
    if (const auto found = find(text)) return note(text, *found, false);
    return alone && note(part, *alone, true);
}

void Suggester::say(const std::string& text) {
    if (goes_on() && std::ranges::find(answer_.hints, text) == answer_.hints.end()) answer_.hints.push_back(text);
}

}  // namespace patchseek::advice
