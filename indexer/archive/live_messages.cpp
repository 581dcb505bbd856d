// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "content.hpp"
#include "git_inbox.hpp"
#include "mbox.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"

namespace patchseek::archive {
namespace {

constexpr std::uint64_t kMaxCompared = std::uint64_t{64} << 20;

}  // namespace

Key message_identity(std::string_view message) {
    std::string id;
    std::string_view body;
    for (std::size_t pos = 0; pos < message.size();) {
        const auto end = std::min(message.find('\n', pos), message.size() - 1) + 1;
        const auto line = message.substr(pos, end - pos);
        pos = end;
        body = message.substr(pos);
        if (trim(line).empty()) break;
        if (!id.empty() || !is_field(line, "message-id")) continue;
        id = trim(line.substr(line.find(':') + 1));
        // Folded behind the name.
        if (id.empty()) id = trim(body.substr(0, body.find('\n')));
    }
    return id.empty() ? 0 : key_of(id + '\n' + std::string(trim(body)));
}

LiveMessages::LiveMessages(const std::vector<GitRepository>& epochs, std::vector<std::uint64_t> known)
    : epochs_(epochs), known_(std::move(known)) {}

void LiveMessages::added(const GitMessage& message) {
    const std::uint64_t key = prefix(message.id);
    gone_.erase(key);
    // The same blob again is the same message.
    if (index_of_.contains(key)) return;
    index_of_[key] = came_.size();
    came_.emplace_back(message);
}

void LiveMessages::removed(const GitMessage& message) {
    const std::uint64_t key = prefix(message.id);
    const auto index = index_of_.find(key);
    const bool known = std::ranges::binary_search(known_, key) && !gone_.contains(key);
    if (known) gone_.insert(key);
    if (index != index_of_.end()) {
        came_[index->second].reset();
        index_of_.erase(index);
    } else if (!known) {
        unmatched_.push_back({message, came_.size()});
    }
}

Key LiveMessages::identity(const GitMessage& message) const {
    const auto blob = epochs_[message.repository].blob(message.id, {kMaxCompared, kMaxCompared, false});
    return blob ? message_identity(blob->bytes) : 0;
}

std::optional<GitMessage> LiveMessages::find(std::uint64_t key) const {
    for (std::uint32_t epoch = 0; epoch < epochs_.size(); ++epoch)
        if (const auto id = epochs_[epoch].find(key)) return GitMessage{*id, epoch};
    return std::nullopt;
}

void LiveMessages::finish() {
    // Each identity with the indices before which its messages had come, so that one look at each message is enough.
    std::unordered_map<Key, std::vector<std::size_t>> wanted;
    for (const Removal& removal : unmatched_)
        if (const Key key = identity(removal.message); key != 0) wanted[key].push_back(removal.before);
    if (wanted.empty()) return;
    const auto is_wanted = [&](const GitMessage& message, std::size_t index) {
        const auto found = wanted.find(identity(message));
        if (found == wanted.end() || found->second.empty() || found->second.back() < index) return false;
        found->second.pop_back();
        return true;
    };
    for (const std::uint64_t key : known_) {
        const auto message = gone_.contains(key) ? std::nullopt : find(key);
        if (message && is_wanted(*message, 0)) gone_.insert(key);
    }
    for (std::size_t i = 0; i < came_.size(); ++i) {
        if (!came_[i] || !is_wanted(*came_[i], i + 1)) continue;
        gone_.insert(prefix(came_[i]->id));
        came_[i].reset();
    }
}

std::vector<GitMessage> LiveMessages::fresh() const {
    std::vector<GitMessage> out;
    for (const auto& message : came_)
        if (message && !std::ranges::binary_search(known_, prefix(message->id))) out.push_back(*message);
    return out;
}

std::vector<std::uint64_t> LiveMessages::kept() const {
    std::vector<std::uint64_t> out;
    for (const std::uint64_t key : known_)
        if (!gone_.contains(key)) out.push_back(key);
    return out;
}

}  // namespace patchseek::archive
