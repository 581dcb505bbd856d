#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"

namespace patchseek::document {

/// What a reply says of patches that somebody took into a tree.
struct Applied {
    struct Part {
        std::string title;        ///< without brackets; empty: by its number alone, or what the reply answers
        std::uint32_t part = 0;   ///< 0: no number is said
        std::uint32_t total = 0;  ///< 0: not said
        std::string commit = {};  ///< as written, lower case, 7 to 40 hex digits; empty: none is said
        friend bool operator==(const Part&, const Part&) = default;
    };
    std::vector<Part> parts;  ///< never empty
    bool whole = false;       ///< all of the series, also where a part of it is answered
    std::string tree;         ///< "bluetooth/bluez.git (master)", "for-next"; empty: none is said
};

/// Reads, outside of quotes, diffs and the signature:
/// - lists of titles, each with its commit in the next line: `[1/3] title` above `commit: ID`, `(no commit info)` or a
///   link (thank-you mails of b4), `- [tree,1/3] title` above a link (patchwork-bot); one that has "(no matching
///   commit)" was not taken;
/// - "has been merged into TREE:" above a link (pr-tracker-bot);
/// - else sentences that say no more than that it was done: "Applied, thanks.", "Patches 1-3 applied to for-next.",
///   "I've queued this up for 6.2". What asks, is conditional, or speaks of a trial or of something else is none.
/// Linear in the body.
std::optional<Applied> applied_of(std::string_view body, const std::vector<patch::Line>& lines);

/// Whether a sentence says that patches were applied; of which numbers, if it says some, and which tree.
std::optional<Applied> applied_in(std::string_view sentence);

}  // namespace patchseek::document
