// SPDX-License-Identifier: GPL-2.0-or-later
#include "known_messages.hpp"

#include <xapian.h>

#include <algorithm>
#include <bit>
#include <functional>

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

struct KnownMessages::Shard {
    Xapian::Database db;
    std::vector<std::uint32_t> dead;  // ascending
    Xapian::Database dead_db;

    bool lives(std::uint32_t id) const { return !std::ranges::binary_search(dead, id); }
    /// Whether a document with the term lives.
    bool has(const std::string& term) const {
        return dead.empty() || db.get_termfreq(term) > dead_db.get_termfreq(term);
    }
};

KnownMessages::KnownMessages(const std::filesystem::path& index, const store::Manifest& manifest) {
    for (const store::Shard& shard : manifest.shards) {
        Shard& open = shards_.emplace_back();
        open.db = open_shard(index / shard.folder);
        open.dead = dead_documents(index, shard);
        if (!shard.dead.empty()) open.dead_db = open_shard(index / shard.dead);
    }
}

KnownMessages::~KnownMessages() = default;

std::optional<KnownMessages::Found> KnownMessages::find(std::string_view content) const {
    const auto term = schema::term(schema::kContentPrefix, content);
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
        const Xapian::Database& db = shards_[shard].db;
        for (auto it = db.postlist_begin(term); it != db.postlist_end(term); ++it)
            if (shards_[shard].lives(*it)) return Found{shard, *it};
    }
    return std::nullopt;
}

store::Origins KnownMessages::origins(const Found& found) const {
    auto origins =
        store::Origins::decode(shards_[found.shard].db.get_document(found.id).get_value(schema::kSlotOrigins));
    if (!origins) throw Failure{origins.error()};
    return std::move(*origins);
}

std::string KnownMessages::content(const Found& found) const {
    return shards_[found.shard].db.get_document(found.id).get_value(schema::kSlotContent);
}

std::vector<KnownMessages::Found> KnownMessages::at(const store::Origin& origin) const {
    const auto term = schema::term(schema::kOriginPrefix, origin.name());
    std::vector<Found> out;
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
        const Xapian::Database& db = shards_[shard].db;
        for (auto it = db.postlist_begin(term); it != db.postlist_end(term); ++it)
            if (shards_[shard].lives(*it)) out.push_back({shard, *it});
    }
    return out;
}

template <class Visit>
void KnownMessages::walk(const std::string& prefix, const Visit& visit) const {
    const auto start = schema::term(schema::kOriginPrefix, prefix);
    for (const Shard& shard : shards_)
        for (auto it = shard.db.allterms_begin(start); it != shard.db.allterms_end(start); ++it)
            if (const std::string term = *it; shard.has(term))
                visit(std::string_view(term).substr(schema::kOriginPrefix.size()));
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
    for (const Shard& shard : shards_) count += shard.db.get_doccount() - shard.dead.size();
    return count;
}

Added::Added(std::size_t most) : mask_(std::bit_ceil(16 * most + 64) - 1), bits_((mask_ + 1) / 64) {}

template <class Visit>
bool Added::all_bits(std::string_view content, const Visit& visit) const {
    const std::uint64_t hash = std::hash<std::string_view>()(content);
    const auto step = (hash >> 32U) | 1U;
    for (std::uint64_t i = 0; i < 4; ++i) {
        const auto bit = (hash + i * step) & mask_;
        if (!visit(bit / 64, std::uint64_t{1} << (bit % 64))) return false;
    }
    return true;
}

void Added::add(std::string_view content) {
    all_bits(content, [&](std::size_t word, std::uint64_t bit) {
        bits_[word].fetch_or(bit, std::memory_order_relaxed);
        return true;
    });
}

bool Added::may_hold(std::string_view content) const {
    return all_bits(content, [&](std::size_t word, std::uint64_t bit) {
        return (bits_[word].load(std::memory_order_relaxed) & bit) != 0;
    });
}

}  // namespace patchseek::storage
