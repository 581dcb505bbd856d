// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::store {
struct Member;
}

namespace patchseek::reader {

/// The indexes that are searched as one. Several are searched through a linked index of them (store::Manifest::members)
/// in the user's cache, `$XDG_CACHE_HOME/patchseek/sets/`, which `patchseek-index --link` makes when it is not there or
/// one of them has changed. None of them is written to, nor locked.
class Sources {
public:
    Sources(std::vector<std::filesystem::path> indexes) : indexes_(std::move(indexes)) {}
    Sources(const std::filesystem::path& index) : indexes_{index} {}

    /// For how long an index is waited for whose file system does not answer.
    void set_patience(std::chrono::seconds patience) { patience_ = patience; }
    /// Makes nothing: where the linked index is not ready, the first index stands for all.
    void take_what_is_ready() { makes_ = false; }

    /// The index to open: the only one, or the linked one of those that can be read. Several of which none can: kind
    /// no_input, and all are missing(). Errors of making it have been told by whoever makes it.
    Result<std::filesystem::path> find();
    /// Why indexes are left out of it.
    const std::vector<Error>& missing() const { return missing_; }
    /// Makes the next find() of several make it anew: it is damaged.
    void forget() const;
    bool several() const { return indexes_.size() > 1; }

private:
    using Members = std::vector<store::Member>;
    Members present();
    Result<std::filesystem::path> linked(const Members& members) const;

    std::vector<std::filesystem::path> indexes_;
    std::chrono::seconds patience_{10};
    bool makes_ = true;
    std::vector<Error> missing_;
    std::filesystem::path set_;  ///< that find() found
};

}  // namespace patchseek::reader
