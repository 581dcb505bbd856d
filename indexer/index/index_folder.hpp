#pragma once

#include <cstdint>
#include <filesystem>

#include "patchseek/base/file.hpp"
#include "patchseek/store/manifest.hpp"

namespace patchseek::index {

/// The folder of an index, held by its one writer. What a killed writer left behind
/// is swept when the next one opens the folder: it was never part of the index.
class IndexFolder {
public:
    /// Makes the folder if need be (mode 0700 then, mail is private) and takes the
    /// lock. A second writer gets kind busy at once; a folder that holds other things
    /// than an index is refused, so that nobody's files are swept.
    static Result<IndexFolder> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    const store::Manifest& manifest() const { return manifest_; }
    bool is_new() const { return manifest_.generation == 0; }

    /// An empty folder below, for a build that may fail. Swept if never published.
    Result<std::filesystem::path> make_build_folder();

    /// Makes a build part of the index: synced, renamed, named by a new manifest.
    /// `shards` name folders inside `build`. Until the manifest is replaced, readers
    /// and a crash see the index as it was.
    Result<Done> publish(const std::filesystem::path& build, std::vector<store::Shard> shards,
                         std::vector<store::Archive> archives, std::int64_t now);

private:
    IndexFolder(std::filesystem::path path, UniqueFd lock, store::Manifest manifest)
        : path_(std::move(path)), lock_(std::move(lock)), manifest_(std::move(manifest)) {}
    void sweep() const;

    std::filesystem::path path_;
    UniqueFd lock_;
    store::Manifest manifest_;
};

}  // namespace patchseek::index
