// SPDX-License-Identifier: GPL-2.0-or-later
#include "mailmap.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "diagnostics.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::query {
namespace {

/// Most names and addresses that a word may be widened by.
constexpr std::size_t kMostAliases = 64;

struct Person {
    std::string_view name, address;
};

/// `Name <address>`, the name maybe empty; moves `rest` behind it.
std::optional<Person> take_person(std::string_view& rest) {
    const auto open = rest.find('<');
    const auto close = rest.find('>', open == rest.npos ? 0 : open);
    if (open == rest.npos || close == rest.npos) return std::nullopt;
    const Person out{trim(rest.substr(0, open)), trim(rest.substr(open + 1, close - open - 1))};
    rest = trim(rest.substr(close + 1));
    return out;
}

struct Line {
    Person proper, committed;
};

std::optional<Line> parse_line(std::string_view rest) {
    const auto first = take_person(rest);
    if (!first || first->address.empty()) return std::nullopt;
    Line out{*first, {{}, first->address}};
    if (!rest.empty() && !rest.starts_with('#')) {
        const auto second = take_person(rest);
        if (!second || second->address.empty()) return std::nullopt;
        out.committed = *second;
    }
    const bool says = !out.proper.name.empty() || out.committed.address != out.proper.address;
    if (!says || (!rest.empty() && !rest.starts_with('#'))) return std::nullopt;
    return out;
}

/// Joins what lines say into identities.
class Joiner {
public:
    Joiner(const std::vector<Line>& lines, tokens::Analyzer& analyzer) : analyzer_(analyzer) {
        std::map<std::string, std::set<std::string>> owners;
        for (const Line& line : lines) owners[key(line.committed.address)].insert(key(line.proper.address));
        for (const auto& [address, proper] : owners)
            if (proper.size() > 1) shared_.insert(address);
        for (const Line& line : lines) add(line);
    }
    std::vector<Identity> take() {
        std::erase_if(identities_, &Identity::empty);
        return std::move(identities_);
    }

private:
    static std::string key(std::string_view address) { return text::fold(address); }

    void add(const Line& line) {
        const std::size_t one = of(line.proper.address);
        if (!line.proper.name.empty()) name(one, line.proper.name);
        if (!line.committed.name.empty()) name(one, line.committed.name);
        if (!shared_.contains(key(line.committed.address))) merge(one, of(line.committed.address));
    }

    std::size_t of(std::string_view address) {
        const auto [it, added] = by_address_.try_emplace(key(address), identities_.size());
        if (added) identities_.push_back({{std::string(address), analyzer_.words(address), true}});
        return it->second;
    }

    void name(std::size_t one, std::string_view text) {
        auto words = analyzer_.words(text);
        const auto same = [&](const Alias& alias) { return !alias.address && alias.words == words; };
        if (words.empty() || std::ranges::any_of(identities_[one], same)) return;
        identities_[one].push_back({std::string(text), std::move(words), false});
    }

    // The earlier one takes in the later, so that the order stays that of the file.
    void merge(std::size_t one, std::size_t other) {
        if (one == other) return;
        const std::size_t into = std::min(one, other), from = std::max(one, other);
        for (Alias& alias : std::exchange(identities_[from], {}))
            if (alias.address)
                identities_[into].push_back(std::move(alias));
            else
                name(into, alias.text);
        for (auto& [address, owner] : by_address_)
            if (owner == from) owner = into;
    }

    tokens::Analyzer& analyzer_;
    std::vector<Identity> identities_;
    std::map<std::string, std::size_t> by_address_;
    std::set<std::string> shared_;
};

bool is_of_people(const Node& node) {
    if (!node.field) return false;
    if (node.field->kind == schema::FieldKind::trailer) return node.field->prefix.ends_with("-by:");
    if (node.field->kind == schema::FieldKind::named) return node.name.ends_with("-by");
    constexpr auto kPeople = schema::bit(schema::Area::author) | schema::bit(schema::Area::from) |
                             schema::bit(schema::Area::to) | schema::bit(schema::Area::cc);
    return node.field->kind == schema::FieldKind::text && (node.field->areas & ~kPeople) == 0;
}

/// Whether the words stand in a name, or at the beginning of an address.
bool names(const std::vector<std::string>& words, const Alias& alias) {
    const auto found = std::search(alias.words.begin(), alias.words.end(), words.begin(), words.end());
    return found != alias.words.end() && (!alias.address || found == alias.words.begin());
}

}  // namespace

Result<Mailmap> Mailmap::parse(std::string_view text, tokens::Analyzer& analyzer) {
    std::vector<Line> lines;
    for (std::size_t pos = 0, number = 1; pos < text.size(); ++number) {
        const auto end = std::min(text.find('\n', pos), text.size());
        const auto line = trim(text.substr(pos, end - pos));
        pos = end + 1;
        if (line.empty() || line.starts_with('#')) continue;
        const auto parsed = parse_line(line);
        if (!parsed)
            return Error{ErrorKind::data, "line " + std::to_string(number) + ": " + quoted(line) +
                                              " is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"};
        lines.push_back(*parsed);
    }
    Mailmap out;
    out.identities_ = Joiner(lines, analyzer).take();
    return out;
}

void Mailmap::widen(Node& root, tokens::Analyzer& analyzer, std::vector<std::string>& notes) const {
    // Of NEAR, each side is one word of a text.
    if (root.kind == Node::Kind::near) return;
    for (Node& child : root.children) widen(child, analyzer, notes);
    const bool leaf = root.kind == Node::Kind::word || root.kind == Node::Kind::phrase;
    if (!leaf || root.prefix || root.text.empty() || !is_of_people(root)) return;
    const auto words = analyzer.words(root.text);
    if (words.empty()) return;
    Node any;
    any.kind = Node::Kind::or_;
    any.begin = root.begin;
    any.end = root.end;
    any.children.push_back(root);
    for (const Identity& identity : identities_) {
        if (std::ranges::none_of(identity, [&](const Alias& alias) { return names(words, alias); })) continue;
        for (const Alias& alias : identity) {
            // A first name alone is of too many; what has the words is found by them.
            if ((!alias.address && alias.words.size() < 2) || names(words, alias)) continue;
            Node& other = any.children.emplace_back(root);
            other.kind = Node::Kind::phrase;
            other.text = alias.text;
        }
    }
    if (any.children.size() > kMostAliases + 1)
        notes.push_back(quoted(root.text) + " is too many people of the mailmap and finds itself only");
    else if (any.children.size() > 1)
        root = std::move(any);
}

}  // namespace patchseek::query
