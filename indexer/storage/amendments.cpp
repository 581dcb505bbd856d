// SPDX-License-Identifier: GPL-2.0-or-later
#include "amendments.hpp"

#include <xapian.h>

#include <algorithm>

#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// A shard is written anew when more than one of so many of its documents would be dead.
constexpr std::size_t kMostDead = 4;
/// So many documents are written by one thread into one shard, and not packed.
constexpr std::size_t kFewDocuments = 2000;

std::size_t count_of(const Changes& changes, std::size_t shard) {
    const auto begin = changes.lower_bound({shard, 0}), end = changes.lower_bound({shard + 1, 0});
    return static_cast<std::size_t>(std::distance(begin, end));
}

// Writes into `build` and `scratch`, and says what is to be published of it; nothing if it was stopped.
std::optional<Publication> written(const IndexFolder& folder, Rewrite& plan, bool few, const fs::path& build) {
    const auto rewritten = storage::rewrite(plan);
    if (!rewritten) return std::nullopt;
    Publication out{.build = build};
    std::vector<std::vector<fs::path>> lists(plan.to.size());
    for (std::size_t i = 0; i < plan.to.size(); ++i) {
        if (!rewritten->made[i]) continue;
        out.added.push_back({std::to_string(i), true, {}});
        lists[i].push_back(plan.to[i]);
    }
    if (!few) value_or_throw(pack_all(lists, build));
    for (std::size_t i = 0; i < std::min(plan.shards.size(), folder.manifest().shards.size()); ++i) {
        const store::Shard& shard = plan.shards[i];
        if (plan.parts[i] == Rewrite::Part::all) out.dropped.push_back(shard.folder);
        if (rewritten->dead[i].empty()) continue;
        auto dead = rewritten->dead[i];
        if (!shard.dead.empty()) dead.insert(dead.begin(), plan.index / shard.dead);
        const auto name = "dead-" + std::to_string(i);
        pack_dead(dead, build / name);
        out.dead[shard.folder] = name;
    }
    return out;
}

}  // namespace

Result<bool> write_rewritten(IndexFolder& folder, Rewrite plan, const MergeOptions& options, Texts texts) {
    const auto build = folder.make_build_folder(), scratch = folder.make_build_folder();
    if (!build) return build.error();
    if (!scratch) return scratch.error();
    const std::size_t documents = documents_of(plan);
    const bool few = documents < kFewDocuments && texts == Texts::stay;
    const std::size_t most = texts == Texts::stay ? options.jobs : documents / kFewDocuments;
    const std::size_t count = few ? 1 : std::clamp<std::size_t>(most, 1, options.jobs);
    for (std::size_t i = 0; i < count; ++i) plan.to.push_back((few ? *build : *scratch) / std::to_string(i));
    plan.scratch = *scratch;
    plan.stop = options.stop;
    if (texts == Texts::moved) plan.texts = folder.new_texts(count);
    Progress progress{Progress::Phase::removing};
    progress.total = documents;
    if (options.on_progress)
        plan.on_document = [&] {
            ++progress.done;
            options.on_progress(progress);
        };
    auto publication = written(folder, plan, few, *build);
    if (!publication) return false;
    publication->edit = [&](store::Manifest& manifest) {
        manifest.texts.insert(manifest.texts.end(), plan.texts.begin(), plan.texts.end());
    };
    if (auto done = folder.publish(*publication); !done) return done.error();
    std::error_code ignored;
    fs::remove_all(*scratch, ignored);
    return true;
}

void Amendments::add_origin(const NewOrigin& origin) {
    if (const auto found = known_.find(origin.content))
        changes_[{found->shard, found->id}].added.push_back(origin.copy);
}

void Amendments::forget(const store::Origin& origin, std::string_view but) {
    for (const auto& found : known_.at(origin))
        if (but.empty() || known_.content(found) != but) changes_[{found.shard, found.id}].removed.push_back(origin);
}

void Amendments::leave_out_what_changes_nothing() {
    for (auto& [where, change] : changes_) std::ranges::sort(change.removed);
    std::erase_if(changes_, [&](const auto& one) {
        auto origins = known_.origins({one.first.first, one.first.second});
        if (!one.second.apply(origins)) return true;
        removed_ += origins.copies.empty();
        return false;
    });
}

Rewrite Amendments::planned() const {
    Rewrite out{folder_.path(), folder_.manifest().shards, changes_, {}, {}, {}, nullptr, nullptr};
    for (std::size_t i = 0; i < out.shards.size(); ++i) {
        const store::Shard& shard = out.shards[i];
        const auto dead = dead_documents(out.index, shard).size() + count_of(changes_, i);
        const bool stays = dead * kMostDead <= open_shard(out.index / shard.folder).get_doccount();
        const bool changes = count_of(changes_, i) > 0;
        out.parts.push_back(!changes ? Rewrite::Part::nothing : stays ? Rewrite::Part::changed : Rewrite::Part::all);
    }
    return out;
}

Result<bool> Amendments::publish(const MergeOptions& options) {
    leave_out_what_changes_nothing();
    if (changes_.empty()) return true;
    auto done = write_rewritten(folder_, planned(), options, Texts::stay);
    if (!done || !*done) removed_ = 0;
    changes_.clear();
    return done;
}

}  // namespace patchseek::storage
