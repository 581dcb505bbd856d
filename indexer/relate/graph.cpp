// SPDX-License-Identifier: GPL-2.0-or-later
#include "graph.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <span>
#include <tuple>
#include <unordered_map>

namespace patchseek::relate {

namespace {

using Dated = std::pair<std::int64_t, Number>;

// By date. Messages come in a few runs, each shard's newest first: what goes up or down is one, and runs are merged.
void sort_runs(std::vector<Dated>& all) {
    const auto date_of = &Dated::first;
    std::vector<std::ptrdiff_t> ends = {0};
    for (auto begin = all.begin(); begin != all.end(); ends.push_back(begin - all.begin())) {
        const auto down = std::ranges::is_sorted_until(begin, all.end(), std::greater<>(), date_of);
        const auto up = std::ranges::is_sorted_until(begin, all.end(), std::less<>(), date_of);
        if (down > up) std::reverse(begin, down);
        begin = std::max(down, up);
    }
    while (ends.size() > 2) {
        std::vector<std::ptrdiff_t> merged = {0};
        for (std::size_t i = 1; i < ends.size(); i += 2) {
            if (i + 1 < ends.size())
                std::ranges::inplace_merge(all.begin() + merged.back(), all.begin() + ends[i],
                                           all.begin() + ends[i + 1], {}, date_of);
            merged.push_back(ends[std::min(i + 1, ends.size() - 1)]);
        }
        ends = std::move(merged);
    }
}

std::size_t count_ids(const Facts& facts) {
    std::size_t out = 0;
    for (Number i = 0; i < facts.size(); ++i) out += facts.ids(i).size();
    return out;
}

}  // namespace

Ids::Ids(std::size_t most) : mask_(std::bit_ceil(most + most / 4 + 1) - 1), slots_(mask_ + 1, {0, kNobody}) {}

Number Ids::put(Hash id, Number message) {
    auto& slot = slots_[slot_of(id)];
    if (slot.second == kNobody) slot = {id, message};
    return slot.second;
}

Graph::Graph(Facts& facts) : facts_(facts), ranks_(facts.size()), by_id_(count_ids(facts)) {
    put_in_order();
    for (Number i = 0; i < order_.size(); ++i) {
        ranks_[order_[i]] = i;
        for (const Hash id : facts_.ids(order_[i]))
            if (const Number first = by_id_.put(id, order_[i]); first != order_[i]) know_copy(order_[i], first);
    }
    posted_.reserve(facts.size());
    for (Number i = 0; i < facts.size(); ++i) posted_.push_back(facts_[i].posted());
    look_up();
}

void Graph::put_in_order() {
    std::vector<Dated> dated;
    std::vector<Number> undated;
    dated.reserve(facts_.size());
    for (Number i = 0; i < facts_.size(); ++i)
        facts_[i].dated ? dated.emplace_back(facts_[i].date, i), void() : undated.push_back(i);
    sort_runs(dated);
    order_.reserve(facts_.size());
    for (const Dated& one : dated) order_.push_back(one.second);
    order_.insert(order_.end(), undated.begin(), undated.end());
    const auto key = [&](Number number) {
        const auto ids = facts_.ids(number);
        return std::tuple(ids.empty() ? Hash{0} : ids.front(), facts_[number].content, number);
    };
    const auto when = [&](std::size_t i) { return i < dated.size() ? std::optional(dated[i].first) : std::nullopt; };
    for (std::size_t begin = 0, end = 0; begin < order_.size(); begin = end) {
        while (end < order_.size() && when(end) == when(begin)) ++end;
        if (end - begin > 1) std::ranges::sort(std::span(order_).subspan(begin, end - begin), {}, key);
    }
}

void Graph::know_copy(Number number, Number first) {
    const auto said = [&](Number one) {
        const Facts::Item& item = facts_[one];
        return std::tuple(item.sender, item.title, item.version, item.minor, item.numbered, item.part, item.total,
                          item.reply, item.kind);
    };
    first = facts_[first].first;
    if (first != number && said(first) == said(number) && copies_[first]++ < kMostCopies)
        facts_.call_copy(number, first);
}

void Graph::look_up() {
    referred_begin_.reserve(facts_.size());
    for (Number i = 0; i < facts_.size(); ++i) {
        referred_begin_.push_back(static_cast<std::uint32_t>(referred_.size()));
        for (const Hash id : facts_.references(i)) referred_.push_back(find(id));
    }
}

std::vector<Number> threads(const Graph& graph) {
    const auto& facts = graph.facts();
    const auto count = static_cast<Number>(facts.size());
    // Ids that are referred to and not there stand behind the messages.
    std::unordered_map<Hash, Number> missing;
    std::vector<std::pair<Number, Number>> edges;
    for (Number i = 0; i < count; ++i) {
        for (const Hash id : facts.ids(i))
            if (const Number first = graph.find(id); first != i) edges.emplace_back(i, first);
        graph.each_reference(i, [&](Hash id, Number found) {
            if (found == kNobody)
                found = missing.emplace(id, static_cast<Number>(count + missing.size())).first->second;
            edges.emplace_back(i, found);
            return true;
        });
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
