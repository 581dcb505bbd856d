#include "index_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <iterator>
#include <optional>
#include <thread>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/schema/schema.hpp"
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

bool is_ours(const std::string& name) {
    static constexpr std::array<std::string_view, 5> kNames = {layout::kManifest, layout::kWriterLock, layout::kTexts,
                                                               layout::kArchiveStates, layout::kCommits};
    static constexpr std::array<std::string_view, 4> kPrefixes = {".", layout::kTemporaryPrefix,
                                                                  layout::kGenerationPrefix, layout::kRelationsPrefix};
    return std::ranges::find(kNames, name) != kNames.end() ||
           std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

Result<Done> make_folder(const fs::path& path) {
    std::error_code error;
    if (const auto parent = path.parent_path(); !parent.empty()) fs::create_directories(parent, error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        auto failed = system_error("cannot make the index folder '" + path.native() + "'", errno);
        if (failed.kind == ErrorKind::no_input) failed.kind = ErrorKind::cannot_create;
        return failed;
    }
    if (!fs::is_directory(path, error))
        return Error{ErrorKind::cannot_create, "'" + path.native() + "' is not a folder"};
    bool ours =
        fs::is_empty(path, error) || fs::exists(path / layout::kWriterLock, error);  // whoever wrote here left one
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
        ours = ours && is_ours(it->path().filename().native());
    if (error) return system_error("cannot list '" + path.native() + "'", error.value());
    if (!ours && !fs::exists(path / layout::kManifest, error))
        return Error{ErrorKind::cannot_create,
                     "'" + path.native() + "' holds other files and no index; name a new folder with --db"};
    return Done{};
}

bool try_lock(int fd) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    // Bound to the open file, not to the process: closing another descriptor of it
    // does not drop the lock, and the kernel frees it whatever kills us.
    return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

std::string busy_message(const fs::path& path, int fd) {
    const auto holder = read_at(fd, 0, 32, path.native());
    const std::string who = holder && !holder->empty() ? " (process " + *holder + ")" : "";
    return "index '" + path.native() + "' is being written by another indexer" + who;
}

Result<UniqueFd> take_lock(const fs::path& path, const Patience& patience) {
    const fs::path file = path / layout::kWriterLock;
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return system_error("index '" + path.native() + "' is not writable", errno);
    const auto end = std::chrono::steady_clock::now() + patience.most;
    bool told = false;
    while (!try_lock(fd.get())) {
        if (errno != EAGAIN && errno != EACCES) return system_error("cannot lock '" + path.native() + "'", errno);
        if (std::chrono::steady_clock::now() >= end)
            return Error{ErrorKind::busy, busy_message(path, fd.get()) + "; --wait waits for it"};
        if (!std::exchange(told, true) && patience.on_wait)
            patience.on_wait(busy_message(path, fd.get()) + ", waiting");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (::ftruncate(fd.get(), 0) == 0) {
        const auto pid = std::to_string(::getpid());
        // Only a hint for whoever meets the lock: that it could not be written is no failure.
        [[maybe_unused]] const auto written = ::pwrite(fd.get(), pid.data(), pid.size(), 0);
    }
    return fd;
}

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

// All folders that a manifest names, sorted.
std::vector<std::string> folders_of(const store::Manifest& manifest) {
    std::vector<std::string> out;
    for (const store::Shard& shard : manifest.shards)
        for (const std::string& folder : {shard.folder, shard.dead})
            if (!folder.empty()) out.push_back(folder);
    std::ranges::sort(out);
    return out;
}

bool is_writable(const fs::path& path) { return ::access(path.c_str(), W_OK) == 0; }

}  // namespace

Result<IndexFolder> IndexFolder::open(const fs::path& given, const Patience& patience) {
    const fs::path path = given.has_filename() ? given : given.parent_path();  // "dir/"
    if (auto made = make_folder(path); !made) return made.error();
    if (!is_writable(path)) return system_error("index '" + path.native() + "' is not writable", errno);
    auto lock = take_lock(path, patience);
    if (!lock) return lock.error();
    auto manifest = store::read_manifest(path);
    if (!manifest && manifest.error().kind != ErrorKind::no_input) return manifest.error();
    if (!manifest) manifest = store::Manifest{schema::kVersion, 0, 0, {}, {}, {}};
    IndexFolder folder(path, std::move(*lock), std::move(*manifest));
    sweep_index(path, folder.manifest());
    std::error_code error;
    for (const char* name : {layout::kTexts, layout::kArchiveStates}) {
        fs::create_directory(path / name, error);
        if (error) return system_error("cannot make '" + (path / name).native() + "'", error.value());
    }
    return folder;
}

Result<IndexFolder> IndexFolder::open_existing(const fs::path& path, const Patience& patience) {
    if (const auto manifest = store::read_manifest(path); !manifest) return manifest.error();
    return open(path, patience);
}

IndexFolder::~IndexFolder() {
    if (!lock_) return;
    // What a failed or stopped run has left: on a full disk it would keep the disk full.
    sweep_temporaries(path_);
    if (held_) sweep_index(path_, on_disk_);
    if (on_disk_.generation > 0) return;
    // Only what is empty, and only names of ours.
    sweep_index(path_, on_disk_);
    std::error_code ignored;
    for (const char* name : {layout::kTexts, layout::kArchiveStates, layout::kCommits, layout::kWriterLock})
        fs::remove(path_ / name, ignored);
    fs::remove(path_, ignored);
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
    for (const std::string& folder : moved_in_) {
        if (std::ranges::binary_search(named, folder)) continue;
        fs::remove_all(path_ / folder, ignored);
        fs::remove((path_ / folder).parent_path(), ignored);  // unless others of that generation are named
    }
    std::erase_if(unsynced_, [&](const fs::path& path) { return !fs::exists(path, ignored); });
    moved_in_.clear();
}

Result<Done> IndexFolder::write(store::Manifest next, const Publication& publication) {
    leave_out_unnamed(next);
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
    if (auto written = store::write_manifest(path_, next); !written) return written;
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
    if (!held_) return write(std::move(next), publication);
    manifest_ = std::move(next);
    return Done{};
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
