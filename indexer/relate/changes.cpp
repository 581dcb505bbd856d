// SPDX-License-Identifier: GPL-2.0-or-later
#include "changes.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_map>

#include "patchseek/patch/subject_tag.hpp"
#include "series_table.hpp"

namespace patchseek::relate {
namespace {

using Item = Facts::Item;
using Index = SeriesTable::Index;
using Places = SeriesTable::Places;
using Hashes = std::span<const Hash>;  ///< ascending, each once

/// Series of one key that are looked at, the nearest in rank.
constexpr std::size_t kMostAlike = 200;
/// Series of one person before this one that rule 6 looks at.
constexpr std::size_t kLookBack = 50;
/// Dates of two machines may be so much off.
constexpr std::int64_t kSkew = std::int64_t{2} * 86400;

/// What a series is compared by.
struct Traits {
    Hash title = 0, tags = 0;
    std::int64_t date = 0;
    bool dated = false;
    bool pull = false;
    Hashes people, titles, patches, paths;
};

std::size_t common(Hashes a, Hashes b) {
    return static_cast<std::size_t>(
        std::ranges::count_if(a, [&](Hash one) { return std::ranges::binary_search(b, one); }));
}

// Whether half of all is in both.
bool mostly_shared(Hashes a, Hashes b) {
    const auto shared = common(a, b);
    return shared > 0 && shared * 2 >= a.size() + b.size() - shared;
}

class Finder {
public:
    Finder(const Graph& graph, const std::vector<Series>& all);
    std::vector<Change> run();

private:
    Traits traits_of(const Series& series);
    template <class Each>
    Hashes gather(const Series& series, const Each& each);
    bool may_precede(Index earlier, Index later, std::int64_t span) const;
    bool is_repost(Index earlier, Index later) const;
    bool counts_anew(Index earlier, Index later) const;
    bool is_before(Index earlier, Index later) const;
    void better(std::optional<Index>& best, Index other, Index later) const;
    template <class Holds>
    std::optional<Index> best_of(Places places, Index later, std::int64_t span, const Holds& holds) const;
    void fill_tables();
    std::vector<Index> of_people(const SeriesTable& table, Index one, Hashes keys) const;
    bool agree(Index one, Index other) const;
    std::vector<Index> named(Index one) const;
    std::optional<Index> by_title(Index one) const;
    std::optional<Index> by_reference(Index one) const;
    std::optional<Index> by_parts(Index one) const;
    std::optional<Index> by_patches(Index one) const;
    std::optional<Index> by_colleague(Index one) const;
    bool looks_for_paths(Index one) const;
    std::optional<Index> by_paths(Index one) const;
    std::optional<Index> predecessor(Index one) const;

    const Graph& graph_;
    const std::vector<Series>& all_;
    std::vector<Traits> traits_;
    std::vector<Index> series_of_;  ///< by message
    std::vector<Hash> hashes_;      ///< of all traits
    HashMarks once_, repeated_;     ///< of titles and patches of series: those of one at least, and of several
    SeriesTable titles_, parts_, patches_, people_, all_titles_;
};

constexpr Index kNone = static_cast<Index>(-1);

Hash key_of(Hash person, Hash other) { return person * 0x9e3779b97f4a7c15 + other; }

// The hashes other than 0 that `each` tells of the members of a series. hashes_ has room for them: views of it stay.
template <class Each>
Hashes Finder::gather(const Series& series, const Each& each) {
    const auto size = static_cast<std::ptrdiff_t>(hashes_.size());
    for (const Number member : series.members) {
        each(member, [&](Hash hash) {
            if (hash != 0) hashes_.push_back(hash);
        });
    }
    std::sort(hashes_.begin() + size, hashes_.end());
    hashes_.erase(std::unique(hashes_.begin() + size, hashes_.end()), hashes_.end());
    return Hashes(hashes_).subspan(static_cast<std::size_t>(size));
}

Traits Finder::traits_of(const Series& series) {
    Traits out;
    const Item& head = graph_[series.name()];
    out.title = head.title;
    out.tags = head.tags;
    out.dated = head.dated;
    out.date = head.date;
    out.pull = head.kind == store::MessageKind::pull;
    out.people = gather(series, [&](Number member, const auto& put) {
        if (member != series.name()) return;
        std::ranges::for_each(graph_.facts().people(member), put);
    });
    out.titles = gather(series, [&](Number member, const auto& put) { put(graph_[member].title); });
    out.patches = gather(series, [&](Number member, const auto& put) { put(graph_[member].patch); });
    out.paths = gather(
        series, [&](Number member, const auto& put) { std::ranges::for_each(graph_.facts().paths(member), put); });
    return out;
}

Finder::Finder(const Graph& graph, const std::vector<Series>& all)
    : graph_(graph),
      all_(all),
      series_of_(graph.facts().size(), kNone),
      once_(2 * graph.facts().size()),
      repeated_(once_) {
    std::size_t room = 0;
    for (const Series& series : all) {
        room += 4;
        for (const Number member : series.members) room += 2 + graph.facts().paths(member).size();
    }
    hashes_.reserve(room);
    traits_.reserve(all.size());
    for (Index i = 0; i < all.size(); ++i) {
        const Traits& traits = traits_.emplace_back(traits_of(all[i]));
        for (const Number member : all[i].members) series_of_[member] = i;
        for (const Hashes some : {traits.titles, traits.patches})
            for (const Hash hash : some) (once_.has(hash) ? repeated_ : once_).put(hash);
    }
    fill_tables();
}

// What one series alone has leads nowhere.
void Finder::fill_tables() {
    HashMarks asked(all_.size());
    for (Index i = 0; i < all_.size(); ++i)
        if (looks_for_paths(i)) std::ranges::for_each(traits_[i].people, [&](Hash person) { asked.put(person); });
    for (Index i = 0; i < all_.size(); ++i) {
        const Traits& traits = traits_[i];
        const bool titled = traits.title != 0 && repeated_.has(traits.title);
        if (titled) all_titles_.add(traits.title, i);
        for (const Hash person : traits.people) {
            if (asked.has(person)) people_.add(person, i);
            if (titled) titles_.add(key_of(person, traits.title), i);
            for (const Hash title : traits.titles)
                if (repeated_.has(title)) parts_.add(key_of(person, title), i);
            for (const Hash patch : traits.patches)
                if (repeated_.has(patch)) patches_.add(key_of(person, patch), i);
        }
    }
    for (SeriesTable* table : {&titles_, &parts_, &patches_, &people_, &all_titles_}) table->finish();
}

// Of the same version: posted again, with or without saying so.
bool Finder::is_repost(Index earlier, Index later) const {
    if (all_[later].order() != all_[earlier].order() || earlier > later) return false;
    if (all_[later].resend != all_[earlier].resend) return all_[later].resend;
    const Traits &a = traits_[earlier], &b = traits_[later];
    if (a.title != b.title || a.tags != b.tags || !a.dated || !b.dated) return false;
    if (!a.patches.empty() && common(a.patches, b.patches) * 2 >= std::max(a.patches.size(), b.patches.size()))
        return true;
    // Of one tree people ask to pull again and again, under one title.
    return !a.pull && mostly_shared(a.paths, b.paths) && b.date - a.date < kSpan;
}

// A first version of what was an RFC, of any version, before. What else both have in common says little: parts of an
// RFC are often posted as a work of their own.
bool Finder::counts_anew(Index earlier, Index later) const {
    const Series &a = all_[earlier], &b = all_[later];
    if (traits_[later].title == 0 || traits_[earlier].title != traits_[later].title) return false;
    return a.rfc && !b.rfc && b.order() == std::pair(1U, 0U) && earlier < later && traits_[earlier].dated &&
           traits_[later].dated;
}

bool Finder::is_before(Index earlier, Index later) const {
    return all_[earlier].order() < all_[later].order() || counts_anew(earlier, later);
}

bool Finder::may_precede(Index earlier, Index later, std::int64_t span) const {
    if (earlier == later) return false;
    const Traits &a = traits_[earlier], &b = traits_[later];
    if (a.dated && b.dated && (b.date - a.date > span || a.date - b.date > kSkew)) return false;
    return is_before(earlier, later) || is_repost(earlier, later);
}

// Takes the higher version, then the nearer in time; places are in the order of time.
void Finder::better(std::optional<Index>& best, Index other, Index later) const {
    const auto gap = [&](Index one) { return one < later ? later - one : one - later; };
    if (!best || all_[other].order() > all_[*best].order() ||
        (all_[other].order() == all_[*best].order() && gap(other) < gap(*best)))
        best = other;
}

// Of many places those nearest to one, before and after it.
Places near(Places places, Index one) {
    const auto at = static_cast<std::size_t>(std::ranges::lower_bound(places, one) - places.begin());
    const auto begin = at - std::min(at, kMostAlike);
    return places.subspan(begin, std::min(at + kMostAlike, places.size()) - begin);
}

template <class Holds>
std::optional<Index> Finder::best_of(Places places, Index later, std::int64_t span, const Holds& holds) const {
    std::optional<Index> best;
    for (const Index other : near(places, later))
        if (may_precede(other, later, span) && holds(other)) better(best, other, later);
    return best;
}

// The series of the people of one that have any of some keys.
std::vector<Index> Finder::of_people(const SeriesTable& table, Index one, Hashes keys) const {
    std::vector<Index> out;
    for (const Hash key : keys) {
        if (!repeated_.has(key)) continue;
        for (const Hash person : traits_[one].people)
            for (const Index other : near(table.with(key_of(person, key)), one)) out.push_back(other);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// Whether two have so much in common that the later can come of the earlier one, if something else says that it does.
bool Finder::agree(Index one, Index other) const {
    const Traits &a = traits_[one], &b = traits_[other];
    if (a.title == b.title || common(a.titles, b.titles) > 0) return true;
    if (common(a.people, b.people) == 0) return false;
    return a.paths.empty() || b.paths.empty() || common(a.paths, b.paths) > 0;
}

std::vector<Index> Finder::named(Index one) const {
    std::vector<Index> out;
    for (const Number member : all_[one].members) {
        for (const Hash id : graph_.facts().earlier(member)) {
            const Number other = graph_.find(id);
            const Index series = other == kNobody ? kNone : series_of_[other];
            if (series == kNone || series == one || !is_before(series, one)) continue;
            if (agree(one, series) || mostly_shared(traits_[one].paths, traits_[series].paths)) out.push_back(series);
        }
    }
    return out;
}

std::optional<Index> Finder::by_title(Index one) const {
    const Traits& traits = traits_[one];
    if (traits.title == 0) return std::nullopt;
    const auto places = of_people(titles_, one, {&traits.title, 1});
    // A patch for several trees has a version in each; one can also change the tree.
    const auto same = [&](Index other) { return traits_[other].tags == traits.tags; };
    if (const auto found = best_of(places, one, kLongSpan, same)) return found;
    return best_of(places, one, kLongSpan, [](Index) { return true; });
}

std::optional<Index> Finder::by_reference(Index one) const {
    std::optional<Index> best;
    for (const Number member : all_[one].members) {
        graph_.each_reference(member, [&](Hash, Number other) {
            if (other == kNobody || series_of_[other] == kNone || series_of_[other] == one) return true;
            const Index series = series_of_[other];
            if (is_before(series, one) && agree(one, series)) better(best, series, one);
            return true;
        });
    }
    return best;
}

std::optional<Index> Finder::by_parts(Index one) const {
    const Traits& traits = traits_[one];
    const auto places = of_people(parts_, one, traits.titles);
    return best_of(places, one, kLongSpan, [&](Index other) {
        const auto titles = traits_[other].titles;
        return common(titles, traits.titles) * 2 >= std::min(titles.size(), traits.titles.size());
    });
}

std::optional<Index> Finder::by_patches(Index one) const {
    if (traits_[one].pull) return std::nullopt;
    const auto places = of_people(patches_, one, traits_[one].patches);
    return best_of(places, one, kLongSpan, [](Index) { return true; });
}

std::optional<Index> Finder::by_colleague(Index one) const {
    const Traits& traits = traits_[one];
    if (all_[one].version < 2 || traits.title == 0) return std::nullopt;
    return best_of(all_titles_.with(traits.title), one, kSpan, [&](Index other) {
        const Traits& its = traits_[other];
        if (all_[other].version + 1 != all_[one].version || its.tags != traits.tags) return false;
        return (traits.titles.size() > 1 && mostly_shared(its.titles, traits.titles)) ||
               mostly_shared(its.paths, traits.paths);
    });
}

bool Finder::looks_for_paths(Index one) const {
    const Traits& traits = traits_[one];
    return all_[one].version >= 2 && !traits.paths.empty() && traits.dated && !traits.pull;
}

std::optional<Index> Finder::by_paths(Index one) const {
    if (!looks_for_paths(one)) return std::nullopt;
    const Traits& traits = traits_[one];
    std::vector<Index> places;
    for (const Hash person : traits.people) {
        const Places own = people_.with(person);
        const auto at = static_cast<std::size_t>(std::ranges::lower_bound(own, one) - own.begin());
        const auto near = own.subspan(at - std::min(at, kLookBack), std::min(at, kLookBack));
        places.insert(places.end(), near.begin(), near.end());
    }
    std::ranges::sort(places);
    return best_of(places, one, kSpan, [&](Index other) {
        return all_[other].version + 1 == all_[one].version && mostly_shared(traits_[other].paths, traits.paths);
    });
}

std::optional<Index> Finder::predecessor(Index one) const {
    using Rule = std::optional<Index> (Finder::*)(Index) const;
    for (const Rule rule : {&Finder::by_title, &Finder::by_reference, &Finder::by_parts, &Finder::by_patches,
                            &Finder::by_colleague, &Finder::by_paths})
        if (const auto found = (this->*rule)(one)) return found;
    return std::nullopt;
}

std::vector<Change> Finder::run() {
    Unions unions(all_.size());
    std::unordered_map<Hash, Index> ids;
    for (Index i = 0; i < all_.size(); ++i) {
        for (const Number member : all_[i].members) {
            const Hash id = graph_.facts().change(member);
            if (id == 0) continue;
            const auto [at, fresh] = ids.emplace(id, i);
            if (!fresh) unions.unite(at->second, i);
        }
        const auto earlier = named(i);
        for (const Index before : earlier) unions.unite(before, i);
        if (!earlier.empty()) continue;
        if (const auto before = predecessor(i)) unions.unite(*before, i);
    }
    std::vector<Change> out;
    std::vector<std::size_t> places(all_.size(), all_.size());  // in `out`, by root
    for (Index i = 0; i < all_.size(); ++i) {
        auto& place = places[unions.root(i)];
        if (place == all_.size()) {
            place = out.size();
            out.emplace_back();
        }
        out[place].push_back(i);
    }
    for (Change& change : out)
        patch::order_versions(
            change, [&](std::size_t i) { return all_[i].order(); }, [&](std::size_t i) { return all_[i].rfc; });
    return out;
}

}  // namespace

std::vector<Change> find_changes(const Graph& graph, const std::vector<Series>& all) {
    return Finder(graph, all).run();
}

}  // namespace patchseek::relate
