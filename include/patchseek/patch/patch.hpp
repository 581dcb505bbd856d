// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/patch/file_change.hpp"
#include "patchseek/patch/subject_tag.hpp"

namespace patchseek::patch {

/// So many files and trailers of one message are kept, and as many entries of its diffstats; what has more was made to
/// do harm, and sets Patch::over_limit.
inline constexpr std::size_t kMaxFiles = 20'000, kMaxTrailers = 2'000;

/// Everything the subject and the body of a message say about a change.
struct Patch {
    SubjectTag tag;
    std::vector<Line> lines;  ///< every line of the body (anatomy.hpp)
    /// Each path once: those of diffs in their order, then those only a diffstat or
    /// its summary names. Never empty paths.
    std::vector<FileChange> files;
    /// In order, folded lines joined by a space. Of a reply that gives credit itself and carries a patch too, without
    /// those in the log of that patch, and with those that it indents and that name its sender.
    std::vector<Trailer> trailers;
    bool gives_credit = false;       ///< has a trailer ...-by; a reply, outside of patches that it carries
    std::vector<std::string> blobs;  ///< ids as written, each once
    std::string inbody_from;         ///< value of an in-body From: line, else empty
    bool has_diff = false;
    bool pull_request = false;  ///< asks to pull ("are available in the Git repository at")
    bool cut_short = false;     ///< the text ends inside a hunk or a binary patch
    bool corrupt = false;       ///< a hunk has not the lines that its header promises: mail wrapped or cut them
    bool over_limit = false;    ///< has more files or trailers than are kept
    /// Lines added and removed: from the diff, or where it is cut or misses files of
    /// the diffstat, from that. Absent when nothing tells.
    std::optional<std::uint32_t> adds, dels;
};

/// `body` as classify() takes it; `lines` index into it. `from` is who sent the mail, as `Name <address>`; without it
/// no indented trailer counts. Never fails. Linear.
Patch parse(std::string_view subject, std::string_view body, std::string_view from = {});

/// Whether the value of a trailer (`Name <address> # remark`) names who sent a mail: by the address, or by a name of
/// the same words in any order, of which one may have more where two are alike. Case and accents do not count.
bool names_sender(std::string_view value, std::string_view from);

}  // namespace patchseek::patch
