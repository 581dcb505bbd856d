// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::patch {

/// How the paths of `file:` become terms.
///
/// A path is stored as its components in order, each with a position, so that a
/// run of components is a phrase: `kvm/svm.c` is the phrase "kvm/" "svm.c". A
/// folder's component ends in '/', a file's does not, so one cannot be taken for
/// the other. The first component of a path that is known to its top stands a
/// second time, at the same position, with a '/' in front: `/kernel/fork.c` is the
/// phrase "/kernel/" "fork.c". A file's name stands once more for each dot in it, as
/// `*` and what follows from the dot on, so that `*.c`, the glob people type most, is
/// one term; of more than kMaxEndings dots only the last count. Components are
/// case-folded; a path with a capital letter stands a second time, unfolded, in a space
/// of its own (`exact`), which alone answers a query that has a capital.
struct PathTerm {
    std::string text;        ///< "kvm/", "svm.c", "/arch/", "*.c"
    std::uint32_t position;  ///< from 0
    bool exact;
};

/// A name of 4096 dots must not become 8 MB of terms.
inline constexpr int kMaxEndings = 8;

/// Whether a component of a pattern is the term of an ending (`*.c`, `*.tar.gz`), which
/// finds all that the glob matches, so that nothing need be expanded.
bool is_ending_term(std::string_view component) noexcept;

/// Terms of one path. `partial`: the head is unknown, so nothing is anchored.
std::vector<PathTerm> path_terms(std::string_view path, bool partial);

/// A `file:` value as typed, taken apart. Never fails; an empty pattern, "/" and
/// "**" match every path.
struct PathPattern {
    std::vector<std::string> components;  ///< "kvm/", "*.c", "**/"; folded unless `exact`; no leading '/'
    bool anchored = false;                ///< began with '/'
    bool folder = false;                  ///< ended with '/': everything below
    bool exact = false;                   ///< has a capital: case counts
    bool has_glob = false;                ///< some component has * or ?
};
PathPattern parse_path_pattern(std::string_view typed);

/// Whether one component (without its '/') matches one glob component: `*` any run,
/// `?` one character (code point), everything else itself. Linear in practice: never
/// more than |glob| x |name| steps.
bool component_matches(std::string_view glob, std::string_view name);

/// Whether a whole path matches: the truth that terms must agree with.
/// `partial` paths match by their tail only, never by an anchor.
bool path_matches(const PathPattern& pattern, std::string_view path, bool partial);

}  // namespace patchseek::patch
