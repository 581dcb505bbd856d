// SPDX-License-Identifier: GPL-2.0-or-later
#include "ahead.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"

namespace fs = std::filesystem;

namespace patchseek::reader {
namespace {

/// What is read at once, which is as much as most file systems ask their servers for at once.
constexpr std::size_t kPiece = std::size_t{128} << 10;
/// Blocks between two that are wanted which are read along: that takes less time than another read.
constexpr std::uint32_t kGap = 2;
/// Blocks of postings of one term, of values of one slot, and of one call.
constexpr std::size_t kMostOfTerm = 48, kMostOfSlot = 256, kMostOfCall = 4096;
/// What is kept in memory; more is left to the kernel.
constexpr std::size_t kMostKept = std::size_t{64} << 20;
/// A file that is larger is read ahead to here.
constexpr std::uint64_t kMostOfFile = std::uint64_t{256} << 20;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i)
        out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
    return out;
}

/// Items of a block that is no leaf: the key from which on a block below has keys, and its number.
class Branch {
public:
    explicit Branch(std::string_view block) : block_(block), end_(number_at(block, kEnd, 2)) {
        if (end_ > block.size() || end_ < kDirectory) end_ = kDirectory;
    }
    std::size_t size() const { return (end_ - kDirectory) / 2; }
    std::uint32_t block(std::size_t i) const { return static_cast<std::uint32_t>(number_at(block_, at(i), kNumber)); }
    std::string_view key(std::size_t i) const {
        const auto from = std::min(at(i) + kNumber + 1, block_.size());
        return block_.substr(from, number_at(block_, at(i) + kNumber, 1));
    }

private:
    static constexpr std::size_t kEnd = 9, kDirectory = 11, kNumber = 4;
    std::size_t at(std::size_t i) const { return number_at(block_, kDirectory + 2 * i, 2); }

    std::string_view block_;
    std::size_t end_;
};

/// As Xapian's pack_uint_preserving_sort().
std::string sorted_number(std::uint32_t value) {
    std::string out;
    BinaryWriter writer(out);
    if (value < 0x8000) {
        writer.big(static_cast<std::uint16_t>(value));
        return out;
    }
    std::size_t size = 3;
    for (auto rest = value >> 22; rest != 0; rest >>= 7) ++size;
    writer.big(std::uint64_t{value});
    out.erase(0, out.size() - size);
    out.front() = static_cast<char>(static_cast<unsigned char>(out.front()) | (0xFFU << (10 - size) & 0xFFU));
    return out;
}

// Of the list of lengths, in which Xapian looks whether there is such a document.
std::string length_key(std::uint32_t id) { return std::string("\0\xE0", 2) + sorted_number(id); }

std::string value_key(unsigned slot, std::uint32_t id) {
    std::string out("\0\xD8", 2);
    BinaryWriter(out).varint(slot);
    return out + sorted_number(id);
}

}  // namespace

void read_ahead(const fs::path& file) {
    const auto fd = open_regular(file);
    struct stat status {};
    if (!fd || ::fstat(fd->get(), &status) != 0) return;
    const auto size = std::min<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), kMostOfFile);
    at_once(static_cast<std::size_t>((size + kPiece - 1) / kPiece),
            [&](std::size_t i) { [[maybe_unused]] const auto some = read_at(fd->get(), i * kPiece, kPiece, ""); });
}

struct Ahead::Table {
    UniqueFd fd;
    std::uint32_t root = 0;
    unsigned level = 0;
    std::uint32_t block = 0;                      ///< bytes
    std::map<std::uint32_t, std::string> blocks;  ///< that are kept
    std::set<std::uint32_t> asked;                ///< blocks that were read ahead, or could not be
};

/// Keys from `from` to `to`.
struct Ahead::Range {
    Table* table;
    std::string from, to;
};

/// Blocks of a table that are read at once.
struct Ahead::Piece {
    Table* table;
    std::uint32_t first, count;
};

namespace {

/// What Xapian's version file says of a table.
struct Root {
    std::uint32_t root = 0;
    unsigned level = 0;
    std::uint32_t block = 0;
};

// That of postings and that of data.
std::optional<std::pair<Root, Root>> roots_in(std::string_view version) {
    constexpr std::size_t kMagic = 16, kUuid = 16;
    BinaryReader in(version);
    in.bytes(kMagic + kUuid);
    in.varint();  // revision
    const auto next = [&] {
        Root out;
        out.root = static_cast<std::uint32_t>(in.varint());
        const auto value = in.varint();
        out.level = (value & 1) != 0 ? 0 : static_cast<unsigned>(value >> 2);
        in.varint();  // items
        out.block = static_cast<std::uint32_t>(in.varint() << 11);
        in.varint();  // from which size on it compresses
        in.text();    // free blocks
        return out;
    };
    const auto postings = next(), data = next();
    constexpr std::uint32_t kLeast = 2048, kMost = 65536;
    constexpr unsigned kLevels = 10;
    for (const Root& one : {postings, data})
        if (one.block < kLeast || one.block > kMost || one.level >= kLevels) return std::nullopt;
    if (!in.good()) return std::nullopt;
    return std::pair(postings, data);
}

}  // namespace

Ahead::Ahead(const std::vector<fs::path>& shards) : postings_(shards.size()), data_(shards.size()) {
    at_once(shards.size(), [&](std::size_t i) {
        const auto version = read_file(shards[i] / "iamglass");
        const auto roots = version ? roots_in(*version) : std::nullopt;
        if (!roots) return;
        const auto open = [&](const Root& root, const char* name) -> std::unique_ptr<Table> {
            auto fd = open_regular(shards[i] / name);
            if (!fd || root.level == 0) return nullptr;
            // No more than is asked for.
            ::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_RANDOM);
            return std::unique_ptr<Table>(new Table{std::move(*fd), root.root, root.level, root.block, {}, {}});
        };
        postings_[i] = open(roots->first, "postlist.glass");
        data_[i] = open(roots->second, "docdata.glass");
    });
}

Ahead::~Ahead() {
    if (!by_descriptor_.empty()) store::set_block_cache(nullptr);
}

namespace {

/// Where an open file lies; asks no file system.
std::string place_of(int fd) {
    std::error_code error;
    return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), error).native();
}

}  // namespace

void Ahead::serve_xapian() {
    std::map<std::string, Table*> places;
    std::set<int> own;
    for (const auto* tables : {&postings_, &data_})
        for (const auto& table : *tables)
            if (table) places[place_of(table->fd.get())] = table.get(), own.insert(table->fd.get());
    std::error_code error;
    for (fs::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) {
        const int fd = std::atoi(it->path().filename().c_str());
        const auto known = places.find(place_of(fd));
        if (known != places.end() && !own.contains(fd)) by_descriptor_[fd] = known->second;
    }
    if (!by_descriptor_.empty()) store::set_block_cache(this);
}

bool Ahead::get(int fd, std::uint64_t at, std::span<std::byte> block) {
    const auto table = by_descriptor_.find(fd);
    if (table == by_descriptor_.end() || block.size() != table->second->block) return false;
    const std::lock_guard lock(mutex_);
    const auto known = table->second->blocks.find(static_cast<std::uint32_t>(at / block.size()));
    if (known == table->second->blocks.end() || at % block.size() != 0) return false;
    std::ranges::copy(std::as_bytes(std::span(known->second)), block.begin());
    return true;
}

void Ahead::put(int fd, std::uint64_t at, std::span<const std::byte> block) {
    const auto table = by_descriptor_.find(fd);
    if (table == by_descriptor_.end() || block.size() != table->second->block || at % block.size() != 0) return;
    const std::lock_guard lock(mutex_);
    if (kept_ + block.size() > kMostKept) return;
    const std::string_view bytes(reinterpret_cast<const char*>(block.data()), block.size());
    if (table->second->blocks.try_emplace(static_cast<std::uint32_t>(at / block.size()), bytes).second)
        kept_ += block.size();
}

// Keeps them.
void Ahead::read(std::vector<Piece> pieces) {
    at_once(pieces.size(), [&](std::size_t i) {
        const auto [table, first, count] = pieces[i];
        const auto bytes =
            read_at(table->fd.get(), std::uint64_t{first} * table->block, std::size_t{count} * table->block, "");
        if (!bytes) return;
        const std::lock_guard lock(mutex_);
        for (std::uint32_t k = 0; (k + 1) * std::size_t{table->block} <= bytes->size(); ++k) {
            if (kept_ + table->block > kMostKept) return;
            const auto one = std::string_view(*bytes).substr(k * std::size_t{table->block}, table->block);
            if (table->blocks.try_emplace(first + k, one).second) kept_ += table->block;
        }
    });
}

namespace {

// The items of a branch that lead to keys of a range.
std::pair<std::size_t, std::size_t> items_of(const Branch& branch, std::string_view from, std::string_view to,
                                             std::size_t most) {
    std::size_t low = 0, end = branch.size();
    for (std::size_t high = end; low < high;) {
        const auto middle = (low + high) / 2;
        if (branch.key(middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    // The last whose key is less leads to it too.
    const auto begin = low == 0 ? 0 : low - 1;
    std::size_t behind = begin + 1;
    while (behind < end && branch.key(behind) <= to && behind - begin < most) ++behind;
    return {begin, std::min(behind, end)};
}

}  // namespace

// Those that lie near each other together.
std::vector<Ahead::Piece> Ahead::pieces_of(std::vector<std::pair<Table*, std::uint32_t>> wanted) {
    std::ranges::sort(wanted);
    std::vector<Piece> pieces;
    for (const auto& [table, block] : wanted) {
        Piece* const last = pieces.empty() ? nullptr : &pieces.back();
        const bool near = last && last->table == table && block - (last->first + last->count) <= kGap &&
                          (block + 1 - last->first) * std::size_t{table->block} <= kPiece;
        if (near)
            last->count = block + 1 - last->first;
        else
            pieces.push_back({table, block, 1});
    }
    return pieces;
}

void Ahead::walk(const std::vector<Range>& ranges, std::size_t most) {
    struct Step {
        const Range* range;
        std::uint32_t block;
        unsigned level;
    };
    std::vector<Step> steps;
    for (const Range& range : ranges)
        if (range.table) steps.push_back({&range, range.table->root, range.table->level});
    std::size_t count = 0;
    while (!steps.empty()) {
        std::vector<std::pair<Table*, std::uint32_t>> wanted;
        for (const Step& step : steps) {
            Table* const table = step.range->table;
            if (table->blocks.contains(step.block) || !table->asked.insert(step.block).second) continue;
            if (++count > kMostOfCall) return;
            wanted.emplace_back(table, step.block);
        }
        read(pieces_of(std::move(wanted)));
        std::vector<Step> below;
        for (const Step& step : steps) {
            const auto& blocks = step.range->table->blocks;
            const auto known = step.level == 0 ? blocks.end() : blocks.find(step.block);
            if (known == blocks.end()) continue;
            const Branch branch(known->second);
            const auto [begin, end] = items_of(branch, step.range->from, step.range->to, most);
            for (std::size_t i = begin; i < end; ++i) below.push_back({step.range, branch.block(i), step.level - 1});
        }
        steps = std::move(below);
    }
}

void Ahead::terms(std::span<const std::string> terms, std::span<const std::string> heads) {
    std::vector<Range> ranges;
    for (const auto& table : postings_) {
        // The pieces of a long list have keys that begin with the term and a zero.
        for (const std::string& term : terms) ranges.push_back({table.get(), term, term + '\0' + '\xFF'});
        for (const std::string& head : heads) ranges.push_back({table.get(), head, head + '\xFF'});
    }
    walk(ranges, kMostOfTerm);
}

void Ahead::values(std::span<const unsigned> slots) {
    std::vector<Range> ranges;
    for (const auto& table : postings_)
        for (const unsigned slot : slots)
            ranges.push_back({table.get(), value_key(slot, 0), value_key(slot, UINT32_MAX)});
    walk(ranges, kMostOfSlot);
}

void Ahead::documents(std::span<const Document> documents, std::span<const unsigned> slots, bool data) {
    std::vector<Range> ranges;
    for (const Document& one : documents) {
        if (one.shard >= data_.size()) continue;
        for (const unsigned slot : slots) {
            const auto key = value_key(slot, one.id);
            ranges.push_back({postings_[one.shard].get(), key, key});
        }
        const auto length = length_key(one.id);
        ranges.push_back({postings_[one.shard].get(), length, length});
        const auto key = sorted_number(one.id);
        if (data) ranges.push_back({data_[one.shard].get(), key, key});
    }
    walk(ranges, kMostOfTerm);
}

}  // namespace patchseek::reader
