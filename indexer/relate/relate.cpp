// SPDX-License-Identifier: GPL-2.0-or-later
#include "relate.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "applied.hpp"
#include "changes.hpp"
#include "graph.hpp"
#include "series.hpp"

namespace patchseek::relate {
namespace {

using store::Relation;
using store::RelationState;

std::uint32_t row(Number number) { return number + 1; }

void set(Relation& relation, RelationState state) {
    relation.states = static_cast<std::uint16_t>(relation.states | (1U << static_cast<unsigned>(state)));
}
void unset(Relation& relation, RelationState state) {
    relation.states = static_cast<std::uint16_t>(relation.states & ~(1U << static_cast<unsigned>(state)));
}

class Relating {
public:
    explicit Relating(Facts& facts)
        : graph_(facts),
          places_(find_places(graph_)),
          series_(find_series(graph_, places_)),
          changes_(find_changes(graph_, series_)) {
        out_.relations.resize(facts.size());
    }

    Related run() {
        name_threads();
        name_series();
        for (const Change& change : changes_) name_change(change);
        for (const Number number : graph_.in_order()) begin_states(number);
        const auto answers = answered(graph_);
        for (const Number number : graph_.in_order()) {
            if (graph_[number].copy) continue;
            if (answers[number] != kNobody) answer(number, answers[number]);
            if (const Number to = graph_.parent(number); to != kNobody && to != number && !graph_.posted(to)) count(to);
        }
        out_.taken = Taking(graph_, places_, series_of_, answers).run();
        tell_copies();
        settle(graph_.facts(), out_, {});
        std::ranges::sort(out_.placements, {}, &store::Placement::row);
        std::ranges::sort(out_.credits);
        out_.credits.erase(std::unique(out_.credits.begin(), out_.credits.end()), out_.credits.end());
        return std::move(out_);
    }

private:
    Relation& at(Number number) { return out_.relations[number]; }

    void name_threads() {
        const auto oldest = threads(graph_);
        for (Number i = 0; i < oldest.size(); ++i) at(i).thread = row(oldest[i]);
    }

    void name_series() {
        series_of_.assign(graph_.facts().size(), nullptr);
        for (const Series& series : series_)
            for (const Number member : series.members) {
                series_of_[member] = &series;
                at(member).series = row(series.name());
                if (series.complete()) set(at(member), RelationState::complete);
                if (series.numbered) place(member, series);
                if (places_[member].numbered && places_[member].part == 0) out_.covers.push_back(member);
            }
    }

    // What a message is by its series, where it does not say so itself.
    void place(Number member, const Series& series) {
        const auto& item = graph_[member];
        const Place& place = places_[member];
        if (place.guessed) return;
        auto kind = item.kind;
        if (place.part == 0 && kind != store::MessageKind::pull) kind = store::MessageKind::cover;
        const std::uint32_t total = place.part == 0 ? series.total : place.total;
        if (kind == item.kind && version_of(item) == series.version && item.numbered && item.part == place.part &&
            item.total == total)
            return;
        out_.placements.push_back({row(member), series.version, place.part, total, static_cast<std::uint32_t>(kind)});
    }

    // Whether all that an earlier version had is held by a later one.
    bool holds_all(const Series& later, const Series& earlier) const {
        if (later.cover) return true;
        if (later.numbered) return 2 * later.parts > later.total;
        return !earlier.numbered || earlier.total == 1 || graph_[later.name()].title == graph_[earlier.name()].title;
    }

    bool holds(const Series& later, Number one) const {
        const auto& item = graph_[one];
        return std::ranges::any_of(later.members, [&](Number other) {
            const auto& its = graph_[other];
            const Place &here = places_[one], &there = places_[other];
            return (there.numbered && here.numbered && there.total == here.total && there.part == here.part) ||
                   (its.title == item.title && its.title != 0);
        });
    }

    void name_change(const Change& change) {
        const auto first = row(series_[change.front()].name());
        for (std::size_t i = 0; i < change.size(); ++i) {
            const Series& series = series_[change[i]];
            bool all_held = false;
            std::vector<const Series*> later;
            for (std::size_t j = i + 1; j < change.size() && !all_held; ++j) {
                later.push_back(&series_[change[j]]);
                all_held = holds_all(*later.back(), series);
            }
            for (const Number member : series.members) {
                at(member).change = first;
                const bool held =
                    all_held || std::ranges::any_of(later, [&](const Series* other) { return holds(*other, member); });
                if (!held) set(at(member), RelationState::latest);
            }
        }
    }

    void begin_states(Number number) {
        const auto& item = graph_[number];
        if (!graph_.posted(number)) return;
        set(at(number), RelationState::unanswered);
        const bool covers = places_[number].numbered && places_[number].part == 0;
        if (item.kind == store::MessageKind::patch && !covers && !item.reviewed)
            set(at(number), RelationState::unreviewed);
    }

    void count(Number to) {
        if (at(to).replies < std::numeric_limits<std::uint16_t>::max()) ++at(to).replies;
    }

    // A reply to a cover is one to all it covers.
    void answer(Number reply, Number to) {
        count(to);
        const Series& series = *series_of_[to];
        if (!series.cover || places_[to].part != 0) return answer_one(reply, to);
        for (const Number member : series.members) answer_one(reply, member);
    }

    void answer_one(Number reply, Number to) {
        const auto &item = graph_[reply], &patch = graph_[to];
        // A robot that reports or tests is no answer; one that tells what was taken is.
        const bool says_nothing = item.bot && graph_.facts().taken(reply).empty();
        if (!same_sender(item, patch) && !says_nothing) unset(at(to), RelationState::unanswered);
        if (item.reviewed) unset(at(to), RelationState::unreviewed);
        if (item.credits) out_.credits.push_back({row(to), row(reply)});
    }

    // What is said of a mail is said of its copies. After all else that replies and series say.
    void tell_copies() {
        std::unordered_map<std::uint32_t, std::vector<Number>> copies;  // by row
        for (const Number number : graph_.in_order()) {
            if (!graph_[number].copy) continue;
            at(number) = at(graph_[number].first);
            copies[row(graph_[number].first)].push_back(number);
        }
        if (copies.empty()) return;
        const auto repeat = [&](auto& table, auto member) {
            for (std::size_t i = 0, size = table.size(); i < size; ++i) {
                const auto found = copies.find(table[i].*member);
                if (found == copies.end()) continue;
                for (const Number number : found->second) {
                    auto one = table[i];
                    one.*member = row(number);
                    table.push_back(one);
                }
            }
        };
        repeat(out_.credits, &store::Credit::patch);
        repeat(out_.placements, &store::Placement::row);
    }

    Graph graph_;
    const std::vector<Place> places_;
    const std::vector<Series> series_;
    const std::vector<Change> changes_;
    std::vector<const Series*> series_of_;
    Related out_;
};

}  // namespace

Related relate(Facts& facts) { return Relating(facts).run(); }

}  // namespace patchseek::relate
