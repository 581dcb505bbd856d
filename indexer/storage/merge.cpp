// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>

#include "patchseek/schema/schema.hpp"
#include "rewrite.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// So many segments of one size are packed into one.
constexpr std::size_t kSegmentsToPack = 8;
/// Below so many messages a shard need not be newest first, which costs a search less than a millisecond, and costs as
/// little where it has no list of its words.
constexpr std::uint64_t kSmallShard = 2000;
/// A shard is merged with those that together have at least this part of its messages.
constexpr std::uint64_t kRatio = 3;
/// Shards beyond one for each job that a search may have to open.
constexpr std::size_t kExtraShards = 4;

/// What a merge needs to know of a shard. Keys are values of kSlotOrder.
struct Extent {
    store::Shard shard;
    std::uint64_t messages = 0;  ///< that live
    bool has_dead = false;
    std::string newest, oldest;  ///< of a shard that is newest first
};

Extent extent_of(const fs::path& index, const store::Shard& shard) {
    const auto db = open_shard(index / shard.folder);
    const auto dead = dead_documents(index, shard).size();
    Extent out{shard, db.get_doccount() - dead, dead > 0, {}, {}};
    if (!shard.newest_first || out.messages == 0) return out;
    out.newest = db.get_value_lower_bound(schema::kSlotOrder);
    out.oldest = db.get_value_upper_bound(schema::kSlotOrder);
    return out;
}

// Shards that do not overlap in time, one chain of them after another; each chain can be
// packed without looking at its documents. First fit, newest first, makes as few chains
// as there are shards that overlap anywhere.
std::vector<std::vector<Extent>> chains_of(std::vector<Extent> extents) {
    std::ranges::sort(extents, {}, &Extent::newest);
    std::vector<std::vector<Extent>> chains;
    for (Extent& extent : extents) {
        auto chain = std::ranges::find_if(
            chains, [&](const std::vector<Extent>& one) { return one.back().oldest < extent.newest; });
        if (chain == chains.end()) chain = chains.insert(chain, std::vector<Extent>());
        chain->push_back(std::move(extent));
    }
    return chains;
}

/// Writes all that lives of some shards into new ones, newest first. Nothing if it was stopped; else those that were
/// made, which are none for no messages.
std::optional<std::vector<fs::path>> write_anew(const fs::path& index, std::vector<store::Shard> shards,
                                                std::vector<fs::path> to, std::vector<std::uint32_t> texts,
                                                const Stop* stop) {
    Rewrite plan{index, std::move(shards), {}, {}, std::move(to), {}, stop};
    plan.parts.assign(plan.shards.size(), Rewrite::Part::all);
    plan.texts = std::move(texts);
    const auto rewritten = rewrite(plan);
    if (!rewritten) return std::nullopt;
    std::vector<fs::path> made;
    for (std::size_t i = 0; i < plan.to.size(); ++i)
        if (rewritten->made[i]) made.push_back(plan.to[i]);
    return made;
}

/// One merge of the shards that are worth it.
class Merge {
public:
    /// Of at most so many messages.
    Merge(IndexFolder& folder, const MergeOptions& options, std::uint64_t most = UINT64_MAX)
        : folder_(folder), options_(options), most_(most) {}
    /// False if nothing is worth it, or the work was stopped.
    Result<bool> run();

private:
    /// Shards to be packed into one, one after another in time.
    using Chain = std::vector<Extent>;

    std::vector<Extent> chosen() const;
    std::optional<Chain> in_order(Chain extents);
    std::optional<std::vector<std::vector<fs::path>>> lists_of(Chain extents, bool& newest_first);
    Result<bool> merge(Chain extents);

    IndexFolder& folder_;
    const MergeOptions& options_;
    std::uint64_t most_;
    fs::path scratch_;  ///< for copies that are packed from
};

std::vector<Extent> Merge::chosen() const {
    std::vector<Extent> all;
    for (const store::Shard& shard : folder_.manifest().shards) all.push_back(extent_of(folder_.path(), shard));
    const bool disordered = std::ranges::any_of(
        all, [](const Extent& one) { return !one.shard.newest_first && one.messages >= kSmallShard; });
    if (!disordered && all.size() <= options_.jobs + kExtraShards) return {};
    std::ranges::stable_sort(all, {}, &Extent::messages);
    std::vector<Extent> out;
    std::uint64_t sum = 0;
    for (Extent& extent : all) {
        if (sum > 0 && extent.messages > kRatio * sum) break;
        sum += extent.messages;
        out.push_back(std::move(extent));
    }
    return sum <= most_ ? out : std::vector<Extent>();
}

// The same shards, without what is dead of them, those that are large newest first; nothing if the work was stopped.
std::optional<Merge::Chain> Merge::in_order(Chain extents) {
    std::uint64_t all = 0;
    for (const Extent& extent : extents) all += extent.messages;
    Chain out;
    for (Extent& extent : extents) {
        if (extent.messages == 0) continue;
        if (!extent.has_dead && (extent.shard.newest_first || all < kSmallShard)) {
            out.push_back(std::move(extent));
            continue;
        }
        const auto sorted = scratch_ / ("sorted-" + std::to_string(out.size()));
        if (!write_anew(folder_.path(), {extent.shard}, {sorted}, {}, options_.stop)) return std::nullopt;
        out.push_back(extent_of(folder_.path(), {fs::relative(sorted, folder_.path()).native(), true, {}}));
    }
    return out;
}

// What is packed into one shard each; nothing if the work was stopped.
std::optional<std::vector<std::vector<fs::path>>> Merge::lists_of(Chain extents, bool& newest_first) {
    std::uint64_t all = 0;
    std::vector<store::Shard> shards;
    for (const Extent& extent : extents) all += extent.messages, shards.push_back(extent.shard);
    newest_first = std::ranges::all_of(shards, &store::Shard::newest_first);
    std::vector<std::vector<fs::path>> out;
    if (newest_first)
        for (const Chain& chain : chains_of(std::move(extents))) {
            auto& list = out.emplace_back();
            for (const Extent& extent : chain) list.push_back(folder_.path() / extent.shard.folder);
        }
    if (shards.empty()) return out;
    if (all < kSmallShard && out.size() != 1) {
        newest_first = false;
        out.assign(1, {});
        for (const store::Shard& shard : shards) out.front().push_back(folder_.path() / shard.folder);
    } else if (out.size() > options_.jobs) {
        // Too much overlaps in time to be told apart by shard.
        std::vector<fs::path> copies;
        for (unsigned i = 0; i < options_.jobs; ++i) copies.push_back(scratch_ / ("copy-" + std::to_string(i)));
        const auto made = write_anew(folder_.path(), shards, copies, {}, options_.stop);
        if (!made) return std::nullopt;
        out.clear();
        for (const fs::path& shard : *made) out.push_back({shard});
    }
    return out;
}

Result<bool> Merge::merge(Chain extents) {
    Publication publication;
    for (const Extent& extent : extents) publication.dropped.push_back(extent.shard.folder);
    const auto build = folder_.make_build_folder(), scratch = folder_.make_build_folder();
    if (!build) return build.error();
    if (!scratch) return scratch.error();
    publication.build = *build;
    scratch_ = *scratch;
    auto sorted = in_order(std::move(extents));
    if (!sorted || is_stop_requested(options_.stop)) return false;
    bool newest_first = true;
    const auto lists = lists_of(std::move(*sorted), newest_first);
    if (!lists) return false;
    for (std::size_t i = 0; i < lists->size(); ++i) publication.added.push_back({std::to_string(i), newest_first, {}});
    if (auto done = pack_all(*lists, *build); !done) return done.error();
    publication.refresh_relations = true;
    if (auto done = folder_.publish(publication); !done) return done.error();
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
    return true;
}

Result<bool> Merge::run() {
    return guarded("cannot merge shards", [&]() -> Result<bool> {
        auto extents = chosen();
        if (extents.empty() || (extents.size() == 1 && extents.front().shard.newest_first)) return false;
        if (options_.on_progress) options_.on_progress({Progress::Phase::merging});
        return merge(std::move(extents));
    });
}

// How many segments at the end of those of a worker are packed now.
std::size_t segments_to_pack(const std::vector<Segment>& segments, bool last, bool has_others) {
    if (last) {
        const bool as_it_is = segments.size() == 1 &&
                              (segments.front().level > 0 || (has_others && segments.front().messages < kSmallShard));
        return as_it_is ? 0 : segments.size();
    }
    std::size_t count = 0;
    for (auto it = segments.rbegin(); it != segments.rend() && it->level == segments.back().level; ++it) ++count;
    return count < kSegmentsToPack ? 0 : count;
}

}  // namespace

Result<Done> pack_segments(IndexFolder& folder, std::vector<std::vector<Segment>>& workers, bool last) {
    std::vector<std::vector<fs::path>> lists(workers.size());
    Publication publication;
    std::size_t segments = 0;
    for (const auto& worker : workers) segments += worker.size();
    const bool has_others = segments < folder.manifest().shards.size();
    for (std::size_t i = 0; i < workers.size(); ++i) {
        const auto count = static_cast<std::ptrdiff_t>(segments_to_pack(workers[i], last, has_others));
        for (auto it = workers[i].end() - count; it != workers[i].end(); ++it) {
            lists[i].push_back(folder.path() / it->folder);
            publication.dropped.push_back(it->folder);
        }
        if (count > 0) publication.added.push_back({std::to_string(i), workers[i].back().in_order, {}});
    }
    if (publication.added.empty()) return Done{};
    const auto build = folder.make_build_folder();
    if (!build) return build.error();
    publication.build = *build;
    if (auto done = pack_all(lists, *build); !done) return done;
    if (auto done = folder.publish(publication); !done) return done;
    auto made = folder.manifest().shards.end() - static_cast<std::ptrdiff_t>(publication.added.size());
    for (std::size_t i = 0; i < workers.size(); ++i) {
        if (lists[i].empty()) continue;
        Segment packed = workers[i].back();
        packed.folder = (made++)->folder;
        ++packed.level;
        packed.messages = 0;
        for (std::size_t n = 0; n < lists[i].size(); ++n, workers[i].pop_back())
            packed.messages += workers[i].back().messages;
        workers[i].push_back(std::move(packed));
    }
    return Done{};
}

Result<Done> merge_when_it_pays(IndexFolder& folder, const MergeOptions& options) {
    const auto merged = Merge(folder, options).run();
    if (!merged) return merged.error();
    return Done{};
}

Result<Done> merge_small(IndexFolder& folder, const MergeOptions& options) {
    const auto merged = Merge(folder, options, kSmallShard).run();
    if (!merged) return merged.error();
    return Done{};
}

Result<bool> compact(IndexFolder& folder, const MergeOptions& options) {
    return guarded("cannot compact the index", [&]() -> Result<bool> {
        std::uint64_t messages = 0;
        Publication publication{.refresh_relations = true};
        for (const store::Shard& shard : folder.manifest().shards) {
            messages += extent_of(folder.path(), shard).messages;
            publication.dropped.push_back(shard.folder);
        }
        const auto jobs = std::clamp<std::uint64_t>(messages / kSmallShard, 1, options.jobs);
        const auto build = folder.make_build_folder(), scratch = folder.make_build_folder();
        if (!build) return build.error();
        if (!scratch) return scratch.error();
        publication.build = *build;
        const auto texts = folder.new_texts(jobs);
        publication.edit = [&](store::Manifest& manifest) { manifest.texts = texts; };
        std::vector<fs::path> copies;
        for (std::size_t i = 0; i < jobs; ++i) copies.push_back(*scratch / std::to_string(i));
        if (options.on_progress) options.on_progress({Progress::Phase::merging});
        const auto made = write_anew(folder.path(), folder.manifest().shards, copies, texts, options.stop);
        if (!made) return false;
        std::vector<std::vector<fs::path>> lists;
        for (const fs::path& shard : *made) {
            publication.added.push_back({std::to_string(lists.size()), true, {}});
            lists.push_back({shard});
        }
        if (auto packed = pack_all(lists, *build); !packed) return packed.error();
        if (auto published = folder.publish(publication); !published) return published.error();
        std::error_code ignored;
        fs::remove_all(*scratch, ignored);
        return true;
    });
}

}  // namespace patchseek::storage
