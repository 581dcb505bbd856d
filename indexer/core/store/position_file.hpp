// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checked_file.hpp"
#include "patchseek/base/binary.hpp"

/// The file of positions, a tree: from a term to the bytes of its list.
///
/// Lists of terms follow one another in the order of the terms; behind some 4 KiB of names stands a *leaf* with them:
/// the size of all their lists, which stand right before it, then the terms, each with the size of its list. Further
/// pages name the first term of some pages below them, their places and sizes; the head of the file the one at the top.
/// A term is written as how many bytes it shares with the one before it in its page, then the others.
///
/// A list: how many documents it has; if it has more than one block, the size of the table of blocks and the table, of
/// each block its last document, less that of the block before, and its size; then the blocks. A block: of each
/// document its number less the one before, times two, plus one if it has several positions, and then their number
/// less two; then the positions of all its documents, of each the first, and of others what they are more than the one
/// before. All numbers are varints (base/binary.hpp).
namespace patchseek::store {

constexpr std::size_t kPositionPage = 4096;

/// A list's place in the file.
struct PositionPlace {
    std::uint64_t offset = 0, size = 0;
};

/// Goes through a page.
class PositionPage {
public:
    PositionPage(std::string_view bytes, bool leaf, std::uint64_t end);
    /// The next term, its list or the page below; false at the end and where the page is damaged.
    bool next();
    bool good() const { return in_.good(); }
    const std::string& term() const { return term_; }
    const PositionPlace& place() const { return place_; }

private:
    BinaryReader in_;
    bool leaf_;
    std::string term_;
    PositionPlace place_;
};

/// Any number of threads may read it.
class PositionFile {
public:
    static Result<std::unique_ptr<PositionFile>> open(const std::filesystem::path& path);
    /// Size 0: there is no such term.
    Result<PositionPlace> find(std::string_view term) const;
    /// The places of all leaves, in the order of their terms.
    Result<std::vector<PositionPlace>> leaves() const;
    Result<std::string> read(const PositionPlace& place) const { return bytes_.read(place.offset, place.size); }
    /// The same of a page that is no leaf, which is kept.
    Result<std::string_view> upper_page(const PositionPlace& place) const;
    std::uint32_t last() const { return last_; }
    Error damaged() const { return bytes_.damaged(); }

private:
    explicit PositionFile(CheckedFile bytes) : bytes_(std::move(bytes)) {}

    CheckedFile bytes_;
    std::uint32_t last_ = 0;
    unsigned levels_ = 0;  ///< of pages; 0: there is no term
    PositionPlace root_;
    mutable std::mutex upper_;
    mutable std::map<std::uint64_t, std::string> upper_pages_;  ///< by their offsets
};

/// All lists of a file, in the order of their terms, read from its beginning to its end.
class PositionScan {
public:
    explicit PositionScan(const PositionFile& file) : file_(file) {}
    /// Goes to the next; false at the end.
    Result<bool> next();
    const std::string& term() const { return page_->term(); }
    const PositionPlace& place() const { return page_->place(); }
    std::string_view list() const { return list_; }  ///< valid until the next call of next()

private:
    Result<Done> open_leaf();
    Result<Done> take_list();

    const PositionFile& file_;
    std::optional<std::vector<PositionPlace>> leaves_;
    std::size_t leaf_ = 0;             // the next one
    std::string names_, lists_, one_;  // bytes of the leaf, of its lists if they are few, else of one of them
    std::uint64_t lists_from_ = 0;
    std::optional<PositionPage> page_;
    std::string_view list_;
};

/// Takes lists in the order of their terms.
class PositionFileWriter {
public:
    static Result<PositionFileWriter> create(const std::filesystem::path& path);
    Result<Done> put(std::string_view term, std::string_view list);
    Result<Done> finish(std::uint32_t last);

private:
    struct Page {
        std::string first, before, bytes;  ///< the first term and the last one
        std::uint64_t lists = 0;           ///< their size, of a leaf
    };
    explicit PositionFileWriter(CheckedFileWriter file) : file_(std::move(file)), pages_(1) {}
    void name(Page& page, std::string_view term);
    Result<Done> close(std::size_t level);

    CheckedFileWriter file_;
    std::vector<Page> pages_;            ///< the open one of each level, the leaf first
    std::vector<std::uint64_t> closed_;  ///< how many pages each level has so far
    PositionPlace top_;                  ///< the page that was closed last
};

/// Makes a list, document by document.
class PositionListBuilder {
public:
    void clear();
    /// `positions` as they stand in a block.
    void add(std::uint32_t document, std::uint64_t count, std::string_view positions);
    /// The bytes of the list; valid until the next call.
    std::string_view finish();

private:
    void close_block();

    std::uint32_t documents_ = 0, last_ = 0, last_of_block_ = 0;
    std::string heads_, positions_, table_, blocks_, out_;
    std::size_t in_block_ = 0;
};

/// What stands in a block before the positions of a document, or in any list of its kind: `step` is its number less
/// that of the document before.
struct PositionHead {
    std::uint64_t step, count;
};
inline void write_head(std::string& out, const PositionHead& head) {
    BinaryWriter writer(out);
    writer.varint(head.step << 1 | (head.count > 1 ? 1u : 0u));
    if (head.count > 1) writer.varint(head.count - 2);
}
inline PositionHead read_head(BinaryReader& in) {
    const auto first = in.varint();
    return {first >> 1, (first & 1) == 0 ? 1 : in.varint() + 2};
}

/// How many bytes so many varints at the front of `bytes` take; npos if they are not there.
std::size_t varints_size(std::string_view bytes, std::uint64_t count);

}  // namespace patchseek::store
