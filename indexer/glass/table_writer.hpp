// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// Writes databases of Xapian's backend glass. Xapian itself can only add to one, document by document, and keeps what
/// it adds in trees of strings until it writes them down, which was half of the time that indexing took. A database
/// that is written once, from its first byte to its last, needs no trees. The format is that of Xapian 1.4
/// (xapian-core/backends/glass: glass_table.h, glass_version.cc, glass_postlist.cc, glass_values.cc), which has the
/// number 2016-03-14 and did not change since; Xapian reads it, checks it and packs it like its own.
namespace patchseek::glass {

/// How a number is written in a key, so that keys sort as the numbers do.
void append_sorted(std::string& key, std::uint32_t number);

/// One table, a tree of blocks of 8 KiB: pairs of a key and a tag, in the order of the keys. The file is made with the
/// first pair, and written from its beginning to its end; nothing is synced.
class TableWriter {
public:
    explicit TableWriter(std::filesystem::path path) : path_(std::move(path)) {}

    /// Keys come in ascending order, each once, and have 1 to 255 bytes; others are an Error, kind internal.
    Result<Done> put(std::string_view key, std::string_view tag);
    Result<Done> finish();
    /// What the version file says of the table, once it is finished.
    std::string root() const;

private:
    /// A block that is being filled: heads of items from its front, the items from its end.
    class Block {
    public:
        Block() : bytes_(kSize, '\0') {}
        static constexpr std::size_t kSize = std::size_t{8} << 10;
        /// Bytes that one more item may have.
        std::size_t room() const { return free() < kOffset ? 0 : free() - kOffset; }
        void add(std::string_view item);
        /// Its bytes as they are written, after which it is empty again.
        std::string take(unsigned level);

    private:
        static constexpr std::size_t kHead = 11, kOffset = 2;
        std::size_t free() const { return begin_ - end_; }
        std::string bytes_;
        std::size_t end_ = kHead, begin_ = kSize;  ///< of what is free
    };
    /// A block below another one, and the least key that leads there, none for the first.
    struct Child {
        std::string key;
        std::uint32_t component, block;
    };

    Result<Done> begin();
    Result<std::string_view> put_piece(std::string_view key, std::string_view tag, std::uint32_t piece);
    void begin_leaf(std::string_view key, std::uint32_t component);
    Result<Done> write(Block& block, unsigned level);
    Result<Done> write_above();

    std::filesystem::path path_;
    UniqueFd fd_;
    Block leaf_;
    std::string last_, item_;
    std::vector<Child> children_;  ///< of the level above the one that was written last
    std::uint32_t blocks_ = 0, entries_ = 0;
    unsigned level_ = 0;
};

}  // namespace patchseek::glass
