// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "patchseek/base/result.hpp"

namespace patchseek::store {
struct Member;
}

namespace patchseek::reader {

/// Whether an index lies on a file system that a server stands behind, which may be slow, hang or be gone: any that is
/// not known to be of this machine. Asks no such file system anything. No, where that cannot be found out.
bool lies_elsewhere(const std::filesystem::path& index);

/// Asks the file system of an index for what it has to ask its server for, and calls `tell` after each answer, whatever
/// that is. It may never return.
void ask_server(const std::filesystem::path& index, const std::function<void()>& tell);

/// Reads all tables of an index that putting several together reads; what of that fails.
Result<Done> read_tables(const std::filesystem::path& index);

/// The indexes that are searched as one. Several are searched through a linked index of them (store::Manifest::members)
/// in the user's cache, `$XDG_CACHE_HOME/patchseek/sets/`, which `patchseek-index --link` makes when it is not there or
/// one of them has changed; it goes on when the search that asked for it has no time left, unless one of them lies
/// elsewhere. None of them is written to, nor locked.
class Sources {
public:
    Sources(std::vector<std::filesystem::path> indexes) : indexes_(std::move(indexes)) {}
    Sources(const std::filesystem::path& index) : indexes_{index} {}

    using Absent = std::map<std::filesystem::path, Error>;
    /// These of several are not asked, and why.
    void leave_out(Absent absent) { absent_ = std::move(absent); }
    /// Called once for each of several that is left out, whenever that happens.
    void when_missing(std::function<void(const Error&)> tell) { tell_ = std::move(tell); }
    /// Makes nothing: where the linked index is not ready, find() is an error of kind no_input.
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
    Absent absent_;
    std::function<void(const Error&)> tell_ = [](const Error&) {};
    std::vector<std::string> told_;
    bool makes_ = true;
    std::vector<Error> missing_;
    std::filesystem::path set_;  ///< that find() found
};

}  // namespace patchseek::reader
