#include "patchseek/store/relations.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

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
    std::uint32_t parts = 0, rows = 0, credits = 0, paths = 0, path_bytes = 0;
};
struct PartEntry {
    std::uint32_t first, last, messages;
    std::array<char, 36> shard;  ///< a UUID, written out
};
struct PathEntry {
    std::uint32_t row, file, offset, size;
};
static_assert(sizeof(Head) == 32 && sizeof(PartEntry) == 48 && sizeof(PathEntry) == 16);
static_assert(sizeof(Relation) == 16 && sizeof(Credit) == 8);
static_assert(std::is_trivially_copyable_v<Relation> && std::is_trivially_copyable_v<Credit>);

template <class T>
void put(std::string& out, const T* items, std::size_t count) {
    out.append(reinterpret_cast<const char*>(items), count * sizeof(T));
}

std::uint64_t size_of(const Head& head) {
    return sizeof(Head) + std::uint64_t{head.parts} * sizeof(PartEntry) + std::uint64_t{head.rows} * sizeof(Relation) +
           std::uint64_t{head.credits} * sizeof(Credit) + std::uint64_t{head.paths} * sizeof(PathEntry) +
           head.path_bytes;
}

}  // namespace

struct Relations::Impl {
    MappedFile file;
    Head head;
    std::vector<Part> parts;
    const char* rows = nullptr;
    const char* credits = nullptr;
    const char* paths = nullptr;

    explicit Impl(MappedFile mapped) : file(std::move(mapped)) {}

    bool read() {
        const auto bytes = file.bytes();
        if (bytes.size() < sizeof(Head)) return false;
        std::memcpy(&head, bytes.data(), sizeof(Head));
        if (head.magic != kMagic || head.order != kByteOrder || size_of(head) != bytes.size()) return false;
        const char* at = bytes.data() + sizeof(Head);
        for (std::uint32_t i = 0; i < head.parts; ++i, at += sizeof(PartEntry)) {
            PartEntry entry;
            std::memcpy(&entry, at, sizeof entry);
            if (std::uint64_t{entry.first} + entry.last >= std::max<std::uint64_t>(head.rows, 1)) return false;
            parts.push_back(
                {std::string(entry.shard.data(), entry.shard.size()), entry.first, entry.last, entry.messages});
        }
        rows = at;
        credits = rows + std::size_t{head.rows} * sizeof(Relation);
        paths = credits + std::size_t{head.credits} * sizeof(Credit);
        return true;
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
    return {reinterpret_cast<const Relation*>(impl_->rows), impl_->head.rows};
}

std::span<const Credit> Relations::credits() const {
    return {reinterpret_cast<const Credit*>(impl_->credits), impl_->head.credits};
}

std::vector<ResolvedPath> Relations::paths() const {
    std::vector<ResolvedPath> out;
    const char* text = impl_->paths + std::size_t{impl_->head.paths} * sizeof(PathEntry);
    for (std::uint32_t i = 0; i < impl_->head.paths; ++i) {
        PathEntry entry;
        std::memcpy(&entry, impl_->paths + std::size_t{i} * sizeof entry, sizeof entry);
        if (std::uint64_t{entry.offset} + entry.size > impl_->head.path_bytes) continue;
        out.push_back({entry.row, entry.file, {text + entry.offset, entry.size}});
    }
    return out;
}

std::string encode(const RelationTables& tables) {
    Head head;
    head.parts = static_cast<std::uint32_t>(tables.parts.size());
    head.rows = static_cast<std::uint32_t>(tables.rows.size());
    head.credits = static_cast<std::uint32_t>(tables.credits.size());
    head.paths = static_cast<std::uint32_t>(tables.paths.size());
    for (const ResolvedPath& path : tables.paths) head.path_bytes += static_cast<std::uint32_t>(path.path.size());
    std::string out;
    out.reserve(static_cast<std::size_t>(size_of(head)));
    put(out, &head, 1);
    for (const auto& part : tables.parts) {
        PartEntry entry{part.first, part.last, part.messages, {}};
        part.shard.copy(entry.shard.data(), entry.shard.size());
        put(out, &entry, 1);
    }
    put(out, tables.rows.data(), tables.rows.size());
    put(out, tables.credits.data(), tables.credits.size());
    std::uint32_t offset = 0;
    for (const ResolvedPath& path : tables.paths) {
        const PathEntry entry{path.row, path.file, offset, static_cast<std::uint32_t>(path.path.size())};
        put(out, &entry, 1);
        offset += entry.size;
    }
    for (const ResolvedPath& path : tables.paths) out += path.path;
    return out;
}

}  // namespace patchseek::store
