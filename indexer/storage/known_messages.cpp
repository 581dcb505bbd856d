#include "known_messages.hpp"

#include <xapian.h>

#include <algorithm>

#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "xapian_guard.hpp"

namespace patchseek::storage {

namespace {

void sort_once(std::vector<std::uint64_t>& keys) {
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

KnownMessages::KnownMessages(const std::filesystem::path& index, const store::Manifest& manifest) {
    for (const store::Shard& shard : manifest.shards) shards_.push_back(open_shard(index / shard.folder));
}

KnownMessages::~KnownMessages() = default;

void KnownMessages::reopen() {
    for (Xapian::Database& shard : shards_) shard.reopen();
}

std::optional<KnownMessages::Found> KnownMessages::find(std::string_view content) const {
    const auto term = schema::term(schema::kContentPrefix, content);
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
        const auto found = shards_[shard].postlist_begin(term);
        if (found != shards_[shard].postlist_end(term)) return Found{shard, *found};
    }
    return std::nullopt;
}

store::Origins KnownMessages::origins(const Found& found) const {
    auto origins = store::Origins::decode(shards_[found.shard].get_document(found.id).get_value(schema::kSlotOrigins));
    if (!origins) throw Failure{origins.error()};
    return std::move(*origins);
}

std::string KnownMessages::content(const Found& found) const {
    return shards_[found.shard].get_document(found.id).get_value(schema::kSlotContent);
}

std::vector<KnownMessages::Found> KnownMessages::at(const store::Origin& origin) const {
    const auto term = schema::term(schema::kOriginPrefix, origin.name());
    std::vector<Found> out;
    for (std::size_t shard = 0; shard < shards_.size(); ++shard)
        for (auto it = shards_[shard].postlist_begin(term); it != shards_[shard].postlist_end(term); ++it)
            out.push_back({shard, *it});
    return out;
}

template <class Visit>
void KnownMessages::walk(const std::string& prefix, const Visit& visit) const {
    const auto start = schema::term(schema::kOriginPrefix, prefix);
    for (const Xapian::Database& shard : shards_)
        for (auto it = shard.allterms_begin(start); it != shard.allterms_end(start); ++it)
            visit(std::string_view(*it).substr(schema::kOriginPrefix.size()));
}

std::vector<std::uint64_t> KnownMessages::places(std::uint64_t archive, std::uint64_t source) const {
    std::vector<std::uint64_t> out;
    walk(store::origins_of(archive, source), [&](std::string_view name) { out.push_back(store::at_of(name)); });
    sort_once(out);
    return out;
}

std::vector<std::uint64_t> KnownMessages::sources(std::uint64_t archive) const {
    const auto prefix = store::origins_of(archive);
    std::vector<std::uint64_t> out;
    walk(prefix, [&](std::string_view name) {
        const auto source = store::at_of(name.substr(0, 2 * prefix.size() - 1));
        if (out.empty() || out.back() != source) out.push_back(source);
    });
    sort_once(out);
    return out;
}

std::uint64_t KnownMessages::count(std::uint64_t archive) const {
    std::uint64_t count = 0;
    walk(store::origins_of(archive), [&](std::string_view) { ++count; });
    return count;
}

std::uint64_t KnownMessages::messages() const {
    std::uint64_t count = 0;
    for (const Xapian::Database& shard : shards_) count += shard.get_doccount();
    return count;
}

}  // namespace patchseek::storage
