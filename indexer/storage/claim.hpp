// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "patchseek/base/file.hpp"
#include "patchseek/base/result.hpp"

/// Whose a folder is, and what in it is the index's own: nothing is touched that the manifest or the lock does not
/// name, and no folder is written that another user could have prepared.
namespace patchseek::storage {

/// How an index is opened to be written.
struct Opening {
    std::chrono::seconds wait{0};  ///< for another writer
    /// Others may own the folder, read it and write it, as the umask lets them; else it is for its owner alone.
    bool shared = false;
    std::function<void(const std::string&)> tell = nullptr;  ///< what a person is to know
    bool linked = false;                                     ///< it may be a linked index (store::Manifest::members)
};

/// The folder of an index, claimed for one writer.
class Claim {
public:
    /// Makes the folder if need be, and takes its lock. Kind permission: it belongs to another user, or others may
    /// write it. Kind cannot_create: it holds other things and no index; nothing of it was touched then. Kind busy:
    /// another writer has it.
    static Result<Claim> take(const std::filesystem::path& folder, const Opening& opening);
    Claim(Claim&&) = default;
    /// Gives up the lock, emptied if it names no folder, and removes it, and the folder, where this made them and
    /// `keeps` was not told.
    ~Claim();

    /// That a folder of data is there for this user alone, and no link.
    Result<Done> demand_ours(const std::string& data) const;
    /// Makes a new folder of data, whose name stands in the lock from before it is made until keep().
    Result<std::string> make_data();
    /// Once another folder of data is kept, `data` goes: it stands in the lock from now on.
    Result<Done> replaces(const std::string& data);
    /// The manifest names `data` now: of those that the lock names, by this writer or a killed one, the others are
    /// removed.
    void keep(const std::string& data);
    /// Removes what make_data() made, all but `data`.
    void give_up(const std::string& data = {});

private:
    Claim(std::filesystem::path folder, UniqueFd lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
    Result<Done> begin(std::vector<std::string> before, bool has_manifest);
    Result<Done> write_lock();
    void remove(const std::string& data) const;
    void remove_others(const std::string& data);

    std::filesystem::path folder_;
    UniqueFd lock_;
    bool shared_ = false;
    bool made_folder_ = false, made_lock_ = false, kept_ = false;
    bool named_ = false;             ///< the lock has names of folders that may be there
    std::vector<std::string> made_;  ///< folders of data that no manifest may name, as the lock has them
};

}  // namespace patchseek::storage
