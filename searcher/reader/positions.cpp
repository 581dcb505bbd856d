// SPDX-License-Identifier: GPL-2.0-or-later
#include "positions.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "database.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::reader {
namespace {

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw Failure{result.error()};
    return std::move(*result);
}

}  // namespace

store::PositionList ShardPositions::find(const std::string& uuid, const std::string& term) {
    const auto it = shards_.find(uuid);
    if (it == shards_.end()) return {};
    auto& positions = it->second.positions;
    if (!positions) positions = value_or_throw(store::Positions::open(it->second.folder, far_));
    return value_or_throw(positions->find(term));
}

void ShardPositions::read_ahead(const std::vector<std::string>& terms) {
    if (!far_ || terms.empty()) return;
    std::vector<Shard*> shards;
    for (auto& [uuid, shard] : shards_) shards.push_back(&shard);
    at_once(shards.size(), [&](std::size_t i) {
        if (shards[i]->positions) return;
        if (auto opened = store::Positions::open(shards[i]->folder, far_)) shards[i]->positions = std::move(*opened);
    });
    at_once(shards.size() * terms.size(), [&](std::size_t i) {
        const auto& positions = shards[i % shards.size()]->positions;
        if (positions) [[maybe_unused]]
            const auto some = positions->find(terms[i / shards.size()]);
    });
}

CommonDocuments::CommonDocuments(std::vector<store::PositionList> lists)
    : lists_(std::move(lists)), by_size_(lists_.size()), positions_(lists_.size()) {
    std::iota(by_size_.begin(), by_size_.end(), std::size_t{0});
    std::ranges::stable_sort(by_size_, {}, [&](std::size_t i) { return lists_[i].documents(); });
    most_ = lists_.empty() ? 0 : lists_[by_size_.front()].documents();
}

std::uint32_t CommonDocuments::seek(std::uint32_t id) {
    if (most_ == 0) return 0;
    for (std::size_t agree = 0; agree < by_size_.size();) {
        store::PositionList& list = lists_[by_size_[agree]];
        if (!value_or_throw(list.seek(id))) return 0;
        agree = list.document() == id || agree == 0 ? agree + 1 : 0;
        id = list.document();
    }
    return id;
}

bool CommonDocuments::has(std::uint32_t id) {
    return most_ > 0 && std::ranges::all_of(by_size_, [&](std::size_t i) {
               return value_or_throw(lists_[i].seek(id)) && lists_[i].document() == id;
           });
}

const std::vector<std::span<const std::uint32_t>>& CommonDocuments::positions() {
    for (std::size_t i = 0; i < lists_.size(); ++i) positions_[i] = value_or_throw(lists_[i].positions());
    return positions_;
}

SignedDocuments::SignedDocuments(ShardPositions& positions, const std::string& uuid, std::vector<std::uint32_t> numbers)
    : numbers_(std::move(numbers)) {
    std::vector<store::PositionList> lists, unsure;
    for (const auto number : numbers_) lists.push_back(positions.find(uuid, schema::signed_list(number)));
    unsure.push_back(positions.find(uuid, schema::unsure_signed_list()));
    sure_ = CommonDocuments(std::move(lists));
    unsure_ = CommonDocuments(std::move(unsure));
}

bool SignedDocuments::has_all_here() {
    const auto& at = sure_.positions();
    for (std::size_t i = 0; i < numbers_.size(); ++i)
        if (!std::ranges::binary_search(at[i], schema::signed_position(numbers_[i]))) return false;
    return true;
}

std::uint32_t SignedDocuments::next_sure(std::uint32_t id) {
    for (id = sure_.seek(id); id != 0; id = sure_.seek(id + 1))
        if (has_all_here()) return id;
    return kNone;
}

std::uint32_t SignedDocuments::seek(std::uint32_t id) {
    if (next_sure_ < id) next_sure_ = next_sure(id);
    if (next_unsure_ < id) {
        const auto found = unsure_.seek(id);
        next_unsure_ = found == 0 ? kNone : found;
    }
    const auto next = std::min(next_sure_, next_unsure_);
    return next == kNone ? 0 : next;
}

// From each place of the first word on, the next of each: they all go on, and never back.
bool in_order(Places words, std::size_t window) {
    std::vector<std::size_t> on(words.size(), 0);
    for (const auto first : words.front()) {
        auto last = first;
        for (std::size_t i = 1; i < words.size(); ++i) {
            while (on[i] < words[i].size() && words[i][on[i]] <= last) ++on[i];
            if (on[i] == words[i].size()) return false;
            last = words[i][on[i]];
        }
        if (last - first < window) return true;
    }
    return false;
}

// The least stretch that has one of each: whichever is first moves on. What is asked for twice must stand twice.
bool are_near(Places words, std::size_t window) {
    std::vector<std::size_t> on(words.size(), 0);
    const auto at = [&](std::size_t i) { return words[i][on[i]]; };
    for (;;) {
        std::size_t first = 0;
        std::uint32_t most = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (std::size_t before = 0; on[i] < words[i].size() && before < i;)
                before = at(before) == at(i) ? (++on[i], 0) : before + 1;
            if (on[i] == words[i].size()) return false;
            if (at(i) < at(first)) first = i;
            most = std::max(most, at(i));
        }
        if (most - at(first) < window) return true;
        ++on[first];
    }
}

}  // namespace patchseek::reader
