// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/patch/file_change.hpp"

namespace patchseek::reader {
struct Database;
}

/// The versions of a series, and what changed between two of them: plain values, nothing of Xapian.
namespace patchseek::relations {

/// A patch of a version.
struct VersionPart {
    std::uint32_t number = 1;  ///< 1 of a patch that stands alone
    std::string id;
    std::string title;     ///< of the subject, without its brackets
    std::string patch_id;  ///< `git patch-id --stable`; empty: not known
    std::vector<std::string> paths;
    std::uint32_t adds = 0, dels = 0;
    std::uint32_t row = 0;  ///< in store::Relations
    bool latest = false;    ///< no newer version holds it
    bool applied = false;   ///< store::RelationState::applied
    std::vector<patch::Trailer> trailers = {};
};

struct Version {
    std::uint32_t number = 1;
    bool resend = false;
    std::optional<std::int64_t> date;
    std::uint32_t total = 1;         ///< how many parts it says it has
    std::string id, subject;         ///< of the cover, else of the first part there is
    std::vector<VersionPart> parts;  ///< by number, those that are in the index
    std::uint32_t minor = 0;         ///< 1 of v24.1
    bool cover = false;              ///< it has a cover letter
    bool rfc = false;                ///< its first message says RFC
    /// "v2", "v24.1", "v2 RESEND".
    std::string name() const;
    bool has(std::uint32_t part) const;  ///< the index has the part of that number
    std::size_t applied() const;         ///< how many parts were taken into a tree
    /// How many of 1..total are there.
    std::uint32_t present() const;
};

/// What an index knows of the versions of one message's series.
struct History {
    bool found = false;             ///< there is such a message
    bool unrelated = false;         ///< there is one that came after threads and series were last made out
    bool known = false;             ///< there is one that belongs to a series
    std::vector<Version> versions;  ///< if known: oldest first; the last is the newest
};

/// The versions of the series of the message with that id, without <>. Linear in the
/// messages of the index. Throws what reader::guarded() catches.
Result<History> history_of(reader::Database& database, std::string_view id);

/// The series as it stands with one of its versions (ascending): where that sends only some parts again, with those of
/// the versions before that it leaves as they are. It holds all of them if it has a cover letter, or more than half of
/// its parts, as for `is:latest`.
Version standing(const std::vector<Version>& versions, std::size_t at);

/// What became of a part.
enum class Fate : std::uint8_t {
    unchanged,  ///< both have one patch id
    changed,
    added,    ///< in the newer version only
    dropped,  ///< in the older one only
    missing,  ///< not in the index, so nothing can be said
};
const char* name(Fate fate) noexcept;

struct PartChange {
    Fate fate;
    const VersionPart* before = nullptr;  ///< of the versions compared
    const VersionPart* after = nullptr;
    std::uint32_t number = 0;  ///< of Fate::missing: which part
    bool of_before = false;    ///< of Fate::missing: the older version lacks it
};

/// Pairs the parts of two versions: by patch id, then by title, then by the paths they
/// share, at least half of them. Those of `after` in their order, then what `before` had
/// more. The pointers are into the two. Quadratic in the parts that neither id nor title pairs.
std::vector<PartChange> compare(const Version& before, const Version& after);

}  // namespace patchseek::relations
