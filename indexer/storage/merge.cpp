#include "merge.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// So many segments of one size are packed into one.
constexpr std::size_t kSegmentsToPack = 8;
/// A live shard is merged when it has so many messages: below that its disorder costs
/// a search less than a millisecond.
constexpr std::uint64_t kFullLiveShard = 2000;
/// A shard is merged with those that together have at least this part of its messages.
constexpr std::uint64_t kRatio = 3;
/// Shards beyond one for each job that a search may have to open.
constexpr std::size_t kExtraShards = 4;

/// What a merge needs to know of a shard. Keys are values of kSlotOrder.
struct Extent {
    store::Shard shard;
    std::uint64_t messages = 0;
    std::string newest, oldest;  ///< of a shard that is newest first
};

Extent extent_of(const fs::path& index, const store::Shard& shard) {
    const auto db = open_shard(index / shard.folder);
    Extent out{shard, db.get_doccount(), {}, {}};
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

/// Packs each list of shard folders into `build`/<number>, in parallel; empty lists make none.
Result<Done> pack_all(const fs::path& index, const std::vector<std::vector<std::string>>& lists,
                      const fs::path& build) {
    std::vector<std::optional<Error>> errors(lists.size());
    in_parallel(lists.size(), [&](std::size_t i) {
        std::vector<fs::path> paths;
        for (const std::string& folder : lists[i]) paths.push_back(index / folder);
        if (paths.empty()) return;
        if (auto done = pack_shards(paths, build / std::to_string(i)); !done) errors[i] = done.error();
    });
    for (const auto& error : errors)
        if (error) return *error;
    return Done{};
}

/// One merge of the shards that are worth it.
class Merge {
public:
    Merge(IndexFolder& folder, const MergeOptions& options) : folder_(folder), options_(options) {}
    /// False if nothing is worth it, or the work was stopped.
    Result<bool> run();

private:
    using Folders = std::vector<std::string>;  ///< of shards, below the index

    std::vector<Extent> chosen() const;
    Result<std::vector<Extent>> in_order(std::vector<Extent> extents);
    Result<std::vector<Folders>> mix(const std::vector<Folders>& lists);
    Result<bool> merge(std::vector<Extent> extents);

    IndexFolder& folder_;
    const MergeOptions& options_;
    fs::path scratch_;  ///< for copies that are packed from
};

std::vector<Extent> Merge::chosen() const {
    std::vector<Extent> all;
    for (const store::Shard& shard : folder_.manifest().shards) all.push_back(extent_of(folder_.path(), shard));
    const bool grown =
        std::ranges::any_of(all, [](const Extent& one) { return one.shard.live && one.messages >= kFullLiveShard; });
    if (!grown && all.size() <= options_.jobs + kExtraShards) return {};
    std::ranges::stable_sort(all, {}, &Extent::messages);
    std::vector<Extent> out;
    std::uint64_t sum = 0;
    for (Extent& extent : all) {
        if (sum > 0 && extent.messages > kRatio * sum) break;
        sum += extent.messages;
        out.push_back(std::move(extent));
    }
    return out;
}

// The same shards, those that are not newest first copied so that they are; none if the work was stopped.
Result<std::vector<Extent>> Merge::in_order(std::vector<Extent> extents) {
    std::vector<Extent> out;
    for (Extent& extent : extents) {
        if (extent.messages == 0) continue;
        if (extent.shard.newest_first) {
            out.push_back(std::move(extent));
            continue;
        }
        const auto sorted = scratch_ / ("sorted-" + std::to_string(out.size()));
        auto done = copy_sorted(folder_.path(), {extent.shard.folder}, {sorted}, {}, options_.stop);
        if (!done) return done.error();
        if (!*done) return std::vector<Extent>();
        const store::Shard shard{fs::relative(sorted, folder_.path()).native(), true, false};
        out.push_back(extent_of(folder_.path(), shard));
    }
    return out;
}

// All shards of some lists copied into one shard for each job, where too much overlaps in time to be told apart by
// shard; none if the work was stopped.
Result<std::vector<Merge::Folders>> Merge::mix(const std::vector<Folders>& lists) {
    Folders all;
    for (const Folders& list : lists) all.insert(all.end(), list.begin(), list.end());
    std::vector<fs::path> copies;
    std::vector<Folders> out;
    for (unsigned i = 0; i < options_.jobs; ++i) {
        copies.push_back(scratch_ / ("copy-" + std::to_string(i)));
        out.push_back({fs::relative(copies.back(), folder_.path()).native()});
    }
    const auto done = copy_sorted(folder_.path(), all, copies, {}, options_.stop);
    if (!done) return done.error();
    if (!*done) out.clear();
    return out;
}

Result<bool> Merge::merge(std::vector<Extent> extents) {
    Publication publication;
    for (const Extent& extent : extents) publication.dropped.push_back(extent.shard.folder);
    const auto build = folder_.make_build_folder();
    if (!build) return build.error();
    const auto scratch = folder_.make_build_folder();
    if (!scratch) return scratch.error();
    publication.build = *build;
    scratch_ = *scratch;
    auto sorted = in_order(std::move(extents));
    if (!sorted) return sorted.error();
    const auto chains = chains_of(std::move(*sorted));
    if (is_stop_requested(options_.stop)) return false;
    std::vector<Folders> lists;
    for (const auto& chain : chains) {
        auto& list = lists.emplace_back();
        for (const Extent& extent : chain) list.push_back(extent.shard.folder);
    }
    if (lists.size() > options_.jobs) {
        auto mixed = mix(lists);
        if (!mixed) return mixed.error();
        if (mixed->empty()) return false;
        lists = std::move(*mixed);
    }
    for (std::size_t i = 0; i < lists.size(); ++i) publication.added.push_back({std::to_string(i), true, false});
    if (auto done = pack_all(folder_.path(), lists, *build); !done) return done.error();
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
std::size_t segments_to_pack(const std::vector<Segment>& segments, bool last) {
    if (last) return segments.size() == 1 && segments.front().level > 0 ? 0 : segments.size();
    std::size_t count = 0;
    for (auto it = segments.rbegin(); it != segments.rend() && it->level == segments.back().level; ++it) ++count;
    return count < kSegmentsToPack ? 0 : count;
}

}  // namespace

Result<Done> pack_segments(IndexFolder& folder, std::vector<std::vector<Segment>>& workers, bool last) {
    std::vector<std::vector<std::string>> lists(workers.size());
    Publication publication;
    for (std::size_t i = 0; i < workers.size(); ++i) {
        const auto count = static_cast<std::ptrdiff_t>(segments_to_pack(workers[i], last));
        for (auto it = workers[i].end() - count; it != workers[i].end(); ++it) lists[i].push_back(it->folder);
        publication.dropped.insert(publication.dropped.end(), lists[i].begin(), lists[i].end());
        if (count > 0) publication.added.push_back({std::to_string(i), workers[i].back().in_order, false});
    }
    if (publication.added.empty()) return Done{};
    const auto build = folder.make_build_folder();
    if (!build) return build.error();
    publication.build = *build;
    if (auto done = pack_all(folder.path(), lists, *build); !done) return done;
    if (auto done = folder.publish(publication); !done) return done;
    auto made = folder.manifest().shards.end() - static_cast<std::ptrdiff_t>(publication.added.size());
    for (std::size_t i = 0; i < workers.size(); ++i) {
        if (lists[i].empty()) continue;
        const Segment oldest = workers[i].back();
        workers[i].resize(workers[i].size() - lists[i].size());
        workers[i].push_back({(made++)->folder, oldest.level + 1, oldest.in_order});
    }
    return Done{};
}

Result<Done> merge_when_it_pays(IndexFolder& folder, const MergeOptions& options) {
    const auto merged = Merge(folder, options).run();
    if (!merged) return merged.error();
    return Done{};
}

Result<bool> compact(IndexFolder& folder, const MergeOptions& options) {
    return guarded("cannot compact the index", [&]() -> Result<bool> {
        std::uint64_t messages = 0;
        std::vector<std::string> all;
        for (const store::Shard& shard : folder.manifest().shards) {
            messages += extent_of(folder.path(), shard).messages;
            all.push_back(shard.folder);
        }
        const auto jobs = std::clamp<std::uint64_t>(messages / kFullLiveShard, 1, options.jobs);
        const auto build = folder.make_build_folder(), scratch = folder.make_build_folder();
        if (!build) return build.error();
        if (!scratch) return scratch.error();
        const auto texts = folder.new_texts(jobs);
        Publication publication{.build = *build, .dropped = all, .refresh_relations = true};
        publication.edit = [&](store::Manifest& manifest) { manifest.texts = texts; };
        std::vector<fs::path> copies;
        std::vector<std::vector<std::string>> lists;
        for (std::size_t i = 0; i < jobs; ++i) {
            copies.push_back(*scratch / std::to_string(i));
            lists.push_back({fs::relative(copies.back(), folder.path()).native()});
            publication.added.push_back({std::to_string(i), true, false});
        }
        if (options.on_progress) options.on_progress({Progress::Phase::merging});
        const auto done = copy_sorted(folder.path(), all, copies, texts, options.stop);
        if (!done || !*done) return done;
        if (auto packed = pack_all(folder.path(), lists, *build); !packed) return packed.error();
        if (auto published = folder.publish(publication); !published) return published.error();
        std::error_code ignored;
        fs::remove_all(*scratch, ignored);
        return true;
    });
}

}  // namespace patchseek::storage
