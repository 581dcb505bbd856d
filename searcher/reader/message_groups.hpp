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
/// document. Messages that came after it was written have no row, and so no groups. A file that
/// is damaged gives wrong groups, never a row that is not there.
class MessageGroups {
public:
    /// `uuids` of the shards, in their order. Without a file there are no groups at all.
    MessageGroups(std::optional<store::Relations> file, const std::vector<std::string>& uuids);

    bool known() const { return file_.has_value(); }
    /// Of a shard; a shard that is not known has no messages in it.
    const store::Relations::Part& part(std::size_t shard) const { return parts_[shard]; }

    std::span<const store::Relation> rows() const;
    /// The row of a document; 0 if there is none.
    std::uint32_t row(std::size_t shard, std::uint32_t document) const;
    /// What a row says; nothing for one that is not there.
    const store::Relation& at(std::uint32_t row) const;

    struct Document {
        std::size_t shard;
        std::uint32_t document;
    };
    /// The document of a row, which may have gone since.
    std::optional<Document> place(std::uint32_t row) const;

    /// Only those between rows that are there.
    std::vector<store::Credit> credits_of(std::span<const std::uint32_t> patches) const;
    std::span<const store::Credit> credits() const;

    /// Paths as their series has them, by row and file; all of them, and those of one row.
    std::span<const store::ResolvedPath> paths();
    std::span<const store::ResolvedPath> paths(std::uint32_t row);

private:
    std::optional<store::Relations> file_;
    std::vector<store::Relations::Part> parts_;
    std::optional<std::vector<store::ResolvedPath>> paths_;
};

}  // namespace patchseek::reader
