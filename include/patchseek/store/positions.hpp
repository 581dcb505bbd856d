// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// Where the words of a shard stand: of each term that has positions its documents, and in each its positions. By
/// them phrases are found, NEAR and ADJ, paths of several names, and words that stand side by side rank higher.
///
/// Xapian keeps positions too, in an entry of a B-tree for each term of each document, which takes three times the room
/// and a search in the tree for each document that is looked at; so its documents have none, and these lists, one for
/// each term, are read from their beginning to their end. A file of them (store/position_writer.hpp) never changes.
namespace patchseek::store {

class PositionFile;
struct PositionPlace;

/// The documents of one term, ascending, with its positions in each. Reads a block of them at a time.
class PositionList {
public:
    static constexpr std::size_t kBlock = 128;  ///< documents

    PositionList();  ///< of a term that has none
    PositionList(PositionList&&) noexcept;
    PositionList& operator=(PositionList&&) noexcept;
    ~PositionList();

    /// How many documents there are in all.
    std::uint32_t documents() const noexcept;
    /// Goes on to the first document from `id` on; never back. False if there is none.
    Result<bool> seek(std::uint32_t id);
    /// The one stood on, after seek() was true.
    std::uint32_t document() const noexcept;
    /// Its positions there, ascending, at least one; valid until the next call of seek() or this.
    Result<std::span<const std::uint32_t>> positions();

private:
    friend class Positions;
    struct Impl;
    explicit PositionList(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The file of a shard. What is no such file, or damaged, is an Error, kind data, found where it is read.
class Positions {
public:
    /// `far`: each read takes a round trip, so more is read at once.
    static Result<Positions> open(const std::filesystem::path& shard, bool far = false);
    Positions(Positions&&) noexcept;
    Positions& operator=(Positions&&) noexcept;
    ~Positions();

    /// The largest document number of the shard.
    std::uint32_t last() const noexcept;
    /// Must not outlive this.
    Result<PositionList> find(std::string_view term) const;
    /// Calls `visit` with each term, ascending, and its list.
    Result<Done> all(const std::function<Result<Done>(std::string_view term, PositionList& list)>& visit) const;

private:
    Positions(std::unique_ptr<PositionFile> file, bool far);
    Result<PositionList> list_at(const PositionPlace& place, std::string bytes) const;
    std::unique_ptr<PositionFile> file_;
    std::uint64_t at_once_;
};

}  // namespace patchseek::store
