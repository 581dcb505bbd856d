// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/manifest.hpp"

/// Whether the files of an index are those that its manifest lists.
///
/// Xapian takes a table of a database that is not there, or that it cannot open, for an empty one: messages are then
/// without their records, and nothing says so. So what is there is looked at before a database is opened, and
/// whether it was opened afterwards.
namespace patchseek::store {

/// That each file of the manifest is there, as large as it says, a regular file in folders of the index, with no link
/// on the way. Reads none of them, but the few bytes of Xapian's version files, of which it verifies the checksums.
/// A file that is missing or has another size: kind data. Several threads look where each look takes a round trip.
Result<Done> verify_presence(const std::filesystem::path& index, const Manifest& manifest, std::size_t threads = 1);

/// What can be told of an index that is damaged or of another schema, which is 0 then: its archives and repositories,
/// and what else is named, as far as it can be read. Nothing of it is proven. An Error as of read_manifest() where not
/// even that can be read.
Result<Manifest> salvage_manifest(const std::filesystem::path& index);

/// The file of that path; null if the manifest lists none.
const File* find_file(const Manifest& manifest, std::string_view path);

/// What is wrong with the bytes of a file, if anything is: reads it whole. An Error where it cannot be read.
Result<bool> has_its_checksum(const std::filesystem::path& data, const File& file);

/// The files that a manifest names and that `before`, the list of an earlier one, does not have, with their sizes and
/// checksums; of text files, which grow, what is new is read. Those of members of a linked index stay as it lists them.
Result<std::vector<File>> take_inventory(const std::filesystem::path& data, const Manifest& manifest,
                                         const std::vector<File>& before);

/// Whether a database has a file for a table ("docdata"), so that the table must not be empty.
Result<bool> has_table(const std::filesystem::path& database, const char* table);

/// Why a table that has a file was taken for an empty one, also when it was opened `again`: then it is damaged, if its
/// file can be opened at all.
Error not_opened(const std::filesystem::path& database, const char* table, bool again);

/// Where the directory of a block of a table of Xapian has half an item, which no table has, Xapian 1.4.22 looks for
/// one for ever: says of it what Xapian finds and tells as damage, and returns false. Whoever links this has it done to
/// each block that Xapian reads.
bool guard_block(std::byte* block, std::size_t size);

/// From now on `tell` is called with the descriptor of each read by pread(2) that fails, on the thread that reads: an
/// error of Xapian does not say of which database it is. Null: nothing is.
void on_failed_read(void (*tell)(int fd)) noexcept;

/// Blocks of tables that are kept in memory, for tables of which each read takes a round trip.
class BlockCache {
public:
    BlockCache() = default;
    BlockCache(const BlockCache&) = delete;
    BlockCache& operator=(const BlockCache&) = delete;
    virtual ~BlockCache() = default;
    /// Fills a block that begins at `at` in an open file; false where it is not kept.
    virtual bool get(int fd, std::uint64_t at, std::span<std::byte> block) = 0;
    /// A block that was read.
    virtual void put(int fd, std::uint64_t at, std::span<const std::byte> block) = 0;
};
/// From now on this one is asked before Xapian reads a block. Null: none is.
void set_block_cache(BlockCache* cache) noexcept;

/// Opens a database by `open`, which gives a Xapian::Database, whose header no header of core needs; an Error where one
/// of its tables was not opened. Throws what Xapian throws.
template <class Open>
auto open_tables(const std::filesystem::path& folder, const Open& open) -> Result<decltype(open())> {
    const auto data = has_table(folder, "docdata");
    if (!data) return data.error();
    // Each document of a database that has any data has some.
    const auto is_empty = [](const auto& db) {
        return db.get_lastdocid() > 0 && db.get_document(db.get_lastdocid()).get_data().empty();
    };
    auto db = open();
    if (*data && is_empty(db)) return not_opened(folder, "docdata", is_empty(open()));
    return db;
}

}  // namespace patchseek::store
