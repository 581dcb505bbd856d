// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "patchseek/store/inventory.hpp"

/// Reading ahead, where each read takes a round trip to a server.
///
/// Xapian and we read block after block, and what is read next is often known long before: the terms of a query, the
/// documents of a page. So it is read here before it is asked for, many pieces at once, and the kernel keeps it: then
/// a query takes some tens of round trips and not some hundreds. Nothing here is needed for an answer: what cannot be
/// read ahead is left to whoever reads it, who tells why.
namespace patchseek::reader {

/// Reads a file whole that will be read whole.
void read_ahead(const std::filesystem::path& file);

/// The tables of the shards of an index. It walks Xapian's trees itself (backends/glass/glass_table.h of Xapian 1.4),
/// level by level, in all shards at once, and keeps what it reads, as far as that goes, for Xapian to read. Serves one
/// thread; there is one at a time.
class Ahead final : public store::BlockCache {
public:
    /// Folders of shards, which are numbered as they stand here.
    explicit Ahead(const std::vector<std::filesystem::path>& shards);
    ~Ahead() override;
    /// Xapian has opened its tables: from now on it reads what is kept here. Until this goes, which must be before they
    /// are closed.
    void serve_xapian();

    /// The postings of terms, in all shards; of each the first some hundred kilobytes. `heads`: also those of terms
    /// that begin with one of these.
    void terms(std::span<const std::string> terms, std::span<const std::string> heads = {});

    struct Document {
        std::size_t shard;
        std::uint32_t id;  ///< in that shard
    };
    /// The data of documents, and their values in some slots.
    void documents(std::span<const Document> documents, std::span<const unsigned> slots, bool data = true);

    /// All values in some slots, or of those the first megabytes.
    void values(std::span<const unsigned> slots);

    bool get(int fd, std::uint64_t at, std::span<std::byte> block) override;
    void put(int fd, std::uint64_t at, std::span<const std::byte> block) override;

private:
    struct Table;
    struct Range;
    struct Piece;
    void walk(const std::vector<Range>& ranges, std::size_t most);
    static std::vector<Piece> pieces_of(std::vector<std::pair<Table*, std::uint32_t>> wanted);
    void read(std::vector<Piece> pieces);

    std::vector<std::unique_ptr<Table>> postings_, data_;  ///< by shards; null where there is none
    std::map<int, Table*> by_descriptor_;                  ///< of Xapian
    std::mutex mutex_;                                     ///< of what is kept
    std::size_t kept_ = 0;                                 ///< bytes
};

}  // namespace patchseek::reader
