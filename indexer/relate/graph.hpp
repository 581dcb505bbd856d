// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fact.hpp"

namespace patchseek::relate {

using Number = Facts::Number;
inline constexpr Number kNobody = static_cast<Number>(-1);

/// Sets that only grow: each element has one root.
class Unions {
public:
    explicit Unions(std::size_t size) : parents_(size) { std::iota(parents_.begin(), parents_.end(), Number{0}); }
    Number root(Number one) {
        while (parents_[one] != one) one = parents_[one] = parents_[parents_[one]];
        return one;
    }
    void unite(Number a, Number b) { parents_[root(b)] = root(a); }

private:
    std::vector<Number> parents_;
};

/// Messages by the hashes of their ids; of several messages the first that was put there.
class Ids {
public:
    explicit Ids(std::size_t most);
    /// Returns which message stands there now.
    Number put(Hash id, Number message);
    /// kNobody if there is none.
    Number find(Hash id) const { return slots_[slot_of(id)].second; }

private:
    /// Where an id stands or would stand. Steps differ by bits that say nothing of the first place, so ids made to
    /// crowd one place cost no time.
    std::size_t slot_of(Hash id) const {
        auto at = static_cast<std::size_t>(id) & mask_;
        const auto step = static_cast<std::size_t>(id >> 32) | 1U;
        while (slots_[at].second != kNobody && slots_[at].first != id) at = (at + step) & mask_;
        return at;
    }

    std::size_t mask_;
    std::vector<std::pair<Hash, Number>> slots_;  ///< at most four of five taken
};

/// So many times a mail is told to be one before; whoever sends it more often gets mails that stand by themselves.
inline constexpr unsigned kMostCopies = 15;

/// Messages in an order that does not depend on how they came, and by their ids.
class Graph {
public:
    /// Tells `facts` which messages are others once more: of one sender, title, version and place, under one id.
    explicit Graph(Facts& facts);
    const Facts& facts() const { return facts_; }
    const Facts::Item& operator[](Number number) const { return facts_[number]; }

    /// All messages: oldest first, undated ones last, then by id and content.
    const std::vector<Number>& in_order() const { return order_; }
    /// Place in in_order().
    Number rank(Number number) const { return ranks_[number]; }
    bool before(Number a, Number b) const { return ranks_[a] < ranks_[b]; }

    /// Whether it is posted (Item::posted()), or the cover of what is (covers.hpp).
    bool posted(Number number) const { return posted_[number]; }
    void call_posted(Number number) { posted_[number] = true; }

    /// The message of an id, the first of several; kNobody if there is none.
    Number find(Hash id) const { return by_id_.find(id); }
    /// Calls visit(id, message or kNobody) for what a message refers to, the nearest first,
    /// until it returns false.
    template <class Visit>
    void each_reference(Number number, Visit&& visit) const {
        const auto references = facts_.references(number);
        for (std::size_t i = references.size(); i-- > 0;)
            if (!visit(references[i], referred_[referred_begin_[number] + i])) return;
    }
    /// What a message answers; kNobody if that is not there.
    Number parent(Number number) const {
        const auto size = facts_.references(number).size();
        return size == 0 ? kNobody : referred_[referred_begin_[number] + size - 1];
    }

private:
    void put_in_order();
    void know_copy(Number number, Number first);
    void look_up();

    Facts& facts_;
    std::vector<Number> order_, ranks_;
    Ids by_id_;
    std::unordered_map<Number, unsigned> copies_;  ///< how many others a message is
    std::vector<Number> referred_;                 ///< what references name, of one message after the other
    std::vector<std::uint32_t> referred_begin_;
    std::vector<bool> posted_;
};

/// For each message, the oldest of its thread: of all that are joined by In-Reply-To and
/// References, also where what they refer to is missing.
std::vector<Number> threads(const Graph& graph);

/// For each message, the patch, cover or pull request that it answers: the nearest it
/// refers to, directly or through other replies. kNobody for one that is itself posted, and
/// where there is none.
std::vector<Number> answered(const Graph& graph);

}  // namespace patchseek::relate
