// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "patchseek/store/relations.hpp"

namespace patchseek::reader {

/// How the messages of an open index belong together: what store::Relations says, by shard and
/// document. Messages that came after its file was written have no row, and so no thread and no series. A file that
/// is damaged gives wrong ones, never a row that is not there. Serves one thread; views live as long as this does.
class MessageGroups {
public:
    /// `uuids` of the shards, in their order. Without a file there are no groups at all.
    MessageGroups(std::optional<store::Relations> file, const std::vector<std::string>& uuids);

    /// Whether there is a file.
    bool known() const { return file_.has_value(); }
    /// The rows of a shard; of one that the file does not know, none.
    const store::Relations::Part& part(std::size_t shard) const { return parts_[shard]; }

    std::span<const store::Relation> rows() const;
    /// The row of a document; 0 if there is none.
    std::uint32_t row(std::size_t shard, std::uint32_t document) const;
    /// What a row says; nothing for one that is not there.
    const store::Relation& at(std::uint32_t row) const;

    struct Document {
        std::size_t shard;
        std::uint32_t id;  ///< in that shard
    };
    /// The document of a row, which may have gone since.
    std::optional<Document> document(std::uint32_t row) const;

    /// What replies give to the patches of some rows; credits of rows that are not there are left out.
    std::vector<store::Credit> credits_of(std::span<const std::uint32_t> patches) const;
    std::span<const store::Credit> credits() const;

    /// Which commits came from messages, which replies say that patches were applied; all of them, and of one row.
    std::span<const store::Join> joins() const;
    std::span<const store::Join> joins(std::uint32_t row) const;
    std::span<const store::Taken> taken() const;
    std::span<const store::Taken> taken(std::uint32_t row) const;
    /// The tree that a reply names; empty if it names none.
    std::string tree(const store::Taken& taken) const;
    /// The files of commits that joins speak of.
    std::vector<std::string> repositories() const;

    /// What messages are by their series, by row; all of them, and that of one row, which most have none of.
    std::span<const store::Placement> placements() const;
    const store::Placement* placement(std::uint32_t row) const;

    /// Paths that a diffstat cut, whole as their series has them, by row and file; all of them, and those of one row.
    /// Read from the file when they are first asked for.
    std::span<const store::ResolvedPath> paths();
    std::span<const store::ResolvedPath> paths(std::uint32_t row);

private:
    std::optional<store::Relations> file_;
    std::vector<store::Relations::Part> parts_;
    std::optional<std::vector<store::ResolvedPath>> paths_;
};

}  // namespace patchseek::reader
