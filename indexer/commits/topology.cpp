// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.hpp"

#include <algorithm>
#include <bit>
#include <queue>

namespace patchseek::commits {
namespace {

using store::Commit;
using store::CommitTag;

constexpr std::size_t kTagsAtOnce = 64;

template <class Visit>
void each_parent(const Commit& commit, const Visit& visit) {
    for (const std::uint32_t parent : commit.parents)
        if (parent != Commit::kElsewhere) visit(parent);
}

void add_tag(CommitTag& tag, std::uint32_t held) {
    if (!tag.holds.empty() && tag.holds.back().second == held)
        ++tag.holds.back().second;
    else
        tag.holds.emplace_back(held, held + 1);
}

}  // namespace

std::vector<std::uint32_t> parents_first(const std::vector<Commit>& commits) {
    const auto count = static_cast<std::uint32_t>(commits.size());
    std::vector<std::uint32_t> waits(count), begins(count + 1), children;
    for (const Commit& commit : commits) each_parent(commit, [&](std::uint32_t parent) { ++begins[parent + 1]; });
    for (std::uint32_t i = 0; i < count; ++i) begins[i + 1] += begins[i];
    children.resize(begins.back());
    auto ends = begins;
    for (std::uint32_t i = 0; i < count; ++i)
        each_parent(commits[i], [&](std::uint32_t parent) {
            children[ends[parent]++] = i;
            ++waits[i];
        });
    using Dated = std::pair<std::int64_t, std::uint32_t>;
    std::priority_queue<Dated, std::vector<Dated>, std::greater<>> free;
    for (std::uint32_t i = 0; i < count; ++i)
        if (waits[i] == 0) free.emplace(commits[i].committed, i);
    std::vector<std::uint32_t> out;
    out.reserve(count);
    for (; !free.empty();) {
        const auto next = free.top().second;
        free.pop();
        out.push_back(next);
        for (auto i = begins[next]; i < begins[next + 1]; ++i)
            if (--waits[children[i]] == 0) free.emplace(commits[children[i]].committed, children[i]);
    }
    for (std::uint32_t i = 0; i < count && out.size() < count; ++i)
        if (waits[i] != 0) out.push_back(i);
    return out;
}

std::vector<CommitTag> place_tags(std::vector<Commit>& commits,
                                  const std::vector<std::pair<std::string, std::uint32_t>>& tags) {
    const auto order = parents_first(commits);
    std::vector<std::uint32_t> places(commits.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) places[order[i]] = i;
    std::vector<CommitTag> out;
    for (const auto& [name, commit] : tags) out.push_back({name, commit, {}});
    std::ranges::sort(out, {},
                      [&](const CommitTag& tag) { return std::pair(places[tag.commit], std::string_view(tag.name)); });
    for (Commit& commit : commits) commit.tag = 0;
    std::vector<std::uint64_t> within(commits.size());
    for (std::size_t first = 0; first < out.size(); first += kTagsAtOnce) {
        const auto count = std::min(kTagsAtOnce, out.size() - first);
        std::ranges::fill(within, 0);
        for (std::size_t i = 0; i < count; ++i) within[out[first + i].commit] |= std::uint64_t{1} << i;
        for (auto it = order.rbegin(); it != order.rend(); ++it)
            each_parent(commits[*it], [&](std::uint32_t parent) { within[parent] |= within[*it]; });
        for (std::size_t i = 0; i < commits.size(); ++i)
            if (commits[i].tag == 0 && within[i] != 0)
                commits[i].tag =
                    static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(std::countr_zero(within[i])) + 1;
        for (std::uint32_t held = 0; held < out.size(); ++held)
            for (std::size_t i = 0; i < count; ++i)
                if (first + i != held && ((within[out[held].commit] >> i) & 1U) != 0) add_tag(out[first + i], held);
    }
    return out;
}

}  // namespace patchseek::commits
