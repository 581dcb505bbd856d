// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "document_set.hpp"
#include "patchseek/store/positions.hpp"

/// Where words stand, for what asks whether they stand near each other.
namespace patchseek::reader {

/// The positions of the shards of an index; a file is opened when it is first asked for. Serves one thread.
class ShardPositions {
public:
    /// `far`: each read takes a round trip.
    explicit ShardPositions(bool far) : far_(far) {}
    ShardPositions() = default;
    /// `uuid` is the shard's Xapian UUID.
    void add(const std::string& uuid, const std::filesystem::path& folder) { shards_[uuid] = {folder, {}}; }
    /// The list of a term; of none for a shard that is not known. Throws a Failure.
    store::PositionList find(const std::string& uuid, const std::string& term);
    /// Where each read takes a round trip, reads ahead what find() and the beginnings of lists need, of all shards and
    /// terms at once.
    void read_ahead(const std::vector<std::string>& terms);
    /// From now on phrases are looked for in these documents alone; null: in all.
    void look_at(std::shared_ptr<const DocumentSet> some) { some_ = std::move(some); }
    /// Those of a shard; null: all.
    std::shared_ptr<const std::vector<std::uint32_t>> looked_at(const std::string& uuid) const {
        return of_shard(some_, uuid);
    }

private:
    struct Shard {
        std::filesystem::path folder;
        std::optional<store::Positions> positions;
    };

    std::map<std::string, Shard> shards_;
    std::shared_ptr<const DocumentSet> some_;
    bool far_ = false;
};

/// The documents that all of some lists have.
class CommonDocuments {
public:
    CommonDocuments() = default;
    explicit CommonDocuments(std::vector<store::PositionList> lists);
    /// At most so many.
    std::uint32_t most() const { return most_; }
    /// Goes on to the first from `id` on, 0 if there is none; all lists stand on it then. Throws a Failure.
    std::uint32_t seek(std::uint32_t id);
    /// Whether all lists have it; asked in ascending order, and not together with seek(). All stand on it then. Throws
    /// a Failure.
    bool has(std::uint32_t id);
    /// Of each list, in their order, its positions in the document stood on. Throws a Failure.
    const std::vector<std::span<const std::uint32_t>>& positions();

private:
    std::vector<store::PositionList> lists_;
    std::vector<std::size_t> by_size_;  ///< the shortest first
    std::vector<std::span<const std::uint32_t>> positions_;
    std::uint32_t most_ = 0;
};

/// The documents of a shard that have all signed words of some numbers (schema/terms.hpp), or may have them.
class SignedDocuments {
public:
    /// `uuid` is the shard's. Throws a Failure.
    SignedDocuments(ShardPositions& positions, const std::string& uuid, std::vector<std::uint32_t> numbers);
    /// At most so many.
    std::uint32_t most() const { return sure_.most() + unsure_.most(); }
    /// Goes on to the first from `id` on, 0 if there is none. Throws a Failure.
    std::uint32_t seek(std::uint32_t id);

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    bool has_all_here();
    std::uint32_t next_sure(std::uint32_t id);

    std::vector<std::uint32_t> numbers_;
    CommonDocuments sure_, unsure_;
    std::uint32_t next_sure_ = 0, next_unsure_ = 0;  ///< kNone: none is left
};

/// Where some words stand, of each its positions, ascending.
using Places = std::span<const std::span<const std::uint32_t>>;

/// Whether the words stand one after another, the last less than `window` behind the first.
bool in_order(Places words, std::size_t window);
/// Whether they stand so in any order.
bool are_near(Places words, std::size_t window);

}  // namespace patchseek::reader
