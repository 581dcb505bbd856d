// SPDX-License-Identifier: GPL-2.0-or-later
#include "advice.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "leaf_advice.hpp"
#include "query/alternatives.hpp"

namespace patchseek::advice {
namespace {

using query::Node;

/// So many parts are left out one by one, so many leaves and parts are asked alone, and for so many leaves something
/// else is sought, which takes a walk through all terms.
constexpr std::size_t kMostParts = 8, kMostLeaves = 32, kMostAdvised = 8;

std::string source(const Node& node, const std::string& query) {
    return query.substr(node.begin, node.end - node.begin);
}

/// Every leaf that a match needs or may need, in order; also braces, before what stands in them.
void collect(const Node& node, std::vector<const Node*>& out) {
    if (node.kind == Node::Kind::not_ || out.size() >= kMostLeaves) return;
    if (node.children.empty() || node.kind == Node::Kind::whole) out.push_back(&node);
    if (node.kind == Node::Kind::near) return;
    for (const Node& child : node.children) collect(child, out);
}

/// Where each part finds something: says without which part the others find most.
void without_one(const std::vector<Node>& parts, const std::string& query, const Adviser& adviser,
                 Suggester& suggester) {
    if (parts.size() < 3 || parts.size() > kMostParts) return;
    std::size_t most = 0;
    const Node* culprit = nullptr;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Node rest;
        rest.kind = Node::Kind::and_;
        for (std::size_t j = 0; j < parts.size(); ++j)
            if (j != i) rest.children.push_back(parts[j]);
        if (!suggester.goes_on()) return;
        const auto found = adviser.ask(rest, 0);
        if (!found || found->matches <= most) continue;
        most = found->matches;
        culprit = &parts[i];
    }
    if (culprit) suggester.say("without '" + source(*culprit, query) + "' the others find " + std::to_string(most));
}

/// Fields that hold what another one may have.
struct Wider {
    std::string_view field, instead;
};
constexpr auto kWider = std::to_array<Wider>({{"from", "tcf"},
                                              {"author", "tcf"},
                                              {"to", "tc"},
                                              {"cc", "tc"},
                                              {"added", "changed"},
                                              {"removed", "changed"},
                                              {"func", "body"},
                                              {"fixes", "mentions"}});

/// Where each part finds something: looks for one of them more widely.
void widen(const Node& root, const std::string& query, Suggester& suggester) {
    std::vector<const Node*> leaves;
    collect(root, leaves);
    const auto before = suggester.hints();
    for (const Node* leaf : leaves) {
        if (!leaf->field || suggester.hints() != before) continue;
        if (leaf->field->kind == schema::FieldKind::path) advise_renamed(*leaf, suggester);
        const auto wider = std::ranges::find(kWider, leaf->field->name, &Wider::field);
        const auto colon = source(*leaf, query).find(':');
        if (colon == std::string::npos) continue;
        const auto value = source(*leaf, query).substr(colon + 1);
        const auto with = [&](const std::string& part) {
            return suggester.whole(query.substr(0, leaf->begin) + part + query.substr(leaf->end));
        };
        const bool done = wider != kWider.end() && with(std::string(wider->instead) + ':' + value);
        if (!done && leaf->field->kind == schema::FieldKind::text) with(value);
    }
}

/// Looks in one file's diff for what no hunk has together, and in the message for what neither has.
void loosen(const std::string& query, Suggester& suggester) {
    for (const auto& [from, to] : {std::pair{"hunk:(", "in:("}, std::pair{"hunk:(", "("}, std::pair{"in:(", "("}}) {
        const auto at = query.find(from);
        if (at == query.npos) continue;
        if (suggester.whole(query.substr(0, at) + to + query.substr(at + std::string_view(from).size()))) return;
    }
}

/// Parts of an AND, what they find, and advice for those that find nothing. Whether all find something.
bool look_at_parts(const Node& root, const std::string& query, const Adviser& adviser, Suggester& suggester,
                   reader::Answer& answer) {
    const bool several = root.kind == Node::Kind::and_;
    bool all_find = true;
    std::size_t asked = 0, advised = 0;
    for (const Node& part : several ? root.children : std::vector<Node>{root}) {
        if (adviser.deadline.passed() || ++asked > kMostLeaves) return false;
        const bool excluded = part.kind == Node::Kind::not_;
        const Node& node = excluded ? part.children.front() : part;
        const bool known = adviser.none && !several && !excluded;
        const auto found = known ? std::optional<Found>(Found{}) : adviser.ask(node, 0);
        if (several && found) answer.parts.push_back({source(node, query), found->matches, excluded});
        if (!found || found->matches > 0 || excluded) continue;
        all_find = false;
        std::vector<const Node*> leaves;
        collect(node, leaves);
        for (const Node* leaf : leaves) {
            const auto alone = leaf == &node ? found : adviser.ask(*leaf, 0);
            if (alone && alone->matches == 0 && ++advised <= kMostAdvised) advise_leaf(*leaf, suggester);
        }
    }
    return all_find;
}

}  // namespace

void advise(const Node& root, const std::string& query, const Adviser& adviser, reader::Answer& answer) {
    Suggester suggester(adviser, query, answer);
    for (const std::string& reading : query::alternative_queries(query))
        if (suggester.whole(reading)) break;
    const bool all_find = look_at_parts(root, query, adviser, suggester, answer);
    if (suggester.hints() == 0) loosen(query, suggester);
    if (!all_find || root.kind != Node::Kind::and_) return;
    without_one(root.children, query, adviser, suggester);
    widen(root, query, suggester);
}

}  // namespace patchseek::advice
