// SPDX-License-Identifier: GPL-2.0-or-later
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
    bool except = false;      ///< all of the series but `parts`; one without number and title: but what is answered
    bool whole = false;       ///< all of the series, also where a part of it is answered
    bool dropped = false;     ///< they were in a tree, and are not any more
    std::string tree;         ///< "bluetooth/bluez.git (master)", "for-next"; empty: none is said
};

/// Reads, outside of quotes, diffs and the signature:
/// - lists of titles, each with its commit in the next line: `[1/3] title` above `commit: ID`, `(no commit info)` or a
///   link (thank-you mails of b4), `- [tree,1/3] title` above a link (patchwork-bot). One that has "(no matching
///   commit)" was not taken, nor one of "(no commit info)" in a list that tells the commits of others;
/// - "has been merged into TREE:" above a link (pr-tracker-bot);
/// - else sentences (sentences.hpp) that say that it was done, or undone.
/// Linear in the body.
std::optional<Applied> applied_of(std::string_view body, const std::vector<patch::Line>& lines);

}  // namespace patchseek::document
