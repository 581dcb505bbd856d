#include "changes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace patchseek::relate {
namespace {

using Item = Facts::Item;
using Index = std::size_t;

/// Series of one key that are looked at, the nearest in rank.
constexpr std::size_t kMostAlike = 200;
/// Series of one sender before this one that rule 5 looks at.
constexpr std::size_t kLookBack = 50;
/// Dates of two machines may be so much off.
constexpr std::int64_t kSkew = std::int64_t{2} * 86400;

/// What a series is compared by.
struct Traits {
    Hash sender = 0, title = 0, tags = 0;
    std::int64_t date = 0;
    bool dated = false;
    std::set<Hash> titles, patches, paths;
};

std::size_t common(const std::set<Hash>& a, const std::set<Hash>& b) {
    return static_cast<std::size_t>(std::ranges::count_if(a, [&](Hash one) { return b.contains(one); }));
}

class Finder {
public:
    Finder(const Graph& graph, const std::vector<Series>& all);
    std::vector<Change> run();

private:
    using Places = std::vector<Index>;
    using Keys = std::unordered_map<Hash, Places>;

    Traits traits_of(const Series& series) const;
    bool may_precede(Index earlier, Index later, std::int64_t span) const;
    bool is_repost(Index earlier, Index later) const;
    void better(std::optional<Index>& best, Index other, Index later) const;
    const Places& with(const Keys& keys, Hash key) const;
    template <class Holds>
    std::optional<Index> best_of(const Places& places, Index later, std::int64_t span, const Holds& holds) const;
    std::optional<Index> by_title(Index one) const;
    std::optional<Index> by_reference(Index one) const;
    std::optional<Index> by_parts(Index one) const;
    std::optional<Index> by_patches(Index one) const;
    std::optional<Index> by_paths(Index one) const;
    std::optional<Index> predecessor(Index one) const;

    const Graph& graph_;
    const std::vector<Series>& all_;
    std::vector<Traits> traits_;
    std::vector<Index> series_of_;  ///< by message
    Keys titles_, parts_, patches_, senders_;
    Places none_;
};

constexpr Index kNone = static_cast<Index>(-1);

Hash key_of(Hash sender, Hash other) { return sender * 0x9e3779b97f4a7c15 + other; }

Traits Finder::traits_of(const Series& series) const {
    Traits out;
    const Item& head = graph_[series.name()];
    out.sender = head.sender;
    out.title = head.title;
    out.tags = head.tags;
    out.dated = head.dated;
    out.date = head.date;
    for (const Number member : series.members) {
        const Item& item = graph_[member];
        if (item.title != 0) out.titles.insert(item.title);
        if (item.patch != 0) out.patches.insert(item.patch);
        const auto paths = graph_.facts().paths(member);
        out.paths.insert(paths.begin(), paths.end());
    }
    return out;
}

Finder::Finder(const Graph& graph, const std::vector<Series>& all)
    : graph_(graph), all_(all), series_of_(graph.facts().size(), kNone) {
    traits_.reserve(all.size());
    for (Index i = 0; i < all.size(); ++i) {
        const Traits& traits = traits_.emplace_back(traits_of(all[i]));
        for (const Number member : all[i].members) series_of_[member] = i;
        if (traits.sender == 0) continue;
        senders_[traits.sender].push_back(i);
        if (traits.title != 0) titles_[key_of(traits.sender, traits.title)].push_back(i);
        for (const Hash title : traits.titles) parts_[key_of(traits.sender, title)].push_back(i);
        for (const Hash patch : traits.patches) patches_[key_of(traits.sender, patch)].push_back(i);
    }
}

const Finder::Places& Finder::with(const Keys& keys, Hash key) const {
    const auto found = keys.find(key);
    return found == keys.end() ? none_ : found->second;
}

// Of the same version: posted again, with or without saying so.
bool Finder::is_repost(Index earlier, Index later) const {
    if (all_[later].version != all_[earlier].version || earlier > later) return false;
    if (all_[later].resend != all_[earlier].resend) return all_[later].resend;
    const Traits &a = traits_[earlier], &b = traits_[later];
    if (a.title != b.title || a.tags != b.tags || !a.dated || !b.dated) return false;
    if (!a.patches.empty() && common(a.patches, b.patches) * 2 >= std::max(a.patches.size(), b.patches.size()))
        return true;
    const auto shared = common(a.paths, b.paths);
    return shared > 0 && shared * 2 >= a.paths.size() + b.paths.size() - shared && b.date - a.date < kSpan;
}

bool Finder::may_precede(Index earlier, Index later, std::int64_t span) const {
    if (earlier == later) return false;
    const Traits &a = traits_[earlier], &b = traits_[later];
    if (a.dated && b.dated && (b.date - a.date > span || a.date - b.date > kSkew)) return false;
    return all_[earlier].version < all_[later].version || is_repost(earlier, later);
}

// Takes the higher version, then the nearer in time; places are in the order of time.
void Finder::better(std::optional<Index>& best, Index other, Index later) const {
    const auto gap = [&](Index one) { return one < later ? later - one : one - later; };
    if (!best || all_[other].version > all_[*best].version ||
        (all_[other].version == all_[*best].version && gap(other) < gap(*best)))
        best = other;
}

template <class Holds>
std::optional<Index> Finder::best_of(const Places& places, Index later, std::int64_t span, const Holds& holds) const {
    std::optional<Index> best;
    const auto at = std::ranges::lower_bound(places, later) - places.begin();
    const auto most = static_cast<std::ptrdiff_t>(kMostAlike);
    const auto end = std::min(at + most, static_cast<std::ptrdiff_t>(places.size()));
    for (auto i = std::max<std::ptrdiff_t>(0, at - most); i < end; ++i) {
        const Index other = places[static_cast<std::size_t>(i)];
        if (may_precede(other, later, span) && holds(other)) better(best, other, later);
    }
    return best;
}

std::optional<Index> Finder::by_title(Index one) const {
    const Traits& traits = traits_[one];
    if (traits.title == 0) return std::nullopt;
    const Places& places = with(titles_, key_of(traits.sender, traits.title));
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
            if (all_[series].version >= all_[one].version) return true;
            const Traits &a = traits_[series], &b = traits_[one];
            if (a.sender != b.sender && a.title != b.title && common(a.titles, b.titles) == 0) return true;
            better(best, series, one);
            return true;
        });
    }
    return best;
}

std::optional<Index> Finder::by_parts(Index one) const {
    const Traits& traits = traits_[one];
    std::set<Index> seen;
    Places places;
    for (const Hash title : traits.titles)
        for (const Index other : with(parts_, key_of(traits.sender, title)))
            if (seen.size() < kMostAlike && seen.insert(other).second) places.push_back(other);
    std::ranges::sort(places);
    return best_of(places, one, kLongSpan, [&](Index other) {
        const auto& titles = traits_[other].titles;
        return common(titles, traits.titles) * 2 >= std::min(titles.size(), traits.titles.size());
    });
}

std::optional<Index> Finder::by_patches(Index one) const {
    const Traits& traits = traits_[one];
    Places places;
    for (const Hash patch : traits.patches)
        for (const Index other : with(patches_, key_of(traits.sender, patch))) places.push_back(other);
    std::ranges::sort(places);
    return best_of(places, one, kLongSpan, [](Index) { return true; });
}

std::optional<Index> Finder::by_paths(Index one) const {
    const Traits& traits = traits_[one];
    if (all_[one].version < 2 || traits.paths.empty() || !traits.dated) return std::nullopt;
    const Places& own = with(senders_, traits.sender);
    const auto at = std::ranges::lower_bound(own, one) - own.begin();
    const Places near(own.begin() + std::max<std::ptrdiff_t>(0, at - static_cast<std::ptrdiff_t>(kLookBack)),
                      own.begin() + at);
    return best_of(near, one, kSpan, [&](Index other) {
        const auto& paths = traits_[other].paths;
        const auto shared = common(paths, traits.paths);
        return all_[other].version + 1 == all_[one].version && shared > 0 &&
               shared * 2 >= paths.size() + traits.paths.size() - shared;
    });
}

std::optional<Index> Finder::predecessor(Index one) const {
    using Rule = std::optional<Index> (Finder::*)(Index) const;
    const bool known = traits_[one].sender != 0;
    for (const Rule rule :
         {&Finder::by_title, &Finder::by_reference, &Finder::by_parts, &Finder::by_patches, &Finder::by_paths}) {
        if (!known && rule != &Finder::by_reference) continue;
        if (const auto found = (this->*rule)(one)) return found;
    }
    return std::nullopt;
}

std::vector<Change> Finder::run() {
    Unions unions(all_.size());
    std::unordered_map<Hash, Index> ids;
    for (Index i = 0; i < all_.size(); ++i) {
        for (const Number member : all_[i].members) {
            const Hash id = graph_[member].change;
            if (id == 0) continue;
            const auto [at, fresh] = ids.emplace(id, i);
            if (!fresh) unions.unite(static_cast<Number>(at->second), static_cast<Number>(i));
        }
        if (const auto before = predecessor(i)) unions.unite(static_cast<Number>(*before), static_cast<Number>(i));
    }
    std::vector<Change> out;
    std::unordered_map<Number, std::size_t> places;
    for (Index i = 0; i < all_.size(); ++i) {
        const auto [at, fresh] = places.emplace(unions.root(static_cast<Number>(i)), out.size());
        if (fresh) out.emplace_back();
        out[at->second].push_back(i);
    }
    for (Change& change : out) std::ranges::stable_sort(change, {}, [&](Index i) { return all_[i].version; });
    return out;
}

}  // namespace

std::vector<Change> find_changes(const Graph& graph, const std::vector<Series>& all) {
    return Finder(graph, all).run();
}

}  // namespace patchseek::relate
