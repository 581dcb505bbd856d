// SPDX-License-Identifier: GPL-2.0-or-later
#include "applied.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>

namespace patchseek::relate {

using store::RelationState;

std::vector<store::Taken> Taking::run() {
    for (const Number number : graph_.in_order())
        if (!graph_.facts().taken(number).empty() && !graph_.posted(number)) take(number);
    // Of two that name one patch, the one that says its commit.
    std::ranges::stable_sort(out_, [](const store::Taken& a, const store::Taken& b) {
        return std::tuple(a.patch, a.reply, b.commit.digits) < std::tuple(b.patch, b.reply, a.commit.digits);
    });
    const auto same = [](const store::Taken& a, const store::Taken& b) {
        return a.patch == b.patch && a.reply == b.reply;
    };
    out_.erase(std::unique(out_.begin(), out_.end(), same), out_.end());
    return std::move(out_);
}

std::vector<std::pair<Number, store::CommitPrefix>> Taking::named_by(Number reply) {
    std::vector<std::pair<Number, store::CommitPrefix>> out;
    const Number to = answers_[reply];
    const Series* const series = to == kNobody ? nullptr : series_of_[to];
    const bool own = series && same_sender(graph_[reply], graph_[to]) && graph_.parent(reply) != to;
    if (series && graph_[reply].except) return own ? out : all_but(*series, reply, to);
    for (const TakenPatch& one : graph_.facts().taken(reply)) {
        const bool bare = one.title == 0 && one.commit.digits == 0;
        if (bare && (!series || own)) continue;
        if (one.title != 0 || one.part != 0) {
            Number found = series ? in_series(*series, one) : kNobody;
            if (found == kNobody && one.title != 0) found = by_title(reply, one);
            // Whoever took it gave it another title.
            const bool only = graph_.facts().taken(reply).size() == 1 && one.title != 0;
            const Number parent = graph_.parent(reply);
            if (found == kNobody && only && series && !covers(to) && parent == to) found = to;
            // A diff in the middle of a discussion, which has its title only since then.
            const bool tells = only && one.commit.digits != 0 && parent != kNobody;
            if (found == kNobody && tells && graph_[parent].patch != 0 && !graph_.posted(parent)) found = parent;
            if (found != kNobody) out.emplace_back(found, one.commit);
        } else if (series && (covers(to) || graph_[reply].whole)) {
            for (const Number member : series->members) out.emplace_back(member, one.commit);
        } else if (series) {
            out.emplace_back(to, one.commit);
        }
    }
    return out;
}

std::vector<std::pair<Number, store::CommitPrefix>> Taking::all_but(const Series& series, Number reply,
                                                                    Number to) const {
    std::vector<std::pair<Number, store::CommitPrefix>> out;
    const auto named = graph_.facts().taken(reply);
    for (const Number member : series.members) {
        const bool is_named = std::ranges::any_of(named, [&](const TakenPatch& one) {
            return one.part == 0 ? member == to : places_[member].numbered && places_[member].part == one.part;
        });
        if (!covers(member) && !is_named) out.emplace_back(member, store::CommitPrefix());
    }
    return out;
}

void Taking::take(Number reply) {
    if (graph_[reply].dropped) return drop(reply);
    for (const auto& [patch, commit] : named_by(reply)) mark(patch, reply, commit);
}

// Replies come in order, so what is there was said before.
void Taking::drop(Number reply) {
    const auto named = named_by(reply);
    const auto is_named = [&](Number patch) {
        return std::ranges::any_of(named, [&](const auto& one) {
            return one.first == patch || graph_[one.first].title == graph_[patch].title;
        });
    };
    std::erase_if(out_, [&](const store::Taken& one) {
        return same_sender(graph_[one.reply - 1], graph_[reply]) && is_named(one.patch - 1);
    });
}

void Taking::mark(Number patch, Number reply, const store::CommitPrefix& commit) {
    out_.push_back({patch + 1, reply + 1, commit, static_cast<std::uint16_t>(graph_.facts().tree(reply))});
}

Number Taking::in_series(const Series& series, const TakenPatch& one) const {
    Number numbered = kNobody;
    for (const Number member : series.members) {
        if (one.title != 0 && graph_[member].title == one.title && !covers(member)) return member;
        const Place& place = places_[member];
        if (one.part != 0 && place.numbered && place.part == one.part && (one.total == 0 || place.total == one.total))
            numbered = member;
    }
    // A maintainer who takes a single patch may have given it another title.
    const bool only = series.members.size() == 1 && one.part <= 1 && one.total <= 1;
    return only ? series.members.front() : numbered;
}

Number Taking::by_title(Number reply, const TakenPatch& one) {
    if (titles_.empty())
        for (const Number number : graph_.in_order())
            if (graph_.posted(number) && !covers(number)) titles_[graph_[number].title].push_back(number);
    const auto known = titles_.find(one.title);
    if (known == titles_.end()) return kNobody;
    const auto& all = known->second;
    const auto after = std::ranges::partition_point(all, [&](Number number) { return graph_.before(number, reply); });
    if (after == all.begin()) return kNobody;
    const Number found = *std::prev(after);
    const auto &patch = graph_[found], &said = graph_[reply];
    const bool near = patch.dated && said.dated && said.date - patch.date <= kLongestWait;
    return near ? found : kNobody;
}

namespace {

class Settling {
public:
    Settling(const Facts& facts, Related& related)
        : facts_(facts), related_(related), all_(related.relations), covers_(all_.size()) {
        for (const Number cover : related.covers) covers_[cover] = true;
        for (store::Relation& one : all_)
            one.states = static_cast<std::uint16_t>(one.states & ~(bit(RelationState::applied) | bit(kPending)));
    }

    void take(Number patch, std::int64_t when) {
        set(patch, RelationState::applied);
        each_key_of(patch, [&](const Key& key) { times_[key].emplace_back(patch, when); });
    }

    void finish() {
        each_cover_of(RelationState::applied, true, [this](Number cover) { set(cover, RelationState::applied); });
        for (Number number = 0; number < facts_.size(); ++number)
            if (!facts_[number].copy && is_open(number) && (covers_[number] || !taken_since(number)))
                set(number, kPending);
        each_cover_of(kPending, false, [this](Number cover) { unset(cover, kPending); });
        for (Number number = 0; number < facts_.size(); ++number)
            if (facts_[number].copy) all_[number].states = all_[facts_[number].first].states;
    }

private:
    static constexpr RelationState kPending = RelationState::pending;
    using Key = std::pair<int, std::uint64_t>;  ///< what it is, and its value
    struct HashOfKey {
        std::size_t operator()(const Key& key) const { return key.second + static_cast<std::size_t>(key.first); }
    };

    static std::uint16_t bit(RelationState state) {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(state));
    }
    void set(Number number, RelationState state) {
        all_[number].states = static_cast<std::uint16_t>(all_[number].states | bit(state));
    }
    void unset(Number number, RelationState state) {
        all_[number].states = static_cast<std::uint16_t>(all_[number].states & ~bit(state));
    }
    bool is_open(Number number) const {
        return all_[number].has(RelationState::latest) && !all_[number].has(RelationState::applied);
    }

    // Which other postings of a patch are the same work.
    template <class Visit>
    void each_key_of(Number number, const Visit& visit) const {
        const auto& item = facts_[number];
        if (item.title != 0) visit(Key(0, item.title));
        if (item.patch != 0) visit(Key(1, item.patch));
        const std::uint64_t change = all_[number].change;
        const auto part = item.numbered ? item.part : 0, total = item.numbered ? item.total : 0;
        if (change != 0 && part < 4096 && total < 4096) visit(Key(2, change << 24U | part << 12U | total));
    }

    bool taken_since(Number number) const {
        const auto& item = facts_[number];
        bool out = false;
        if (!item.dated || times_.empty()) return out;
        each_key_of(number, [&](const Key& key) {
            const auto found = out ? times_.end() : times_.find(key);
            if (found == times_.end()) return;
            out = std::ranges::any_of(found->second, [&](const auto& taken) {
                return taken.second >= item.date && taken.second - item.date <= Taking::kLongestWait &&
                       (key.first != 0 || facts_.same_person(taken.first, number));
            });
        });
        return out;
    }

    // The covers of series of which all patches that are there have a state, or none has.
    template <class Visit>
    void each_cover_of(RelationState state, bool has, const Visit& visit) {
        std::vector<bool> there(all_.size() + 1), other(all_.size() + 1);
        for (Number number = 0; number < facts_.size(); ++number) {
            if (covers_[number] || facts_[number].copy || all_[number].series == 0) continue;
            there[all_[number].series] = true;
            if (all_[number].has(state) != has) other[all_[number].series] = true;
        }
        for (const Number cover : related_.covers)
            if (there[all_[cover].series] && !other[all_[cover].series]) visit(cover);
    }

    const Facts& facts_;
    const Related& related_;
    std::vector<store::Relation>& all_;
    std::vector<bool> covers_;
    std::unordered_map<Key, std::vector<std::pair<Number, std::int64_t>>, HashOfKey> times_;
};

}  // namespace

void settle(const Facts& facts, Related& related, std::span<const Committed> committed) {
    Settling settling(facts, related);
    for (const store::Taken& one : related.taken) {
        const auto& reply = facts[one.reply - 1];
        settling.take(one.patch - 1, reply.dated ? reply.date : std::numeric_limits<std::int64_t>::min());
    }
    for (const Committed& one : committed) settling.take(one.message, one.when);
    settling.finish();
}

}  // namespace patchseek::relate
