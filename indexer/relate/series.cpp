#include "series.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace patchseek::relate {
namespace {

using Item = Facts::Item;

/// Open series that are looked at for one more part, the latest first.
constexpr std::size_t kLookBack = 64;

bool alike(const Item& a, const Item& b) {
    return a.numbered && b.numbered && a.version == b.version && a.total == b.total && a.resend == b.resend;
}

/// Parts that are known to be of one posting.
struct Piece {
    std::vector<Number> members;
    std::set<std::uint32_t> parts;
    std::set<Hash> stems;    ///< of ids
    std::set<Hash> anchors;  ///< messages that parts refer to, which are none of this posting
    std::int64_t first = 0, last = 0;
    bool dated = false;

    bool fits(const Piece& other) const {
        return std::ranges::none_of(other.parts, [&](std::uint32_t part) { return parts.contains(part); });
    }
    /// Has several of one run: a mailer that is started for each part tells nothing.
    bool is_run() const { return !stems.empty() && stems.size() < members.size(); }
    bool has_cover() const { return parts.contains(0); }
    void take(Piece&& other) {
        members.insert(members.end(), other.members.begin(), other.members.end());
        parts.merge(other.parts);
        stems.merge(other.stems);
        anchors.merge(other.anchors);
        if (other.dated) {
            first = dated ? std::min(first, other.first) : other.first;
            last = dated ? std::max(last, other.last) : other.last;
            dated = true;
        }
        other.members.clear();
    }
};

bool share(const std::set<Hash>& a, const std::set<Hash>& b) {
    return std::ranges::any_of(a, [&](Hash one) { return b.contains(one); });
}

class Finder {
public:
    explicit Finder(const Graph& graph)
        : graph_(graph), unions_(graph.facts().size()), anchors_(graph.facts().size()) {}
    std::vector<Series> run();

private:
    void refer(Number number);
    std::vector<Piece> pieces();
    void join_near(std::vector<Piece>& group) const;
    void join_one_run(std::vector<Piece>& group) const;
    void join_in_time(std::vector<Piece>& group) const;
    void join_shortlogs(std::vector<Piece>& all) const;
    Series series_of(std::vector<Number> members) const;

    const Graph& graph_;
    Unions unions_;
    std::vector<Hash> anchors_;
    std::set<std::pair<Number, std::uint32_t>> taken_;  ///< parts that are joined with a message
};

// Joins a part with the one it refers to, or remembers what it refers to otherwise.
void Finder::refer(Number number) {
    const Item& item = graph_[number];
    bool passed = false;  // what is not there
    graph_.each_reference(number, [&](Hash id, Number other) {
        if (other == number) return true;
        if (other != kNobody && !graph_[other].posted()) return true;
        if (anchors_[number] == 0) anchors_[number] = id;
        if (other == kNobody) return passed = true;
        const Item& its = graph_[other];
        if (!alike(item, its) || its.part == item.part) return false;
        // A cover starts something; whether it belongs below an earlier part, others tell.
        if (item.part == 0) return false;
        // Somebody else's alternative, in reply to what it would replace, is not part of
        // that, nor is what was posted again below a cover that is not there.
        const bool doubtful = passed || item.sender != its.sender;
        if (!taken_.emplace(other, item.part).second && doubtful) return false;
        unions_.unite(other, number);
        anchors_[number] = 0;
        return false;
    });
}

std::vector<Piece> Finder::pieces() {
    std::map<Number, Piece> by_root;  // by rank: the order is part of the answer
    std::vector<Number> first(graph_.facts().size(), kNobody);
    for (const Number number : graph_.in_order()) {
        const Item& item = graph_[number];
        if (!item.posted() || !item.numbered) continue;
        Number& head = first[unions_.root(number)];
        if (head == kNobody) head = graph_.rank(number);
        Piece one;
        one.members = {number};
        one.parts = {item.part};
        if (item.stem != 0) one.stems = {item.stem};
        if (anchors_[number] != 0) one.anchors = {anchors_[number]};
        one.dated = item.dated;
        one.first = one.last = item.date;
        by_root[head].take(std::move(one));
    }
    std::vector<Piece> out;
    out.reserve(by_root.size());
    for (auto& [rank, piece] : by_root) out.push_back(std::move(piece));
    return out;
}

void drop_taken(std::vector<Piece>& pieces) {
    std::erase_if(pieces, [](const Piece& piece) { return piece.members.empty(); });
}

// Pieces whose ids come of one run of a mailer, or that answer the same message.
void Finder::join_one_run(std::vector<Piece>& group) const {
    for (std::size_t i = 1; i < group.size(); ++i) {
        std::size_t looked = 0;
        for (std::size_t j = i; j-- > 0 && looked < kLookBack; ++looked) {
            Piece& earlier = group[j];
            if (earlier.members.empty() || !earlier.fits(group[i])) continue;
            const bool answers = std::ranges::any_of(earlier.members, [&](Number member) {
                return std::ranges::any_of(graph_.facts().ids(member),
                                           [&](Hash id) { return group[i].anchors.contains(id); });
            });
            if (!answers && !share(earlier.stems, group[i].stems) && !share(earlier.anchors, group[i].anchors))
                continue;
            earlier.take(std::move(group[i]));
            break;
        }
    }
    drop_taken(group);
}

void Finder::join_in_time(std::vector<Piece>& group) const {
    for (std::size_t i = 1; i < group.size(); ++i) {
        const Piece& later = group[i];
        if (!later.dated) break;
        Piece* best = nullptr;
        std::size_t looked = 0;
        for (std::size_t j = i; j-- > 0 && looked < kLookBack; ++looked) {
            Piece& earlier = group[j];
            if (earlier.members.empty() || !earlier.fits(later)) continue;
            if (later.first - earlier.last > kWindow) continue;
            if (earlier.is_run() && later.is_run()) continue;
            if (graph_[earlier.members.front()].tags != graph_[later.members.front()].tags) continue;
            if (!best) best = &earlier;
            // Of two series that come at once, the one whose next part this is.
            if (*earlier.parts.rbegin() + 1 != *later.parts.begin()) continue;
            best = &earlier;
            break;
        }
        if (best) best->take(std::move(group[i]));
    }
    drop_taken(group);
}

void Finder::join_near(std::vector<Piece>& group) const {
    if (group.size() < 2) return;
    join_one_run(group);
    join_in_time(group);
}

void Finder::join_shortlogs(std::vector<Piece>& all) const {
    using Listed = std::tuple<std::uint32_t, std::uint32_t, Hash>;
    std::map<Listed, std::vector<std::size_t>> covers;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Number member : all[i].members)
            for (const Hash title : graph_.facts().shortlog(member))
                covers[{graph_[member].version, graph_[member].total, title}].push_back(i);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].members.empty() || all[i].has_cover()) continue;
        const Item& part = graph_[all[i].members.front()];
        const auto listed = covers.find({part.version, part.total, part.title});
        if (listed == covers.end()) continue;
        Piece* best = nullptr;
        for (const std::size_t j : listed->second) {
            Piece& cover = all[j];
            if (cover.members.empty() || !cover.fits(all[i])) continue;
            if (!part.headerless && graph_[cover.members.front()].sender != part.sender) continue;
            const auto gap = [&](const Piece& one) {
                return one.dated && all[i].dated ? std::abs(one.first - all[i].first) : 0;
            };
            if (!best || gap(cover) < gap(*best)) best = &cover;
        }
        if (best) best->take(std::move(all[i]));
    }
    drop_taken(all);
}

Series Finder::series_of(std::vector<Number> members) const {
    Series out;
    out.members = std::move(members);
    std::ranges::sort(out.members, {},
                      [&](Number number) { return std::pair(graph_[number].part, graph_.rank(number)); });
    const Item& head = graph_[out.members.front()];
    out.version = head.version;
    out.resend = head.resend;
    out.numbered = head.numbered;
    out.parts = 1;
    if (!head.numbered) return out;
    out.cover = head.part == 0;
    out.total = head.total;
    std::set<std::uint32_t> parts;
    for (const Number member : out.members) parts.insert(graph_[member].part);
    out.parts = static_cast<std::uint32_t>(
        std::ranges::count_if(parts, [&](std::uint32_t part) { return part > 0 && part <= out.total; }));
    return out;
}

std::vector<Series> Finder::run() {
    for (const Number number : graph_.in_order())
        if (graph_[number].posted() && graph_[number].numbered) refer(number);
    using Class = std::tuple<Hash, std::uint32_t, std::uint32_t, bool>;
    std::map<Class, std::vector<Piece>> groups;
    std::vector<Piece> all;
    for (Piece& piece : pieces()) {
        const Item& head = graph_[piece.members.front()];
        if (piece.parts.size() <= head.total)  // not yet a cover and all parts
            groups[{head.sender, head.version, head.total, head.resend}].push_back(std::move(piece));
        else
            all.push_back(std::move(piece));
    }
    for (auto& [key, group] : groups) {
        join_near(group);
        std::ranges::move(group, std::back_inserter(all));
    }
    std::ranges::sort(all, {}, [&](const Piece& piece) {
        Number first = kNobody;
        for (const Number member : piece.members) first = std::min(first, graph_.rank(member));
        return first;
    });
    join_shortlogs(all);
    std::vector<Series> out;
    out.reserve(all.size());
    for (Piece& piece : all) out.push_back(series_of(std::move(piece.members)));
    for (const Number number : graph_.in_order())
        if (graph_[number].posted() && !graph_[number].numbered) out.push_back(series_of({number}));
    std::ranges::sort(out, {}, [&](const Series& one) { return graph_.rank(one.name()); });
    return out;
}

}  // namespace

std::vector<Series> find_series(const Graph& graph) { return Finder(graph).run(); }

}  // namespace patchseek::relate
