#include "applied.hpp"

#include <algorithm>
#include <tuple>

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

void Taking::take(Number reply) {
    const Number to = answers_[reply];
    const Series* const series = to == kNobody ? nullptr : series_of_[to];
    for (const TakenPatch& one : graph_.facts().taken(reply)) {
        const bool bare = one.title == 0 && one.commit.digits == 0;
        if (bare && (!series || same_sender(graph_[reply], graph_[to]))) continue;
        if (one.title != 0 || one.part != 0) {
            Number found = series ? in_series(*series, one) : kNobody;
            if (found == kNobody && one.title != 0) found = by_title(reply, one);
            if (found != kNobody) mark(found, reply, one.commit);
        } else if (series && (covers(to) || graph_[reply].whole)) {
            for (const Number member : series->members) mark(member, reply, one.commit);
        } else if (series) {
            mark(to, reply, one.commit);
        }
    }
}

void Taking::mark(Number patch, Number reply, const store::CommitPrefix& commit) {
    out_.push_back({patch + 1, reply + 1, commit, static_cast<std::uint16_t>(graph_[reply].tree)});
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

void settle(const Facts& facts, Related& related, std::span<const Number> joined) {
    const auto bit = [](RelationState state) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(state)); };
    const std::uint16_t applied = bit(RelationState::applied), pending = bit(RelationState::pending);
    auto& all = related.relations;
    const auto set = [](store::Relation& one, std::uint16_t state) {
        one.states = static_cast<std::uint16_t>(one.states | state);
    };
    for (store::Relation& one : all) one.states = static_cast<std::uint16_t>(one.states & ~(applied | pending));
    for (const store::Taken& one : related.taken) set(all[one.patch - 1], applied);
    for (const Number number : joined) set(all[number], applied);
    std::vector<bool> has_patch(all.size() + 1), has_other(all.size() + 1), covers(all.size());
    for (const Number cover : related.covers) covers[cover] = true;
    for (Number number = 0; number < facts.size(); ++number) {
        if (covers[number] || all[number].series == 0) continue;
        has_patch[all[number].series] = true;
        if (!all[number].has(RelationState::applied)) has_other[all[number].series] = true;
    }
    for (const Number cover : related.covers)
        if (has_patch[all[cover].series] && !has_other[all[cover].series]) set(all[cover], applied);
    for (store::Relation& one : all)
        if (one.has(RelationState::latest) && !one.has(RelationState::applied)) set(one, pending);
}

}  // namespace patchseek::relate
