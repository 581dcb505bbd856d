// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document.hpp"
#include "postings.hpp"
#include "table_writer.hpp"

namespace patchseek::glass {

/// Writes one database. Documents are numbered from 1 on, in the order in which they come. Syncing is left to whoever
/// publishes it.
class DatabaseWriter {
public:
    /// Makes the folder, whose parent is there.
    static Result<DatabaseWriter> create(const std::filesystem::path& folder);

    /// Its number.
    Result<std::uint32_t> add(const Document& document);
    std::uint32_t last() const { return last_; }
    /// Memory that it takes, also to finish, in bytes.
    std::size_t bytes() const { return postings_.bytes() + values_bytes_ + lengths_.size() * sizeof(std::uint32_t); }
    /// Writes all that is left. `metadata` are texts by name, none of them empty.
    Result<Done> finish(const std::map<std::string, std::string>& metadata);

private:
    /// The values of one slot.
    struct Stream {
        std::vector<std::pair<std::uint32_t, std::string>> pieces;  ///< each behind its first document
        std::uint32_t last = 0;                                     ///< document
        std::uint32_t count = 0;
        std::string least, most;
    };

    explicit DatabaseWriter(std::filesystem::path folder);
    void add_value(std::uint32_t slot, std::string_view value);
    Result<Done> write_postlist(const std::map<std::string, std::string>& metadata);
    Result<Done> write_values();
    Result<Done> write_lengths();
    Result<Done> write_version() const;

    std::filesystem::path folder_;
    TableWriter postlist_, data_;
    Postings postings_;
    std::map<std::uint32_t, Stream> values_;
    std::size_t values_bytes_ = 0;
    std::vector<std::uint32_t> lengths_;  ///< of the documents
    std::uint32_t last_ = 0;
};

}  // namespace patchseek::glass
