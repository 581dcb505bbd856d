// SPDX-License-Identifier: GPL-2.0-or-later
#include "index_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <iterator>
#include <optional>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/origins.hpp"
#include "patchseek/store/text_store.hpp"
#include "relations_pass.hpp"
#include "sweep.hpp"

namespace fs = std::filesystem;
namespace layout = patchseek::schema::layout;

namespace patchseek::storage {
namespace {

/// A text file that has grown over this is appended to no more.
constexpr std::uint64_t kFullText = std::uint64_t{1} << 30;

// A folder and all below it.
Result<std::vector<fs::path>> tree_of(const fs::path& top) {
    std::vector<fs::path> out = {top};
    std::error_code error;
    for (fs::recursive_directory_iterator it(top, error), end; !error && it != end; it.increment(error))
        out.push_back(it->path());
    if (error) return system_error("cannot list '" + top.native() + "'", error.value());
    return out;
}

// Together: a disk that is asked for many syncs at once takes little longer than for one.
Result<Done> sync_all(const std::vector<fs::path>& paths) {
    constexpr std::size_t kThreads = 8;
    std::atomic<std::size_t> next = 0;
    std::vector<std::optional<Error>> errors(paths.size());
    in_parallel(std::min(kThreads, paths.size()), [&](std::size_t) {
        for (std::size_t i = next++; i < paths.size(); i = next++)
            if (auto done = sync_path(paths[i]); !done) errors[i] = done.error();
    });
    for (const auto& error : errors)
        if (error) return *error;
    return Done{};
}

// All folders that a manifest names, sorted; none that is a member's of a linked index, which nobody may touch.
std::vector<std::string> folders_of(const store::Manifest& manifest) {
    std::vector<std::string> out;
    for (const store::Shard& shard : manifest.shards)
        for (const std::string& folder : {shard.folder, shard.dead})
            if (!folder.empty() && !fs::path(folder).is_absolute()) out.push_back(folder);
    std::ranges::sort(out);
    return out;
}

// Only --link writes a linked index: what else changes is a member's.
Result<Done> demand_writable(const fs::path& top, const store::Manifest& manifest, const Opening& opening) {
    if (manifest.members.empty() || opening.linked) return Done{};
    return Error{ErrorKind::cannot_create, "index '" + top.native() + "' only links others, such as '" +
                                               manifest.members.front().path + "': write to those"};
}

}  // namespace

Result<IndexFolder> IndexFolder::open(const fs::path& given, const Opening& opening, Verify verify) {
    const fs::path top = given.has_filename() ? given : given.parent_path();  // "dir/"
    auto claim = Claim::take(top, opening);
    if (!claim) return claim.error();
    auto manifest = store::read_manifest(top);
    if (!manifest && manifest.error().kind != ErrorKind::no_input) return manifest.error();
    if (!manifest) manifest = store::Manifest{schema::kVersion, 0, 0, {}, {}, {}};
    if (auto ours = demand_writable(top, *manifest, opening); !ours) return ours.error();
    IndexFolder folder(top, std::move(*claim), std::move(*manifest));
    if (auto ready = folder.ready(verify); !ready) return ready.error();
    return folder;
}

Result<Done> IndexFolder::ready(Verify verify) {
    const bool is_new = manifest_.generation == 0;
    if (is_new) {
        auto data = claim_.make_data();
        if (!data) return data.error();
        manifest_.data = on_disk_.data = std::move(*data);
    } else if (auto ours = claim_.demand_ours(manifest_.data); !ours) {
        return ours;
    }
    path_ = top_ / manifest_.data;
    if (!is_new) {
        claim_.keep(manifest_.data);
        if (verify == Verify::presence)
            if (auto there = store::verify_presence(top_, manifest_); !there) return there;
        sweep_index(path_, manifest_);
    }
    return make_folders();
}

Result<Done> IndexFolder::make_folders() {
    std::error_code error;
    for (const char* name : {layout::kTexts, layout::kArchiveStates}) {
        fs::create_directory(path_ / name, error);
        if (error) return system_error("cannot make '" + (path_ / name).native() + "'", error.value());
    }
    return Done{};
}

Result<IndexFolder> IndexFolder::open_anew(const fs::path& given, const Opening& opening) {
    const fs::path top = given.has_filename() ? given : given.parent_path();  // "dir/"
    if (auto before = store::salvage_manifest(top); !before) return before.error();
    auto claim = Claim::take(top, opening);
    if (!claim) return claim.error();
    auto before = store::salvage_manifest(top);
    if (!before) return before.error();
    if (auto ours = demand_writable(top, *before, opening); !ours) return ours.error();
    store::Manifest manifest;
    manifest.schema = schema::kVersion;
    manifest.generation = before->generation = std::max<std::uint64_t>(1, before->generation);
    IndexFolder folder(top, std::move(*claim), std::move(manifest));
    if (auto begun = folder.begin_anew(std::move(*before)); !begun) return begun.error();
    return folder;
}

Result<Done> IndexFolder::begin_anew(store::Manifest before) {
    before_ = std::move(before);
    if (auto ours = claim_.demand_ours(before_.data); !ours) return ours;
    claim_.keep(before_.data);
    auto data = claim_.make_data();
    if (!data) return data.error();
    manifest_.data = on_disk_.data = std::move(*data);
    path_ = top_ / manifest_.data;
    for (store::Archive archive : before_.archives) {
        archive.messages = 0;
        archive.settled = false;
        archive.state.clear();
        manifest_.archives.push_back(std::move(archive));
    }
    for (store::Repository repository : before_.repositories) {
        repository.file.clear();
        repository.commits = 0;
        manifest_.repositories.push_back(std::move(repository));
    }
    hold();
    if (auto replaced = claim_.replaces(before_.data); !replaced) return replaced;
    return make_folders();
}

Result<IndexFolder> IndexFolder::open_existing(const fs::path& path, const Opening& opening, Verify verify) {
    if (const auto manifest = store::read_manifest(path); !manifest) return manifest.error();
    return open(path, opening, verify);
}

IndexFolder::~IndexFolder() {
    if (path_.empty()) return;  // moved from, or never ready
    if (on_disk_.generation == 0) {
        claim_.give_up();
        return;
    }
    if (held_ > 0 && before_.generation > 0) {
        claim_.give_up(before_.data);
        return;
    }
    // What a failed or stopped run has left: on a full disk it would keep the disk full.
    sweep_temporaries(path_);
    if (held_ > 0) sweep_index(path_, on_disk_);
}

Result<fs::path> IndexFolder::make_build_folder() {
    fs::path build = path_ / (layout::kTemporaryPrefix + std::to_string(::getpid()) + '-' + std::to_string(++builds_));
    std::error_code error;
    fs::remove_all(build, error);
    fs::create_directory(build, error);
    if (error) return system_error("cannot make '" + build.native() + "'", error.value());
    return build;
}

Result<Done> IndexFolder::move_in(const Publication& publication, store::Manifest& next) {
    if (publication.added.empty() && publication.dead.empty()) return Done{};
    const auto name = layout::numbered(layout::kGenerationPrefix, next.generation);
    std::error_code error;
    fs::rename(publication.build, path_ / name, error);
    if (error) return system_error("cannot publish '" + publication.build.native() + "'", error.value());
    const auto tree = tree_of(path_ / name);
    if (!tree) return tree.error();
    unsynced_.insert(unsynced_.end(), tree->begin(), tree->end());
    for (const store::Shard& shard : publication.added)
        next.shards.push_back({moved_in_.emplace_back(name + '/' + shard.folder), shard.newest_first, {}});
    for (store::Shard& shard : next.shards)
        if (const auto dead = publication.dead.find(shard.folder); dead != publication.dead.end())
            shard.dead = moved_in_.emplace_back(name + '/' + dead->second);
    return Done{};
}

// What was moved in while publications were held, and then replaced.
void IndexFolder::leave_out_unnamed(const store::Manifest& next) {
    const auto named = folders_of(next);
    std::error_code ignored;
    std::erase_if(moved_in_, [&](const std::string& folder) {
        if (std::ranges::binary_search(named, folder)) return false;
        fs::remove_all(path_ / folder, ignored);
        fs::remove((path_ / folder).parent_path(), ignored);  // unless others of that generation are named
        return true;
    });
    std::erase_if(unsynced_, [&](const fs::path& path) { return !fs::exists(path, ignored); });
}

Result<Done> IndexFolder::write(store::Manifest next, const Publication& publication) {
    leave_out_unnamed(next);
    moved_in_.clear();
    std::array<std::optional<Error>, 2> errors;
    std::vector<archive::Problem> ignored;
    auto& problems = publication.problems ? *publication.problems : ignored;
    in_parallel(publication.refresh_relations ? 2 : 1, [&](std::size_t task) {
        const auto done = task == 0 ? sync_all(unsynced_) : refresh_relations(path_, next, problems);
        if (!done) errors.at(task) = done.error();
    });
    for (const auto& error : errors)
        if (error) return *error;
    if (!unsynced_.empty())
        if (auto synced = sync_path(path_); !synced) return synced;
    unsynced_.clear();
    auto files = store::take_inventory(path_, next, on_disk_.files);
    if (!files) return files.error();
    next.files = std::move(*files);
    if (auto written = store::write_manifest(top_, next); !written) return written;
    claim_.keep(next.data);
    const auto before = folders_of(on_disk_), after = folders_of(next);
    std::vector<std::string> replaced;
    std::ranges::set_difference(before, after, std::back_inserter(replaced));
    manifest_ = on_disk_ = std::move(next);
    sweep_replaced(path_, manifest_, replaced);
    return Done{};
}

Result<Done> IndexFolder::publish(const Publication& publication) {
    store::Manifest next = manifest_;
    next.schema = schema::kVersion;
    next.generation += 1;
    std::erase_if(next.shards, [&](const store::Shard& shard) {
        return std::ranges::find(publication.dropped, shard.folder) != publication.dropped.end();
    });
    if (auto moved = move_in(publication, next); !moved) return moved;
    if (publication.edit) publication.edit(next);
    if (held_ == 0) return write(std::move(next), publication);
    leave_out_unnamed(next);
    manifest_ = std::move(next);
    return Done{};
}

// The files that a manifest names, and the folders of those; of an index whose data had no folder of their own.
void IndexFolder::remove_before() {
    if (!before_.data.empty()) return;
    std::error_code ignored;
    std::vector<std::string> files = {before_.relations};
    for (const std::uint32_t number : before_.texts) files.push_back(store::text_file("", number).native());
    for (const store::Archive& archive : before_.archives) files.push_back(archive.state);
    for (const store::Repository& repository : before_.repositories) files.push_back(repository.file);
    for (const store::Shard& shard : before_.shards)
        for (const std::string& folder : {shard.folder, shard.dead}) {
            if (folder.empty()) continue;
            for (const char* table :
                 {"iamglass", "flintlock", "postlist.glass", "docdata.glass", "position.glass", "words"})
                files.push_back(folder + '/' + table);
        }
    for (const std::string& file : files)
        if (!file.empty()) ::unlink((top_ / file).c_str());
    for (const store::Shard& shard : before_.shards)
        for (const std::string& folder : {shard.folder, shard.dead})
            for (fs::path path = folder; !path.empty(); path = path.parent_path()) ::rmdir((top_ / path).c_str());
    for (const char* name : {layout::kTexts, layout::kArchiveStates, layout::kCommits}) ::rmdir((top_ / name).c_str());
}

std::vector<std::uint32_t> IndexFolder::new_texts(std::size_t count) const {
    std::uint32_t next = manifest_.texts.empty() ? 0 : std::ranges::max(manifest_.texts) + 1;
    std::vector<std::uint32_t> out;
    for (; out.size() < count; ++next) out.push_back(next);
    return out;
}

Result<std::vector<std::uint32_t>> IndexFolder::texts_with_room(std::size_t count) {
    std::vector<std::uint32_t> out;
    std::error_code error;
    for (auto it = manifest_.texts.rbegin(); it != manifest_.texts.rend() && out.size() < count; ++it) {
        const auto size = fs::file_size(store::text_file(path_, *it), error);
        if (error || size < kFullText) out.push_back(*it);
    }
    const auto added = new_texts(count - out.size());
    if (added.empty()) return out;
    const auto published = publish({.edit = [&](store::Manifest& manifest) {
        manifest.texts.insert(manifest.texts.end(), added.begin(), added.end());
    }});
    if (!published) return published.error();
    out.insert(out.end(), added.begin(), added.end());
    return out;
}

Result<Done> IndexFolder::put_commits(const std::string& file, const std::string& bytes) {
    std::error_code error;
    fs::create_directory(path_ / layout::kCommits, error);
    if (error) return system_error("cannot make '" + (path_ / layout::kCommits).native() + "'", error.value());
    if (auto synced = sync_path(path_); !synced) return synced;
    return replace_file(path_ / file, bytes);
}

std::string IndexFolder::state(const store::Archive& archive) const {
    auto bytes = archive.state.empty() ? Result<std::string>(std::string()) : read_file(path_ / archive.state);
    return bytes ? std::move(*bytes) : std::string();
}

Result<std::string> IndexFolder::put_state(std::uint64_t archive, const std::string& state) {
    const auto key = store::key_name(archive) + '-';
    const auto name =
        (fs::path(layout::kArchiveStates) / layout::numbered(key.c_str(), manifest_.generation + 1)).native();
    const UniqueFd fd(::open((path_ / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!fd) return system_error("cannot write '" + (path_ / name).native() + "'", errno);
    if (auto written = write_all(fd.get(), state, (path_ / name).native()); !written) return written.error();
    unsynced_.push_back(path_ / name);
    unsynced_.push_back(path_ / layout::kArchiveStates);
    return name;
}

}  // namespace patchseek::storage
