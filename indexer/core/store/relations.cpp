// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/relations.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/binary.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/file.hpp"

namespace patchseek::store {
namespace {

// The file is these structs one after another, in the byte order of the machine that
// wrote it: it is read in place, and made anew from the documents where it does not fit.
constexpr std::array<char, 8> kMagic = {'P', 'S', 'E', 'E', 'K', 'R', 'E', 'L'};
constexpr std::uint32_t kByteOrder = 0x01020304;

struct Head {
    std::array<char, 8> magic = kMagic;
    std::uint32_t order = kByteOrder;
    std::uint32_t parts = 0, rows = 0, credits = 0, placements = 0, paths = 0, path_bytes = 0, repositories = 0,
                  joins = 0, taken = 0, trees = 0;
};
struct PartEntry {
    std::uint32_t first, last, messages;
    std::array<char, 36> shard;  ///< a UUID, written out
};
/// Of a file of commits, or a tree.
struct NameEntry {
    std::array<char, 64> name;  ///< zeros behind
};
struct PathEntry {
    std::uint32_t row, file, offset, size;
};
static_assert(sizeof(Head) == 52 && sizeof(PartEntry) == 48 && sizeof(PathEntry) == 16);
static_assert(sizeof(Relation) == 16 && sizeof(Credit) == 8 && sizeof(Placement) == 20 && sizeof(Join) == 16 &&
              sizeof(Taken) == 32);
static_assert(std::is_trivially_copyable_v<Relation> && std::is_trivially_copyable_v<Credit> &&
              std::is_trivially_copyable_v<Placement> && std::is_trivially_copyable_v<Join> &&
              std::is_trivially_copyable_v<Taken>);

std::uint64_t size_of(const Head& head) {
    return sizeof(Head) + std::uint64_t{head.parts} * sizeof(PartEntry) + std::uint64_t{head.rows} * sizeof(Relation) +
           std::uint64_t{head.credits} * sizeof(Credit) + std::uint64_t{head.placements} * sizeof(Placement) +
           std::uint64_t{head.paths} * sizeof(PathEntry) + head.path_bytes +
           std::uint64_t{head.repositories} * sizeof(NameEntry) + std::uint64_t{head.joins} * sizeof(Join) +
           std::uint64_t{head.taken} * sizeof(Taken) + std::uint64_t{head.trees} * sizeof(NameEntry);
}

}  // namespace

const char* name(JoinWay way) noexcept {
    switch (way) {
        case JoinWay::link: return "link";
        case JoinWay::patch_id: return "patch id";
        case JoinWay::subject: return "subject";
        case JoinWay::nearest: return "nearest";
    }
    return "";
}

CommitPrefix CommitPrefix::of(std::string_view hex) {
    CommitPrefix out;
    if (hex.size() < 7 || hex.size() > 2 * out.bytes.size() || !std::ranges::all_of(hex, is_hex)) return out;
    for (std::size_t i = 0; i < hex.size(); ++i)
        out.bytes[i / 2] = static_cast<unsigned char>(out.bytes[i / 2] | (hex_value(hex[i]) << (i % 2 == 0 ? 4 : 0)));
    out.digits = static_cast<std::uint16_t>(hex.size());
    return out;
}

std::string CommitPrefix::hex() const {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(digits, 2 * bytes.size()); ++i)
        out += "0123456789abcdef"[(bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF];
    return out;
}

struct Relations::Impl {
    MappedFile file;
    Head head;
    std::vector<Part> parts;
    std::vector<std::string> repositories, trees;
    std::string_view rows, credits, placements, joins, taken, paths, path_bytes;

    explicit Impl(MappedFile mapped) : file(std::move(mapped)) {}

    static void read_names(BinaryReader& in, std::uint32_t count, std::vector<std::string>& out) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto entry = in.raw<NameEntry>();
            out.emplace_back(entry.name.data(), ::strnlen(entry.name.data(), entry.name.size()));
        }
    }

    bool read() {
        BinaryReader in(file.bytes());
        head = in.raw<Head>();
        if (!in.good() || head.magic != kMagic || head.order != kByteOrder || size_of(head) != file.bytes().size())
            return false;
        for (std::uint32_t i = 0; i < head.parts; ++i) {
            const auto entry = in.raw<PartEntry>();
            if (std::uint64_t{entry.first} + entry.last >= std::max<std::uint64_t>(head.rows, 1)) return false;
            parts.push_back(
                {std::string(entry.shard.data(), entry.shard.size()), entry.first, entry.last, entry.messages});
        }
        read_names(in, head.repositories, repositories);
        read_names(in, head.trees, trees);
        rows = in.bytes(head.rows * sizeof(Relation));
        credits = in.bytes(head.credits * sizeof(Credit));
        placements = in.bytes(head.placements * sizeof(Placement));
        joins = in.bytes(head.joins * sizeof(Join));
        taken = in.bytes(head.taken * sizeof(Taken));
        paths = in.bytes(head.paths * sizeof(PathEntry));
        path_bytes = in.bytes(head.path_bytes);
        return in.whole();
    }
};

Relations::Relations(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Relations::Relations(Relations&&) noexcept = default;
Relations& Relations::operator=(Relations&&) noexcept = default;
Relations::~Relations() = default;

Result<Relations> Relations::open(const std::filesystem::path& file, std::optional<std::uint32_t> sum) {
    auto mapped = MappedFile::open(file);
    if (!mapped) return mapped.error();
    auto impl = std::make_unique<Impl>(std::move(*mapped));
    if ((sum && checksum(impl->file.bytes()) != *sum) || !impl->read())
        return Error{ErrorKind::data, "'" + file.native() + "' is damaged; the next run of the indexer makes it anew"};
    return Relations(std::move(impl));
}

const std::vector<Relations::Part>& Relations::parts() const { return impl_->parts; }

std::span<const Relation> Relations::rows() const {
    return {reinterpret_cast<const Relation*>(impl_->rows.data()), impl_->head.rows};
}

std::span<const Credit> Relations::credits() const {
    return {reinterpret_cast<const Credit*>(impl_->credits.data()), impl_->head.credits};
}

std::span<const Placement> Relations::placements() const {
    return {reinterpret_cast<const Placement*>(impl_->placements.data()), impl_->head.placements};
}

const std::vector<std::string>& Relations::repositories() const { return impl_->repositories; }

const std::vector<std::string>& Relations::trees() const { return impl_->trees; }

std::span<const Taken> Relations::taken() const {
    return {reinterpret_cast<const Taken*>(impl_->taken.data()), impl_->head.taken};
}

std::span<const Join> Relations::joins() const {
    return {reinterpret_cast<const Join*>(impl_->joins.data()), impl_->head.joins};
}

std::vector<ResolvedPath> Relations::paths() const {
    std::vector<ResolvedPath> out;
    for (BinaryReader in(impl_->paths); in.left() > 0;) {
        const auto entry = in.raw<PathEntry>();
        if (std::uint64_t{entry.offset} + entry.size > impl_->head.path_bytes) continue;
        out.push_back({entry.row, entry.file, impl_->path_bytes.substr(entry.offset, entry.size)});
    }
    return out;
}

namespace {

void write_names(BinaryWriter& writer, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        NameEntry entry{};
        name.copy(entry.name.data(), entry.name.size());
        writer.raw(entry);
    }
}

}  // namespace

std::string encode(const RelationTables& tables) {
    Head head;
    head.parts = static_cast<std::uint32_t>(tables.parts.size());
    head.rows = static_cast<std::uint32_t>(tables.rows.size());
    head.credits = static_cast<std::uint32_t>(tables.credits.size());
    head.placements = static_cast<std::uint32_t>(tables.placements.size());
    head.paths = static_cast<std::uint32_t>(tables.paths.size());
    head.repositories = static_cast<std::uint32_t>(tables.repositories.size());
    head.joins = static_cast<std::uint32_t>(tables.joins.size());
    head.taken = static_cast<std::uint32_t>(tables.taken.size());
    head.trees = static_cast<std::uint32_t>(tables.trees.size());
    for (const ResolvedPath& path : tables.paths) head.path_bytes += static_cast<std::uint32_t>(path.path.size());
    std::string out;
    out.reserve(static_cast<std::size_t>(size_of(head)));
    BinaryWriter writer(out);
    writer.raw(head);
    for (const auto& part : tables.parts) {
        PartEntry entry{part.first, part.last, part.messages, {}};
        part.shard.copy(entry.shard.data(), entry.shard.size());
        writer.raw(entry);
    }
    for (const auto* names : {&tables.repositories, &tables.trees}) write_names(writer, *names);
    writer.raw(tables.rows.data(), tables.rows.size());
    writer.raw(tables.credits.data(), tables.credits.size());
    writer.raw(tables.placements.data(), tables.placements.size());
    writer.raw(tables.joins.data(), tables.joins.size());
    writer.raw(tables.taken.data(), tables.taken.size());
    std::uint32_t offset = 0;
    for (const ResolvedPath& path : tables.paths) {
        const PathEntry entry{path.row, path.file, offset, static_cast<std::uint32_t>(path.path.size())};
        writer.raw(entry);
        offset += entry.size;
    }
    for (const ResolvedPath& path : tables.paths) writer.bytes(path.path);
    return out;
}

}  // namespace patchseek::store
