// SPDX-License-Identifier: GPL-2.0-or-later
#include "covers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace patchseek::relate {
namespace {

using Item = Facts::Item;

/// Clocks of one machine go so much backwards.
constexpr std::int64_t kSkew = 600;
/// What comes so soon after a cover was sent with it.
constexpr std::int64_t kAtOnce = 600;

/// Parts that answer one message and say the same version and total.
struct Group {
    std::vector<Number> parts;  ///< one of each number, in order, and what was sent twice
    std::set<std::uint32_t> numbers;
    bool countless = false;  ///< several patches without a number
    bool has_most(std::uint32_t total) const { return 2 * numbers.size() > total; }
};

class Finder {
public:
    explicit Finder(Graph& graph) : graph_(graph), places_(graph.facts().size()) {}

    std::vector<Place> run() {
        for (Number i = 0; i < places_.size(); ++i) say(i);
        std::map<Number, std::vector<Number>> answers;  // by rank of what they answer
        for (const Number number : graph_.in_order()) {
            const Number to = is_part(number) ? graph_.parent(number) : kNobody;
            if (to != kNobody && to != number && may_cover(to, number)) answers[graph_.rank(to)].push_back(number);
        }
        for (const auto& [rank, parts] : answers) join(graph_.in_order()[rank], parts);
        return std::move(places_);
    }

private:
    // What its subject says. A request to pull can head the patches it asks for, without a number of its own.
    void say(Number number) {
        const Item& item = graph_[number];
        const auto listed = graph_.facts().shortlog(number).size();
        Place& place = places_[number];
        place.numbered = item.numbered;
        place.part = item.part;
        place.total = item.total;
        if (item.numbered || item.kind != store::MessageKind::pull || listed == 0) return;
        place.numbered = place.guessed = true;
        place.total = static_cast<std::uint32_t>(listed);
    }

    bool is_part(Number number) const {
        const Item& item = graph_[number];
        return item.posted() && item.kind == store::MessageKind::patch && (!item.numbered || item.part > 0);
    }

    bool is_set(const Item& item) const { return item.set || (item.numbered && item.part == 0); }

    bool in_time(Number cover, Number part) const {
        const Item &head = graph_[cover], &item = graph_[part];
        if (!head.dated || !item.dated) return false;
        const auto& facts = graph_.facts();
        const bool tells = is_set(head) || !facts.paths(cover).empty() || !facts.shortlog(cover).empty();
        const auto gap = item.date - head.date;
        return gap >= -kSkew && gap <= (tells ? kPosting : kWindow);
    }

    bool may_cover(Number cover, Number part) const {
        const Item &head = graph_[cover], &item = graph_[part];
        if (head.reply || (head.diff && !(head.numbered && head.part == 0)) || !in_time(cover, part)) return false;
        const bool one_run = head.stem != 0 && head.stem == item.stem;
        if (!item.numbered) return one_run && !head.numbered && (head.set || !graph_.facts().paths(cover).empty());
        return one_run || graph_.facts().same_person(cover, part);
    }

    // A numbered message without a diff is a cover of others only if it says so, or another part 1 answers it: else its
    // own diff got lost.
    bool is_nested(const Item& head, const std::vector<Number>& parts) const {
        return head.set || std::ranges::any_of(parts, [&](Number part) {
                   return graph_[part].part == 1 && graph_[part].title != head.title;
               });
    }

    // How well parts agree with what a cover says; 0 is not at all.
    int agreement(const Item& head, const Item& part, const Group& group) const {
        const bool counts = head.numbered && head.part == 0;
        const bool same_total = !counts || head.total == part.total;
        const bool same_version = version_of(head) == version_of(part) && head.minor == part.minor;
        if (same_version && same_total) return head.resend == part.resend ? 5 : 4;
        const bool open = head.version == 0 || part.version == 0;
        if (!same_version && !open) return 0;
        if (same_total && part.version == 0) return 3;
        if (!group.has_most(part.total)) return 0;
        return same_total ? 2 : 1;
    }

    void join(Number cover, const std::vector<Number>& parts) {
        const Item& head = graph_[cover];
        if (head.numbered && head.part > 0 && !is_nested(head, parts)) return;
        using Said = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, bool>;
        std::map<Said, Group> groups;
        for (const Number part : parts) {
            const Item& item = graph_[part];
            Group& group = groups[{version_of(item), item.minor, item.numbered ? item.total : 1, item.resend}];
            if (group.numbers.insert(item.numbered ? item.part : 1).second || was_sent_twice(group, item))
                group.parts.push_back(part);
            else
                group.countless = group.countless || !item.numbered;
        }
        const Group* best = nullptr;
        std::tuple<int, std::size_t, Number> most;
        for (const auto& [said, group] : groups) {
            const Number first = group.parts.front();
            const std::tuple rank(agreement(head, graph_[first], group), group.numbers.size(),
                                  kNobody - graph_.rank(first));
            if (std::get<0>(rank) > 0 && !group.countless && (!best || rank > most)) best = &group, most = rank;
        }
        const bool whole = best && best->numbers.size() >= head.total;
        if (const auto all = head.numbered && !whole ? sent_at_once(head, parts) : std::nullopt)
            take(cover, *all);
        else if (best)
            take(cover, *best);
    }

    // All parts that a cover counts, sent with it, each with a version of its own or a mistaken one.
    std::optional<Group> sent_at_once(const Item& head, const std::vector<Number>& parts) const {
        Group out;
        for (const Number part : parts) {
            const Item& item = graph_[part];
            if (!item.numbered || item.total != head.total || item.date - head.date > kAtOnce) continue;
            if (!out.numbers.insert(item.part).second) return std::nullopt;
            out.parts.push_back(part);
        }
        if (head.part != 0 || out.numbers.size() != head.total) return std::nullopt;
        return out;
    }

    bool was_sent_twice(const Group& group, const Item& item) const {
        return std::ranges::any_of(group.parts, [&](Number other) {
            return graph_[other].part == item.part && graph_[other].title == item.title;
        });
    }

    void take(Number cover, const Group& group) {
        const Item& first = graph_[group.parts.front()];
        const std::uint32_t total = first.numbered ? first.total : 1;
        graph_.call_posted(cover);
        Place& head = places_[cover];
        head.numbered = true;
        head.guessed = false;
        head.part = 0;
        head.total = total;
        for (const Number part : group.parts) {
            Place& place = places_[part];
            place.cover = cover;
            if (place.numbered) continue;
            place.numbered = true;
            place.part = place.total = 1;
        }
    }

    Graph& graph_;
    std::vector<Place> places_;
};

}  // namespace

std::vector<Place> find_places(Graph& graph) { return Finder(graph).run(); }

}  // namespace patchseek::relate
