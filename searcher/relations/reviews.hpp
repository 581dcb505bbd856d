// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/patch/file_change.hpp"
#include "versions.hpp"

/// Who reviewed the parts of a series, in which mail, and which version of them: plain values, nothing of Xapian.
///
/// A part is followed back through the versions as versions.hpp pairs them, so that what was said of an earlier one is
/// told with it. Whoever goes by the same name, or without one by the same address, is one person.
namespace patchseek::relations {

/// What a trailer says of a patch: a review, an ack, a test, or that somebody is against it.
struct Review {
    patch::Trailer trailer;
    const Version* version = nullptr;  ///< in Reviews::history: given to it, or first carried by a patch of it
    std::string id;                    ///< of the mail it stands in
    std::optional<std::int64_t> date;
    bool reply = false;   ///< that mail is a reply; else it is the patch
    bool stands = false;  ///< the part as it is now carries it, or was given it, also if it was before
};

/// A part of a series in its newest version.
struct ReviewedPart {
    const Version* version = nullptr;   ///< in Reviews::history; older than the newest where only a part was sent again
    const VersionPart* part = nullptr;  ///< null: not in the index
    std::uint32_t number = 1;
    std::vector<Review> reviews;  ///< by version, then date; with those of its earlier versions
    /// Nobody reviewed or acked it as it is now; a test alone does not help.
    bool bare = false;
};

struct Reviews {
    History history;
    std::vector<ReviewedPart> parts;  ///< by number; what is no part, such as the cover, is not among them
};

/// Whether a trailer of that name tells what somebody found: Reviewed-by, Acked-by, Tested-by, Nacked-by, and mixtures.
bool is_review(std::string_view name);

/// Whether a trailer of that name says that somebody looked at it and agrees: a part that one gives is not bare.
bool clears(std::string_view name);

/// Whether two trailers say the same of the same person.
bool is_same(const patch::Trailer& a, const patch::Trailer& b);

/// The reviews of the series of the message with that id, with or without <>. As long as history_of() takes, and a
/// comparison of each two versions. Throws what reader::guarded() catches.
Result<Reviews> reviews_of(reader::Database& database, std::string_view id);

}  // namespace patchseek::relations
