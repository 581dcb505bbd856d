// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "reader/hit.hpp"
#include "relations/versions.hpp"

/// What leaves an index for other programs: plain values, nothing of Xapian.
namespace patchseek::outbox {

/// A part of a series that is to be applied.
struct AmPart {
    const relations::Version* version;  ///< of which it is: the newest that has it
    const relations::VersionPart* part;
};

/// The parts of the newest version, in order; one that it lacks is taken from the version before it that has so many
/// parts, as when single parts are sent again. The pointers are into `versions`, which stand oldest first. A part that
/// is nowhere is an Error, kind no_input, that says which ones.
Result<std::vector<AmPart>> parts_to_apply(const std::vector<relations::Version>& versions);

/// The trailers of replies that b4 would add: those whose person sent the reply, by address or by name, and which the
/// patch has not itself. In the order of `credited`, each once.
std::vector<patch::Trailer> trailers_to_add(const std::vector<patch::Trailer>& own,
                                            const std::vector<reader::Credited>& credited);

/// A message as `git am` reads it from an mbox, its separator and the blank line at its end included. The bytes are
/// those of the mail; where trailers are added and the mail is encoded, it is written anew from what was decoded, in
/// UTF-8.
std::string am_entry(const store::Text& text, const std::vector<patch::Trailer>& more);

/// A message as it stands in an mbox, the blank line at its end included: lines that would look like a separator get a
/// '>' more (mboxrd: those that have some too).
std::string mboxrd_entry(std::string_view raw, std::string_view separator);

/// Where the message of a commit ends in the body of a mail, as git mailinfo has it: at `---` or the diff.
std::size_t end_of_log(std::string_view body);

}  // namespace patchseek::outbox
