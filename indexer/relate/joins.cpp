// SPDX-License-Identifier: GPL-2.0-or-later
#include "joins.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace patchseek::relate {
namespace {

using Number = Facts::Number;
using store::JoinWay;
using Table = std::vector<std::pair<Hash, Number>>;  ///< sorted

constexpr std::uint16_t kCertain = 100, kSameDiff = 99, kOnlyTitle = 95, kAltered = 85, kUnproven = 75;

template <class Visit>
void each(const Table& table, Hash hash, const Visit& visit) {
    if (hash == 0) return;
    for (auto it = std::ranges::lower_bound(table, std::pair(hash, Number{0})); it != table.end() && it->first == hash;
         ++it)
        visit(it->second);
}

/// A patch by somebody.
struct Work {
    Hash person;
    std::int64_t date;
    Hash content;
    Number message;
    friend auto operator<=>(const Work&, const Work&) = default;  // NOLINT(modernize-use-nullptr)
};

using Messages = std::vector<Number>;

}  // namespace

struct CommitJoiner::Impl {
    const Facts& facts;
    const std::vector<store::Relation>& relations;
    Table by_id, by_title, by_patch;
    std::vector<Work> by_person;

    Impl(const Facts& all, const std::vector<store::Relation>& related) : facts(all), relations(related) {
        for (Number number = 0; number < facts.size(); ++number) add(number);
        for (Table* table : {&by_id, &by_title, &by_patch}) std::ranges::sort(*table);
        std::ranges::sort(by_person);
    }

    bool is_patch(Number number) const {
        const auto& item = facts[number];
        return item.posted() && item.kind == store::MessageKind::patch;
    }

    void add(Number number) {
        const auto& item = facts[number];
        if (item.patch != 0) by_patch.emplace_back(item.patch, number);
        if (!item.posted()) return;
        for (const Hash id : facts.ids(number)) by_id.emplace_back(id, number);
        if (!is_patch(number)) return;
        by_title.emplace_back(item.title, number);
        const auto people = facts.people(number);
        std::set<Hash> persons(people.begin(), people.end());
        persons.erase(0);
        for (const Hash person : persons) by_person.push_back({person, item.date, item.content, number});
    }

    bool wrote(Number message, const CommitKeys& commit) const {
        const auto is = [people = facts.people(message)](Hash hash) {
            return hash != 0 && std::ranges::find(people, hash) != people.end();
        };
        return is(commit.author) || is(commit.address);
    }

    bool in_window(Number message, const CommitKeys& commit) const {
        const auto date = facts[message].date;
        return date >= commit.committed - kWindow && date <= commit.committed + kAfter;
    }

    // The newest before the commit, else the oldest behind it.
    Number newest_before(const Messages& some, const CommitKeys& commit) const {
        return std::ranges::max(some, {}, [&](Number message) {
            const auto& item = facts[message];
            const bool before = item.date <= commit.committed;
            return std::tuple(before, before ? item.date : -item.date, item.content);
        });
    }

    std::size_t paths_in_common(Number message, const CommitKeys& commit) const {
        const auto paths = facts.paths(message);
        return static_cast<std::size_t>(
            std::ranges::count_if(paths, [&](Hash path) { return std::ranges::binary_search(commit.paths, path); }));
    }
    bool has_half_of_paths(Number message, const CommitKeys& commit) const {
        const auto most = std::max(facts.paths(message).size(), std::min(commit.paths.size(), kMostPaths));
        return most > 0 && 2 * paths_in_common(message, commit) >= most;
    }

    Messages named(const CommitKeys& commit) const {
        Messages out;
        for (const Hash id : commit.messages) each(by_id, id, [&](Number message) { out.push_back(message); });
        return out;
    }
    Messages titled(const CommitKeys& commit) const {
        Messages out;
        each(by_title, commit.title, [&](Number message) {
            if (wrote(message, commit) && in_window(message, commit)) out.push_back(message);
        });
        return out;
    }
    // Those that are patches, without the copies of one message.
    bool is_one(const Messages& some) const {
        return !some.empty() && std::ranges::all_of(some, [&](Number message) {
            return std::ranges::equal(facts.ids(message), facts.ids(some.front()));
        });
    }

    // The parts of series that are named by their covers, with the title of the commit.
    Messages parts_of_named(const CommitKeys& commit, const Messages& covers) const {
        Messages out;
        each(by_title, commit.title, [&](Number message) {
            const auto series = relations[message].series;
            if (series != 0 &&
                std::ranges::any_of(covers, [&](Number cover) { return relations[cover].series == series; }))
                out.push_back(message);
        });
        return out;
    }

    std::optional<CommitJoin> by_name(std::uint32_t number, const CommitKeys& commit, const Messages& some) const {
        Messages same, covers;
        for (const Number message : some) {
            if (!is_patch(message)) covers.push_back(message);
            if (is_patch(message) && facts[message].title == commit.title) same.push_back(message);
        }
        if (same.empty()) same = parts_of_named(commit, covers);
        if (!same.empty()) return CommitJoin{{number, newest_before(same, commit)}, JoinWay::link, kCertain};
        if (!commit.merge || covers.empty()) return std::nullopt;
        return CommitJoin{{number, newest_before(covers, commit)}, JoinWay::link, kCertain};
    }

    bool has_work(const CommitKeys& commit) const {
        return std::ranges::any_of(std::array{commit.author, commit.address}, [&](Hash person) {
            const Work wanted{person, commit.committed - kWindow, 0, 0};
            const auto it = std::ranges::lower_bound(by_person, wanted);
            return person != 0 && it != by_person.end() && it->person == person && in_window(it->message, commit);
        });
    }

    struct Cheap {
        std::optional<CommitJoin> join;
        bool in_doubt = false;
    };
    Cheap cheap(std::uint32_t number, const CommitKeys& commit) const {
        const auto some = named(commit);
        if (auto join = by_name(number, commit, some)) return {join, false};
        if (commit.merge) return {};
        const auto same = titled(commit);
        if (some.empty() && is_one(same))
            return {CommitJoin{{number, newest_before(same, commit)}, JoinWay::subject, kOnlyTitle}, false};
        return {std::nullopt, !some.empty() || !same.empty() || has_work(commit)};
    }

    Messages of_patch(const CommitKeys& commit, bool posted) const {
        Messages out;
        each(by_patch, commit.patch, [&](Number message) {
            if (is_patch(message) == posted) out.push_back(message);
        });
        return out;
    }

    // Of a commit in doubt.
    std::optional<CommitJoin> by_diff(std::uint32_t number, const CommitKeys& commit) const {
        Messages some = named(commit);
        std::erase_if(some, [&](Number message) { return !is_patch(message); });
        const auto joined = [&](const Messages& messages, JoinWay way, std::uint16_t sure) {
            return CommitJoin{{number, newest_before(messages, commit)}, way, sure};
        };
        if (commit.has_diff) {
            for (const bool posted : {true, false}) {
                const auto same = of_patch(commit, posted);
                Messages both;
                std::ranges::copy_if(same, std::back_inserter(both),
                                     [&](Number message) { return std::ranges::find(some, message) != some.end(); });
                if (!both.empty()) return joined(both, JoinWay::link, kCertain);
                if (!same.empty()) return joined(same, JoinWay::patch_id, posted ? kSameDiff : kAltered);
            }
        }
        std::erase_if(some, [&](Number message) {
            return !wrote(message, commit) || (commit.has_diff && !has_half_of_paths(message, commit));
        });
        if (!some.empty()) return joined(some, JoinWay::link, commit.has_diff ? kAltered : kUnproven);
        const auto same = titled(commit);
        if (!same.empty()) return joined(same, JoinWay::subject, commit.has_diff ? kAltered : kUnproven);
        return std::nullopt;
    }

    // What is cheap, what diffs tell, and who is left.
    struct Known {
        std::vector<CommitJoin> joins;
        std::vector<std::uint32_t> left;
    };
    Known known(const std::vector<CommitKeys>& commits) const {
        Known out;
        for (std::uint32_t i = 0; i < commits.size(); ++i) {
            auto [join, in_doubt] = cheap(i, commits[i]);
            if (in_doubt) join = by_diff(i, commits[i]);
            if (join)
                out.joins.push_back(*join);
            else if (in_doubt && commits[i].has_diff)
                out.left.push_back(i);
        }
        return out;
    }

    std::vector<Pairing> pairings(const std::vector<CommitKeys>& commits, const Known& known) const {
        std::set<Hash> taken;
        for (const CommitJoin& join : known.joins) taken.insert(facts[join.pair.message].title);
        std::vector<Pairing> out;
        for (const std::uint32_t i : known.left) add_pairings(i, commits[i], taken, out);
        std::ranges::sort(out);
        return out;
    }

    void add_pairings(std::uint32_t number, const CommitKeys& commit, const std::set<Hash>& taken,
                      std::vector<Pairing>& out) const {
        std::set<Work> near;
        for (const Hash person : {commit.author, commit.address}) {
            const Work first{person, commit.committed - kWindow, 0, 0},
                last{person, commit.committed + kAfter, ~Hash{0}, 0};
            if (person == 0) continue;
            for (auto it = std::ranges::lower_bound(by_person, first); it != by_person.end() && *it < last; ++it)
                if (!taken.contains(facts[it->message].title) && has_half_of_paths(it->message, commit))
                    near.insert({0, it->date, it->content, it->message});
        }
        std::size_t count = 0;
        for (auto it = near.rbegin(); it != near.rend() && count < kMostCompared; ++it, ++count)
            out.push_back({number, it->message});
    }
};

CommitJoiner::CommitJoiner(const Facts& facts, const std::vector<store::Relation>& relations)
    : impl_(std::make_unique<Impl>(facts, relations)) {}
CommitJoiner::~CommitJoiner() = default;

std::vector<std::uint32_t> CommitJoiner::diffs_wanted(const std::vector<CommitKeys>& commits) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < commits.size(); ++i)
        if (impl_->cheap(i, commits[i]).in_doubt) out.push_back(i);
    return out;
}

std::vector<Pairing> CommitJoiner::likenesses_wanted(const std::vector<CommitKeys>& commits) const {
    return impl_->pairings(commits, impl_->known(commits));
}

std::vector<CommitJoin> CommitJoiner::joins(const std::vector<CommitKeys>& commits,
                                            const std::function<std::uint32_t(const Pairing&)>& likeness) const {
    auto known = impl_->known(commits);
    std::vector<CommitJoin> near;
    for (const Pairing& pair : impl_->pairings(commits, known))
        if (const auto percent = likeness(pair); percent >= kLeastLike)
            near.push_back({pair, JoinWay::nearest, static_cast<std::uint16_t>(std::min(percent, 95U))});
    const auto& facts = impl_->facts;
    std::ranges::sort(near, std::greater<>(), [&](const CommitJoin& join) {
        const auto& item = facts[join.pair.message];
        return std::tuple(join.sure, item.date, item.content, join.pair.commit);
    });
    std::set<std::uint32_t> commits_done;
    std::set<Number> messages_done;
    for (const CommitJoin& join : near) {
        if (commits_done.contains(join.pair.commit) || messages_done.contains(join.pair.message)) continue;
        commits_done.insert(join.pair.commit);
        messages_done.insert(join.pair.message);
        known.joins.push_back(join);
    }
    std::ranges::sort(known.joins, {}, &CommitJoin::pair);
    return std::move(known.joins);
}

}  // namespace patchseek::relate
