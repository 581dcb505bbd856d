// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog.hpp"
#include "content.hpp"

namespace patchseek::archive {

/// How the bytes of a source are kept.
enum class Form : std::uint8_t {
    file,     ///< they stand in a file of their own
    maildir,  ///< a folder, one file for each message
    packed,   ///< a compressed file
    tar,      ///< plain or compressed: a source without messages, for those of its members
    member,   ///< of a tar: SourceState::outer is its key
    git,      ///< a public-inbox repository, all epochs
};

/// What stat says of a file, as far as it tells a change. Times in ns since 1970.
struct Stamp {
    std::uint64_t size = 0;
    std::int64_t mtime = 0, ctime = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
};
Stamp stamp_of(const struct stat& info) noexcept;

/// When an open file was made, in ns since 1970; 0 where its file system does not say. An inode number is given out
/// again as soon as its file is gone: only both tell a file from the next one of its name.
std::int64_t birth_of(int fd) noexcept;

/// Whether a change at this very moment could leave the stamp as it is, since file times are coarse: then only the
/// content can tell (git's index has the same rule, Documentation/technical/racy-git.txt).
bool is_fresh(const Stamp& stamp) noexcept;

/// What is remembered of one source from one run to the next.
struct SourceState {
    Key key = 0;
    Key outer = 0;  ///< members only: the key of their tar
    Form form = Form::file;
    SourceKind kind = SourceKind::message;
    bool stub = false;            ///< only that the source is there; it must be read whole
    bool forced = false;          ///< the kind was asked for, not told from the bytes
    bool racy = false;            ///< is_fresh() when it was read: the stamp alone proves nothing
    bool quoted = true;           ///< mbox: '>' is taken off ">From "
    Stamp stamp;                  ///< maildir: mtime of cur and new
    std::uint64_t open_from = 0;  ///< mbox: messages that start before this are not touched by what is appended
    Digest digest{};
    std::string extra;  ///< member: its name; packed, tar: the format, for people; git: the heads
};

/// What is remembered of an archive: its sources. A string that cannot be read stands for no sources, so that
/// everything is read again.
class ArchiveState {
public:
    explicit ArchiveState(std::string_view text);
    const SourceState* find(Key key) const noexcept;  ///< valid as long as the ArchiveState
    const std::vector<SourceState>& sources() const noexcept { return sources_; }  ///< in the order of their keys

private:
    std::vector<SourceState> sources_;
};

/// The string that ArchiveState reads. Its form belongs to this build of the program: numbers stand as in memory.
std::string write_state(const std::vector<SourceState>& states);

}  // namespace patchseek::archive
