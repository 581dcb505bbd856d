// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::patch {

/// What stands before the title of a Subject: `Re: [PATCH net-next v3 2/7] title`.
struct SubjectTag {
    bool reply = false;  ///< Re:, Aw:, Sv:, Antw: ... (Fwd: is skipped and is no reply)
    bool patch = false;
    bool pull = false;
    bool rfc = false;
    bool resend = false;                       ///< RESEND or REPOST
    bool set = false;                          ///< PATCHSET, PATCHBOMB, PATCH SERIES: no patch, the cover of some
    std::optional<std::uint32_t> version;      ///< absent when not written: a first version says nothing
    std::uint32_t minor = 0;                   ///< 1 of v24.1
    std::optional<std::uint32_t> part, total;  ///< as written: `6/5` is part 6 of 5
    std::vector<std::string> tags;             ///< every other word in brackets, as written: tree, branch, project
    std::string title;                         ///< the rest, white space runs made one space
    friend bool operator==(const SubjectTag&, const SubjectTag&) = default;
};

/// Takes a decoded Subject apart. Never fails: a subject without tags is all title.
///
/// Brackets count as long as only prefixes and other brackets stand before them.
/// Words in them are split at white space, commas, semicolons and inner brackets;
/// words may be glued (`PATCHv3`, `v2PATCH12/15`, `PATCH/RFC`). Mercurial's
/// `1 of 3` is `1/3`, `v24.1` is version 24.1, `v4a` version 4; but v6.12 and its like are branches of Linux, so tags,
/// save of a set, and so is any version behind `for`.
/// A last `(v2)` of the title is the version, and a bare last `v2` of one that no tag of a patch stands before.
SubjectTag parse_subject(std::string_view subject);

/// Puts the postings of one work in the order of their versions; they stand in that of time. `order` is the version
/// that one says, and may be compared; `is_rfc` whether it says RFC. Who posts in earnest what was an RFC may count
/// anew: the first posting that is none, of no higher version than an RFC before it, and all that came later stand
/// behind.
template <class Posting, class Order, class IsRfc>
void order_versions(std::vector<Posting>& postings, const Order& order, const IsRfc& is_rfc) {
    auto anew = postings.begin();
    auto highest = postings.end();  // of the RFCs so far
    for (; anew != postings.end(); ++anew) {
        if (highest != postings.end() && !is_rfc(*anew) && !(order(*highest) < order(*anew))) break;
        if (is_rfc(*anew) && (highest == postings.end() || order(*highest) < order(*anew))) highest = anew;
    }
    const auto by_order = [&](const Posting& a, const Posting& b) { return order(a) < order(b); };
    std::stable_sort(postings.begin(), anew, by_order);
    std::stable_sort(anew, postings.end(), by_order);
}

}  // namespace patchseek::patch
