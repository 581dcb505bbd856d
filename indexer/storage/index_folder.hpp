// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/catalog.hpp"
#include "claim.hpp"
#include "patchseek/store/manifest.hpp"

namespace patchseek::storage {

/// A new state of the index, from one manifest to the next: what IndexFolder::publish() takes.
struct Publication {
    std::filesystem::path build = {};       ///< of make_build_folder(); empty if nothing is added
    std::vector<store::Shard> added = {};   ///< folders are names inside `build`
    std::vector<std::string> dropped = {};  ///< folders as the manifest has them
    /// By folders of shards as the manifest has them, what is dead of them now: names inside `build`.
    std::map<std::string, std::string> dead = {};
    std::function<void(store::Manifest&)> edit = nullptr;  ///< of everything else
    /// Write anew what messages are to one another (relations_pass.hpp), if any message changed.
    bool refresh_relations = false;
    /// What could not be read for that: repositories, of which commits are joined with mail.
    std::vector<archive::Problem>* problems = nullptr;
};

/// The folder of an index, held by its one writer: its lock, its manifest and the names below it (schema/layout.hpp).
/// What a killed writer left behind is swept (sweep.hpp) when the next one opens the folder: it was never part of the
/// index.
class IndexFolder {
public:
    /// What is looked at before anything is done: that all files of the index are there (store/inventory.hpp).
    enum class Verify : std::uint8_t { presence, nothing };
    /// Claims the folder (claim.hpp), which is made if need be.
    static Result<IndexFolder> open(const std::filesystem::path& path, const Opening& opening = {},
                                    Verify verify = Verify::presence);
    /// The same for an index that must be there.
    static Result<IndexFolder> open_existing(const std::filesystem::path& path, const Opening& opening = {},
                                             Verify verify = Verify::presence);
    /// An empty index in place of one that is there, damaged, of another schema or whole: all is held until release(),
    /// and until then readers have what there was. It knows the archives and repositories of before, as not yet read.
    static Result<IndexFolder> open_anew(const std::filesystem::path& path, const Opening& opening = {});
    /// Of open_anew(): what the index was before, and where its data lie.
    const store::Manifest& before() const { return before_; }
    std::filesystem::path data_before() const { return store::data_of(top_, before_); }
    /// After release(): removes what the manifest of before named, where its data had no folder of their own.
    void remove_before();
    IndexFolder(IndexFolder&& other) noexcept
        : top_(std::move(other.top_)),
          path_(std::exchange(other.path_, {})),
          claim_(std::move(other.claim_)),
          manifest_(std::move(other.manifest_)),
          on_disk_(std::move(other.on_disk_)),
          before_(std::move(other.before_)),
          held_(other.held_) {}
    /// Removes what was made here if nothing was published.
    ~IndexFolder();

    const std::filesystem::path& top() const { return top_; }
    /// The folder of data, in which all lies that the manifest names.
    const std::filesystem::path& path() const { return path_; }
    const store::Manifest& manifest() const { return manifest_; }

    /// An empty folder below, for a build that may fail. Swept if never published.
    Result<std::filesystem::path> make_build_folder();

    /// Makes a build part of the index, in this order, each step on disk before the next begins:
    ///
    ///   1 the build is renamed to gen-<generation>; every file and folder of it is synced, and what put_state() wrote.
    ///     Meanwhile relations-<generation> is written and synced, if asked for
    ///   2 the index folder is synced, which has these names
    ///   3 the new manifest is written under a temporary name, synced, renamed over the old one, the index folder
    ///   synced:
    ///     from here on readers see the new state
    ///   4 what the new manifest does not name any more is removed
    ///
    /// A crash or an error before the rename of 3 leaves the index as it was, and names that the next writer sweeps.
    Result<Done> publish(const Publication& publication);
    /// From here on publish() changes what this object says of the index, and nothing that others see; release() makes
    /// all of it one publication. For a run that is short: what it did is lost if it does not come to its end.
    /// Each hold() has its release(), of which the last publishes.
    void hold() { ++held_; }
    bool holds() const { return held_ > 0; }
    Result<Done> release(const Publication& last) {
        --held_;
        return publish(last);
    }

    /// Numbers of `count` text files to append to, which the manifest names: those that have room, then new ones.
    Result<std::vector<std::uint32_t>> texts_with_room(std::size_t count);
    /// Numbers of text files that no manifest has named yet.
    std::vector<std::uint32_t> new_texts(std::size_t count) const;

    /// What the file of an archive's state holds; empty if there is none.
    std::string state(const store::Archive& archive) const;
    /// Writes a new one, for the next publication to name. Its name below the index.
    Result<std::string> put_state(std::uint64_t archive, const std::string& state);

    /// Writes a file of commits (store/commits.hpp), which the next publication may name.
    Result<Done> put_commits(const std::string& file, const std::string& bytes);

private:
    IndexFolder(std::filesystem::path top, Claim claim, store::Manifest manifest)
        : top_(std::move(top)), claim_(std::move(claim)), manifest_(std::move(manifest)), on_disk_(manifest_) {}
    Result<Done> ready(Verify verify);
    Result<Done> begin_anew(store::Manifest before);
    Result<Done> make_folders();
    Result<Done> move_in(const Publication& publication, store::Manifest& next);
    Result<Done> write(store::Manifest next, const Publication& publication);
    void leave_out_unnamed(const store::Manifest& next);

    std::filesystem::path top_, path_;
    Claim claim_;
    store::Manifest manifest_, on_disk_;  // they differ while publications are held
    store::Manifest before_;
    unsigned held_ = 0;
    std::vector<std::filesystem::path> unsynced_;
    std::vector<std::string> moved_in_;  // folders, since the last manifest was written
    unsigned builds_ = 0;
};

}  // namespace patchseek::storage
