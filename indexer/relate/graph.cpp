// SPDX-License-Identifier: GPL-2.0-or-later
#include "graph.hpp"

#include <algorithm>
#include <tuple>

namespace patchseek::relate {

Graph::Graph(const Facts& facts) : facts_(facts), order_(facts.size()), ranks_(facts.size()) {
    // Beside one another, since to compare facts where they lie takes most of the time.
    using Key = std::tuple<bool, std::int64_t, Hash, Hash, Number>;
    std::vector<Key> keys;
    keys.reserve(facts.size());
    for (Number i = 0; i < facts.size(); ++i) {
        const auto ids = facts_.ids(i);
        keys.emplace_back(!facts_[i].dated, facts_[i].date, ids.empty() ? Hash{0} : ids.front(), facts_[i].content, i);
    }
    std::ranges::sort(keys);
    std::ranges::transform(keys, order_.begin(), [](const Key& key) { return std::get<Number>(key); });
    by_id_.reserve(facts.size());
    for (Number i = 0; i < order_.size(); ++i) {
        ranks_[order_[i]] = i;
        for (const Hash id : facts_.ids(order_[i])) by_id_.emplace(id, order_[i]);
    }
    posted_.reserve(facts.size());
    for (Number i = 0; i < facts.size(); ++i) posted_.push_back(facts_[i].posted());
}

Number Graph::find(Hash id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? kNobody : found->second;
}

std::vector<Number> threads(const Graph& graph) {
    const auto& facts = graph.facts();
    const auto count = static_cast<Number>(facts.size());
    // Ids that are referred to and not there stand behind the messages.
    std::unordered_map<Hash, Number> missing;
    const auto node = [&](Hash id) {
        const Number found = graph.find(id);
        if (found != kNobody) return found;
        return missing.emplace(id, static_cast<Number>(count + missing.size())).first->second;
    };
    std::vector<std::pair<Number, Number>> edges;
    for (Number i = 0; i < count; ++i) {
        for (const Hash id : facts.ids(i)) edges.emplace_back(i, node(id));
        for (const Hash id : facts.references(i)) edges.emplace_back(i, node(id));
    }
    Unions unions(count + missing.size());
    for (const auto& [a, b] : edges) unions.unite(a, b);
    std::vector<Number> oldest(count + missing.size(), kNobody), out(count);
    for (const Number number : graph.in_order()) {
        Number& first = oldest[unions.root(number)];
        if (first == kNobody) first = number;
        out[number] = first;
    }
    return out;
}

namespace {

class Answers {
public:
    explicit Answers(const Graph& graph)
        : graph_(graph), out_(graph.facts().size(), kNobody), states_(out_.size(), State::open) {}

    std::vector<Number> all() {
        for (const Number number : graph_.in_order()) settle(number);
        return std::move(out_);
    }

private:
    enum class State : std::uint8_t { open, under_way, done };

    // Depth first without recursion: a thread can be thousands of replies deep.
    void settle(Number number) {
        std::vector<Number> waiting = {number};
        while (!waiting.empty()) {
            const Number one = waiting.back();
            if (states_[one] == State::done) {
                waiting.pop_back();
                continue;
            }
            states_[one] = State::under_way;
            if (const Number next = look(one); next != kNobody) {
                waiting.push_back(next);
            } else {
                states_[one] = State::done;
                waiting.pop_back();
            }
        }
    }

    // Finds what a message answers; or a message that has to be settled first.
    Number look(Number one) {
        Number first = kNobody;
        if (graph_.posted(one)) return first;
        graph_.each_reference(one, [&](Hash, Number other) {
            if (other == kNobody || other == one) return true;
            if (graph_.posted(other)) return out_[one] = other, false;
            if (states_[other] == State::open) return first = other, false;
            // One under way refers to us: a loop, which answers nothing.
            if (states_[other] == State::done) out_[one] = out_[other];
            return out_[one] == kNobody;
        });
        return first;
    }

    const Graph& graph_;
    std::vector<Number> out_;
    std::vector<State> states_;
};

}  // namespace

std::vector<Number> answered(const Graph& graph) { return Answers(graph).all(); }

}  // namespace patchseek::relate
