// SPDX-License-Identifier: GPL-2.0-or-later
#include "message_groups.hpp"

#include <algorithm>

namespace patchseek::reader {

MessageGroups::MessageGroups(std::optional<store::Relations> file, const std::vector<std::string>& uuids)
    : file_(std::move(file)), parts_(uuids.size()) {
    if (!file_) return;
    for (std::size_t shard = 0; shard < uuids.size(); ++shard) {
        const auto known = std::ranges::find(file_->parts(), uuids[shard], &store::Relations::Part::shard);
        if (known != file_->parts().end()) parts_[shard] = *known;
    }
}

std::span<const store::Relation> MessageGroups::rows() const {
    return file_ ? file_->rows() : std::span<const store::Relation>();
}

std::uint32_t MessageGroups::row(std::size_t shard, std::uint32_t document) const {
    const store::Relations::Part& part = parts_[shard];
    return document == 0 || document > part.last ? 0 : part.first + document;
}

const store::Relation& MessageGroups::at(std::uint32_t row) const {
    static constexpr store::Relation kNone;
    return row < rows().size() ? rows()[row] : kNone;
}

std::optional<MessageGroups::Document> MessageGroups::document(std::uint32_t row) const {
    for (std::size_t shard = 0; shard < parts_.size(); ++shard) {
        const store::Relations::Part& part = parts_[shard];
        if (row > part.first && row - part.first <= part.last) return Document{shard, row - part.first};
    }
    return std::nullopt;
}

std::span<const store::Credit> MessageGroups::credits() const {
    return file_ ? file_->credits() : std::span<const store::Credit>();
}

std::vector<store::Credit> MessageGroups::credits_of(std::span<const std::uint32_t> patches) const {
    std::vector<store::Credit> out;
    const auto count = rows().size();
    const auto all = credits();
    for (const std::uint32_t row : patches) {
        auto at = std::ranges::lower_bound(all, row, {}, &store::Credit::patch);
        for (; at != all.end() && at->patch == row; ++at)
            if (row < count && at->reply < count) out.push_back(*at);
    }
    return out;
}

std::span<const store::Join> MessageGroups::joins() const {
    return file_ ? file_->joins() : std::span<const store::Join>();
}

std::span<const store::Join> MessageGroups::joins(std::uint32_t row) const {
    const auto all = joins();
    return {std::ranges::lower_bound(all, row, {}, &store::Join::row),
            std::ranges::upper_bound(all, row, {}, &store::Join::row)};
}

std::span<const store::Taken> MessageGroups::taken() const {
    return file_ ? file_->taken() : std::span<const store::Taken>();
}

std::span<const store::Taken> MessageGroups::taken(std::uint32_t row) const {
    const auto all = taken();
    return {std::ranges::lower_bound(all, row, {}, &store::Taken::patch),
            std::ranges::upper_bound(all, row, {}, &store::Taken::patch)};
}

std::string MessageGroups::tree(const store::Taken& taken) const {
    return file_ && taken.tree < file_->trees().size() ? file_->trees()[taken.tree] : std::string();
}

std::vector<std::string> MessageGroups::repositories() const {
    return file_ ? file_->repositories() : std::vector<std::string>();
}

std::span<const store::Placement> MessageGroups::placements() const {
    return file_ ? file_->placements() : std::span<const store::Placement>();
}

const store::Placement* MessageGroups::placement(std::uint32_t row) const {
    const auto all = placements();
    const auto found = std::ranges::lower_bound(all, row, {}, &store::Placement::row);
    return found != all.end() && found->row == row ? &*found : nullptr;
}

std::span<const store::ResolvedPath> MessageGroups::paths() {
    if (!paths_) paths_ = file_ ? file_->paths() : std::vector<store::ResolvedPath>();
    return *paths_;
}

std::span<const store::ResolvedPath> MessageGroups::paths(std::uint32_t row) {
    const auto all = paths();
    const auto first = std::ranges::lower_bound(all, row, {}, &store::ResolvedPath::row);
    const auto last = std::ranges::upper_bound(first, all.end(), row, {}, &store::ResolvedPath::row);
    return {first, last};
}

}  // namespace patchseek::reader
