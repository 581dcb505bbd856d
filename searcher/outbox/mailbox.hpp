// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"

/// Answers as a folder or file of mail that other programs open: mutt, aerc, notmuch.
namespace patchseek::outbox {

/// What becomes of messages of ours in a maildir that are not among those it is to hold.
enum class Others : bool { go, stay };

struct Delivered {
    std::size_t added = 0, kept = 0, removed = 0;
};

/// The exact bytes of a message. It is asked for each that is written, one after another.
using Fetch = std::function<Result<std::string>(const reader::Hit&)>;

/// Makes a maildir hold these messages: those that it has stay where they are, with their flags; others of ours are
/// removed, or stay; new ones come into new/. It is made where it is not there, in a folder that is; what is there must
/// be empty or a maildir, which may have mail that is not ours and keeps it. Ours are told by their names, which are
/// made of date and digest: nothing of a mail gets into them. No symbolic link is followed, neither the folder itself
/// nor below it. Killed at any time, the next call ends the work. Errors: usage for what is no maildir, busy while
/// another run writes there, else what the file system says.
Result<Delivered> deliver(const std::filesystem::path& maildir, std::span<const reader::Hit> hits, const Fetch& fetch,
                          Others others = Others::go);

/// Writes an mbox (mboxrd) in place of an empty file or of one that this wrote, at once and whole; anything else that
/// is there, a symbolic link too, is an Error of kind usage.
Result<Delivered> write_mbox(const std::filesystem::path& file, std::span<const reader::Hit> hits, const Fetch& fetch);

}  // namespace patchseek::outbox
