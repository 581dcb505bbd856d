// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"
#include "reviews.hpp"

/// The story of a commit, from the index alone: plain values, nothing of Xapian.
namespace patchseek::relations {

/// Another commit or a patch that the story tells of.
struct Related {
    std::string how;       ///< "fixes", "reverts", "picks"; of the others "fixed by", "reverted by", "picked as"
    std::string id;        ///< of a commit, as far as it is known; or of a message
    bool message = false;  ///< the id is that of a patch on a list
    std::string subject;   ///< empty: not known
    std::optional<std::int64_t> date;
    std::string tag;  ///< the first that contains the commit
};

struct Story {
    std::vector<std::string> ids;  ///< of the commits that begin so; the story is told only of one
    std::string subject, author, committer;
    std::optional<std::int64_t> committed;  ///< seconds since 1970; absent where only a reply tells of the commit
    std::string tag;                        ///< the first that contains it
    std::vector<Related> related;           ///< what it names, then what names it
    std::string message;                    ///< id of the mail that it came from; empty: none is known
    std::string version;                    ///< of that mail: "v2"
    std::uint32_t part = 0;
    std::vector<reader::AppliedAs> said;  ///< how that is known, of this commit
    Reviews reviews;                      ///< of the series of that mail; those of its part matter
    std::optional<std::size_t> reviewed;  ///< the place of its part in there; absent where the newest version lost it
    std::vector<patch::Trailer> carried;  ///< reviews that the commit itself has, and that no mail gave
    std::size_t discussed = 0;            ///< messages of the threads of all its versions
};

/// The commit whose id begins with these 7 hex digits or more, in a repository that the index knows, else as replies
/// name it. Linear in the messages and the joins. Throws what reader::guarded() catches.
Result<Story> story_of(reader::Database& database, std::string_view id);

}  // namespace patchseek::relations
