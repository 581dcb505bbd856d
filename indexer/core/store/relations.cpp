#include "patchseek/store/relations.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "patchseek/base/binary.hpp"
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
                  joins = 0;
};
struct PartEntry {
    std::uint32_t first, last, messages;
    std::array<char, 36> shard;  ///< a UUID, written out
};
struct RepositoryEntry {
    std::array<char, 64> file;  ///< zeros behind
};
struct PathEntry {
    std::uint32_t row, file, offset, size;
};
static_assert(sizeof(Head) == 44 && sizeof(PartEntry) == 48 && sizeof(PathEntry) == 16);
static_assert(sizeof(Relation) == 16 && sizeof(Credit) == 8 && sizeof(Placement) == 20 && sizeof(Join) == 16);
static_assert(std::is_trivially_copyable_v<Relation> && std::is_trivially_copyable_v<Credit> &&
              std::is_trivially_copyable_v<Placement> && std::is_trivially_copyable_v<Join>);

std::uint64_t size_of(const Head& head) {
    return sizeof(Head) + std::uint64_t{head.parts} * sizeof(PartEntry) + std::uint64_t{head.rows} * sizeof(Relation) +
           std::uint64_t{head.credits} * sizeof(Credit) + std::uint64_t{head.placements} * sizeof(Placement) +
           std::uint64_t{head.paths} * sizeof(PathEntry) + head.path_bytes +
           std::uint64_t{head.repositories} * sizeof(RepositoryEntry) + std::uint64_t{head.joins} * sizeof(Join);
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

struct Relations::Impl {
    MappedFile file;
    Head head;
    std::vector<Part> parts;
    std::vector<std::string> repositories;
    std::string_view rows, credits, placements, joins, paths, path_bytes;

    explicit Impl(MappedFile mapped) : file(std::move(mapped)) {}

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
        for (std::uint32_t i = 0; i < head.repositories; ++i) {
            const auto entry = in.raw<RepositoryEntry>();
            repositories.emplace_back(entry.file.data(), ::strnlen(entry.file.data(), entry.file.size()));
        }
        rows = in.bytes(head.rows * sizeof(Relation));
        credits = in.bytes(head.credits * sizeof(Credit));
        placements = in.bytes(head.placements * sizeof(Placement));
        joins = in.bytes(head.joins * sizeof(Join));
        paths = in.bytes(head.paths * sizeof(PathEntry));
        path_bytes = in.bytes(head.path_bytes);
        return in.whole();
    }
};

Relations::Relations(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Relations::Relations(Relations&&) noexcept = default;
Relations& Relations::operator=(Relations&&) noexcept = default;
Relations::~Relations() = default;

Result<Relations> Relations::open(const std::filesystem::path& file) {
    auto mapped = MappedFile::open(file);
    if (!mapped) return mapped.error();
    auto impl = std::make_unique<Impl>(std::move(*mapped));
    if (!impl->read())
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

std::string encode(const RelationTables& tables) {
    Head head;
    head.parts = static_cast<std::uint32_t>(tables.parts.size());
    head.rows = static_cast<std::uint32_t>(tables.rows.size());
    head.credits = static_cast<std::uint32_t>(tables.credits.size());
    head.placements = static_cast<std::uint32_t>(tables.placements.size());
    head.paths = static_cast<std::uint32_t>(tables.paths.size());
    head.repositories = static_cast<std::uint32_t>(tables.repositories.size());
    head.joins = static_cast<std::uint32_t>(tables.joins.size());
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
    for (const std::string& file : tables.repositories) {
        RepositoryEntry entry{};
        file.copy(entry.file.data(), entry.file.size());
        writer.raw(entry);
    }
    writer.raw(tables.rows.data(), tables.rows.size());
    writer.raw(tables.credits.data(), tables.credits.size());
    writer.raw(tables.placements.data(), tables.placements.size());
    writer.raw(tables.joins.data(), tables.joins.size());
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
