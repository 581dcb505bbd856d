#include "index_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "patchseek/schema/schema.hpp"

namespace fs = std::filesystem;

namespace patchseek::index {
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kLock = "lock";
constexpr const char* kBuildPrefix = "tmp-";
constexpr const char* kGenerationPrefix = "gen-";

bool is_ours(const std::string& name) {
    return name.starts_with(kManifest) || name.starts_with('.') || name == kLock || name.starts_with(kBuildPrefix) ||
           name.starts_with(kGenerationPrefix);
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
    bool ours = true;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
        ours = ours && is_ours(it->path().filename().native());
    if (error) return system_error("cannot list '" + path.native() + "'", error.value());
    if (!ours && !fs::exists(path / kManifest, error))
        return Error{ErrorKind::cannot_create,
                     "'" + path.native() + "' holds other files and no index; name a new folder with --db"};
    return Done{};
}

Result<UniqueFd> take_lock(const fs::path& path) {
    const fs::path file = path / kLock;
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return system_error("cannot open '" + file.native() + "' for writing", errno);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    // Bound to the open file, not to the process: closing another descriptor of it
    // does not drop the lock, and the kernel frees it whatever kills us.
    if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES) return system_error("cannot lock '" + path.native() + "'", errno);
        const auto holder = read_at(fd.get(), 0, 32, file.native());
        const std::string who = holder && !holder->empty() ? " (process " + *holder + ")" : "";
        return Error{ErrorKind::busy, "index '" + path.native() + "' is being written by another indexer" + who};
    }
    if (::ftruncate(fd.get(), 0) == 0) {
        const auto pid = std::to_string(::getpid());
        // Only a hint for whoever meets the lock: that it could not be written is no failure.
        [[maybe_unused]] const auto written = ::pwrite(fd.get(), pid.data(), pid.size(), 0);
    }
    return fd;
}

Result<Done> sync_tree(const fs::path& top) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(top, error), end; !error && it != end; it.increment(error))
        if (auto done = sync_path(it->path()); !done) return done;
    if (error) return system_error("cannot list '" + top.native() + "'", error.value());
    return sync_path(top);
}

std::string generation_name(std::uint64_t generation) {
    std::string digits = std::to_string(generation);
    return kGenerationPrefix + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

}  // namespace

Result<IndexFolder> IndexFolder::open(const fs::path& path) {
    if (auto made = make_folder(path); !made) return made.error();
    auto lock = take_lock(path);
    if (!lock) return lock.error();
    auto manifest = store::read_manifest(path);
    if (!manifest && manifest.error().kind != ErrorKind::no_input) return manifest.error();
    if (!manifest) manifest = store::Manifest{schema::kVersion, 0, 0, {}, {}};
    IndexFolder folder(path, std::move(*lock), std::move(*manifest));
    folder.sweep();
    return folder;
}

void IndexFolder::sweep() const {
    std::error_code error;
    std::vector<fs::path> doomed;
    for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename();
        const bool named = std::ranges::any_of(
            manifest_.shards, [&](const store::Shard& shard) { return shard.folder.starts_with(name + '/'); });
        const bool build = name.starts_with(kBuildPrefix) || (name.starts_with(kGenerationPrefix) && !named);
        if (build) doomed.push_back(it->path());
    }
    for (const fs::path& path : doomed) fs::remove_all(path, error);
}

Result<fs::path> IndexFolder::make_build_folder() {
    fs::path build = path_ / (kBuildPrefix + std::to_string(::getpid()));
    std::error_code error;
    fs::create_directory(build, error);
    if (error) return system_error("cannot make '" + build.native() + "'", error.value());
    return build;
}

Result<Done> IndexFolder::publish(const fs::path& build, std::vector<store::Shard> shards,
                                  std::vector<store::Archive> archives, std::int64_t now) {
    store::Manifest next = manifest_;
    next.schema = schema::kVersion;
    next.generation += 1;
    next.updated = now;
    next.archives = std::move(archives);
    std::error_code error;
    if (shards.empty()) {
        fs::remove_all(build, error);
    } else {
        if (auto synced = sync_tree(build); !synced) return synced;
        const auto name = generation_name(next.generation);
        fs::rename(build, path_ / name, error);
        if (error) return system_error("cannot publish '" + build.native() + "'", error.value());
        if (auto synced = sync_path(path_); !synced) return synced;
        for (store::Shard& shard : shards) {
            shard.folder = name + '/' + shard.folder;
            next.shards.push_back(std::move(shard));
        }
    }
    if (auto written = store::write_manifest(path_, next); !written) return written;
    manifest_ = std::move(next);
    return Done{};
}

}  // namespace patchseek::index
