// SPDX-License-Identifier: GPL-2.0-or-later
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

bool far(const Item& a, const Item& b) { return a.dated && b.dated && std::abs(a.date - b.date) > kNear; }

/// Parts that are known to be of one posting.
struct Piece {
    std::vector<Number> members;
    std::set<std::uint32_t> parts;
    std::set<Hash> stems;    ///< of ids
    std::set<Hash> anchors;  ///< messages that parts refer to, which are none of this posting
    std::int64_t first = 0, last = 0;
    bool dated = false;
    bool answers = false;  ///< refers to messages

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
        answers = answers || other.answers;
        other.members.clear();
    }
};

bool share(const std::set<Hash>& a, const std::set<Hash>& b) {
    return std::ranges::any_of(a, [&](Hash one) { return b.contains(one); });
}

class Finder {
public:
    Finder(const Graph& graph, const std::vector<Place>& places)
        : graph_(graph), places_(places), unions_(graph.facts().size()), anchors_(graph.facts().size()) {}
    std::vector<Series> run();

private:
    /// What the messages of a piece say together: the version of the cover, else of its parts.
    struct Said {
        std::uint32_t version, minor, total;
        bool resend;
        friend auto operator<=>(const Said&, const Said&) = default;  // NOLINT(modernize-use-nullptr)
    };
    Said said(const Piece& piece) const;

    bool is_member(Number number) const { return graph_.posted(number) && places_[number].numbered; }
    bool alike(Number one, Number other) const;
    void refer(Number number);
    std::vector<Piece> pieces();
    void join_near(std::vector<Piece>& group) const;
    void join_one_run(std::vector<Piece>& group) const;
    void join_in_time(std::vector<Piece>& group) const;
    void join_shortlogs(std::vector<Piece>& all) const;
    bool may_follow(const Piece& cover, const Piece& parts) const;
    void join_lone_covers(std::vector<Piece>& all) const;
    Series series_of(const Piece& piece) const;

    const Graph& graph_;
    const std::vector<Place>& places_;
    Unions unions_;
    std::vector<Hash> anchors_;
    std::set<std::pair<Number, std::uint32_t>> taken_;  ///< parts that are joined with a message
};

bool Finder::alike(Number one, Number other) const {
    const Item &a = graph_[one], &b = graph_[other];
    const Place &here = places_[one], &there = places_[other];
    return here.numbered && there.numbered && version_of(a) == version_of(b) && a.minor == b.minor &&
           here.total == there.total && a.resend == b.resend && !far(a, b);
}

// Joins a part with the one it refers to, or remembers what it refers to otherwise.
void Finder::refer(Number number) {
    const Place& place = places_[number];
    if (place.cover != kNobody) {
        taken_.emplace(place.cover, place.part);
        return unions_.unite(place.cover, number);
    }
    bool passed = false;  // what is not there
    graph_.each_reference(number, [&](Hash id, Number other) {
        if (other == number) return true;
        if (other != kNobody && !graph_.posted(other)) return true;
        if (anchors_[number] == 0) anchors_[number] = id;
        if (other == kNobody) return passed = true;
        const Place& its = places_[other];
        if (!alike(number, other) || its.part == place.part) return false;
        // A cover starts something; whether it belongs below an earlier part, others tell.
        if (place.part == 0) return false;
        // Somebody else's alternative, in reply to what it would replace, is not part of
        // that, nor is what was posted again below a cover that is not there.
        const bool doubtful = passed || !same_sender(graph_[number], graph_[other]);
        if (!taken_.emplace(other, place.part).second && doubtful) return false;
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
        if (!is_member(number)) continue;
        Number& head = first[unions_.root(number)];
        if (head == kNobody) head = graph_.rank(number);
        Piece one;
        one.members = {number};
        one.parts = {places_[number].part};
        if (item.stem != 0) one.stems = {item.stem};
        if (anchors_[number] != 0) one.anchors = {anchors_[number]};
        one.answers = item.references > 0;
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
            if (earlier.dated && group[i].dated && group[i].first - earlier.last > kNear) continue;
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

Finder::Said Finder::said(const Piece& piece) const {
    const auto is_cover = [&](Number member) { return places_[member].part == 0; };
    const auto found = std::ranges::find_if(piece.members, is_cover);
    const Number head = found == piece.members.end() ? piece.members.front() : *found;
    const auto says = [&](Number member) { return graph_[member].version != 0; };
    const auto first = std::ranges::find_if(piece.members, says);
    // A part that counts its own versions says nothing of the others.
    const auto saying = static_cast<std::size_t>(std::ranges::count_if(piece.members, says));
    const bool most = 2 * saying >= piece.members.size();
    const Item& item = graph_[says(head) || !most ? head : *first];
    const auto resent = [&](Number member) { return graph_[member].resend; };
    return {version_of(item), item.minor, places_[head].total, std::ranges::any_of(piece.members, resent)};
}

void Finder::join_shortlogs(std::vector<Piece>& all) const {
    using Listed = std::tuple<std::uint32_t, std::uint32_t, Hash>;
    const auto listed = [&](const Piece& piece, Hash title) {
        const Said what = said(piece);
        return Listed(what.version, what.total, title);
    };
    std::map<Listed, std::vector<std::size_t>> covers;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Number member : all[i].members)
            for (const Hash title : graph_.facts().shortlog(member)) covers[listed(all[i], title)].push_back(i);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].members.empty() || all[i].has_cover()) continue;
        const Item& part = graph_[all[i].members.front()];
        const auto found = covers.find(listed(all[i], part.title));
        if (found == covers.end()) continue;
        Piece* best = nullptr;
        const auto gap = [&](const Piece& one) {
            return one.dated && all[i].dated ? std::abs(one.first - all[i].first) : 0;
        };
        for (const std::size_t j : found->second) {
            Piece& cover = all[j];
            if (cover.members.empty() || !cover.fits(all[i]) || gap(cover) > kNear) continue;
            if (!part.headerless && !same_sender(graph_[cover.members.front()], part)) continue;
            if (!best || gap(cover) < gap(*best)) best = &cover;
        }
        if (best) best->take(std::move(all[i]));
    }
    drop_taken(all);
}

// Whether parts that answer nothing may be those of a cover just before that nothing answers.
bool Finder::may_follow(const Piece& cover, const Piece& parts) const {
    if (parts.has_cover() || !parts.dated || parts.first < cover.first || parts.first - cover.first > kWindow)
        return false;
    const Item &head = graph_[cover.members.front()], &part = graph_[parts.members.front()];
    if (share(cover.stems, parts.stems))
        return head.version == 0 || part.version == 0 || said(cover).version == said(parts).version;
    return !parts.answers && (head.version == 0 || part.version == 0) && said(cover).total == said(parts).total &&
           head.tags == part.tags;
}

void Finder::join_lone_covers(std::vector<Piece>& all) const {
    std::map<Hash, std::vector<std::size_t>> by_sender;
    for (std::size_t i = 0; i < all.size(); ++i) by_sender[graph_[all[i].members.front()].sender].push_back(i);
    for (std::size_t i = 0; i < all.size(); ++i) {
        Piece& cover = all[i];
        if (cover.members.size() != 1 || !cover.has_cover() || !cover.dated) continue;
        const auto& places = by_sender[graph_[cover.members.front()].sender];
        Piece* only = nullptr;
        std::size_t several = 0;
        const auto at = std::ranges::lower_bound(places, i);
        for (auto next = at; next != places.end() && next - at < static_cast<std::ptrdiff_t>(kLookBack); ++next) {
            if (all[*next].members.empty() || !may_follow(cover, all[*next])) continue;
            only = &all[*next];
            ++several;
        }
        if (several == 1) cover.take(std::move(*only));
    }
    drop_taken(all);
}

Series Finder::series_of(const Piece& piece) const {
    Series out;
    out.members = piece.members;
    std::ranges::sort(out.members, {},
                      [&](Number number) { return std::pair(places_[number].part, graph_.rank(number)); });
    const Said what = said(piece);
    out.version = what.version;
    out.minor = what.minor;
    out.resend = what.resend;
    const Number head = out.members.front();
    out.rfc = graph_[head].rfc;
    // A request to pull that nothing answers heads nothing.
    out.numbered = places_[head].numbered && (graph_[head].numbered || out.members.size() > 1);
    out.parts = 1;
    if (!out.numbered) return out;
    out.cover = places_[head].part == 0;
    out.total = what.total;
    std::set<std::uint32_t> parts;
    for (const Number member : out.members) parts.insert(places_[member].part);
    out.parts = static_cast<std::uint32_t>(
        std::ranges::count_if(parts, [&](std::uint32_t part) { return part > 0 && part <= out.total; }));
    return out;
}

std::vector<Series> Finder::run() {
    for (const Number number : graph_.in_order())
        if (is_member(number)) refer(number);
    using Class = std::tuple<Hash, Said>;
    std::map<Class, std::vector<Piece>> groups;
    std::vector<Piece> all;
    for (Piece& piece : pieces()) {
        const Said what = said(piece);
        if (piece.parts.size() <= what.total)  // not yet a cover and all parts
            groups[{graph_[piece.members.front()].sender, what}].push_back(std::move(piece));
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
    join_lone_covers(all);
    std::vector<Series> out;
    out.reserve(all.size());
    for (const Piece& piece : all) out.push_back(series_of(piece));
    const auto rank = [&](const Series& one) { return graph_.rank(one.name()); };
    std::ranges::sort(out, {}, rank);
    const auto several = static_cast<std::ptrdiff_t>(out.size());
    Piece one;
    for (const Number number : graph_.in_order()) {
        if (!graph_.posted(number) || places_[number].numbered) continue;
        one.members = {number};
        out.push_back(series_of(one));
    }
    std::ranges::inplace_merge(out, out.begin() + several, {}, rank);
    return out;
}

}  // namespace

std::vector<Series> find_series(const Graph& graph, const std::vector<Place>& places) {
    return Finder(graph, places).run();
}

}  // namespace patchseek::relate
