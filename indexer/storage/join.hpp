// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "archive/catalog.hpp"
#include "claim.hpp"
#include "merge.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::storage {

/// How an index is made of several.
enum class Joining : std::uint8_t {
    copied,  ///< all messages are written anew: an index like any other, which can do without the members
    linked,  ///< what the members have stays where it is (store::Manifest::members)
};

struct Joined {
    std::uint64_t messages = 0;  ///< that the index has
    std::uint64_t twice = 0;     ///< messages that more than one of the members has
    bool stopped = false;        ///< the index is as it was
    std::vector<archive::Problem> problems = {};
};

/// Makes `target` the index of all mail that some indexes hold: what one would be that had read all their archives. No
/// archive is needed; a message that several have is one that knows the places of all. Their repositories are taken
/// over too: of one that several know, what the one that was updated last knows. An archive that several have read, at
/// different times, is read whole by the next --update.
///
/// `target` is made, or was empty; a copied one may also be one of the members, a linked one a linked one, and
/// nothing is done if that is of the members as they are now. Until all is done, readers have what there was. The
/// members are read, as they are now, and never written. Memory: 100 bytes a message.
///
/// Kind cannot_create: `target` is another index. Kind usage: no members, or linked ones.
Result<Joined> join(const std::filesystem::path& target, const std::vector<std::filesystem::path>& indexes,
                    Joining joining, Opening opening, const MergeOptions& options);

}  // namespace patchseek::storage
