// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How much two patches have in common: plain values, nothing of Xapian.
namespace patchseek::verify {

/// What of a patch is compared.
struct PatchShape {
    std::string title;                   ///< of the subject, folded, without its brackets
    std::vector<std::string> paths;      ///< old names too; sorted, as all below
    std::vector<std::string> functions;  ///< path, NUL, what stands behind `@@`
    std::vector<std::uint64_t> lines;    ///< hashes of added and removed lines, with their signs, blanks left out
};

/// `body` as patch::classify() takes it. Linear.
PatchShape shape_of(std::string_view subject, std::string_view body);

/// From 0 to 1, by the lines, paths, functions and title that both have. So a backport, a resend and another version
/// are near 1, and what only touches the same files is below one half.
double likeness(const PatchShape& one, const PatchShape& other);

/// How many files both touch, and two more for each function in which both change something; 0 without a common file.
double overlap(const PatchShape& one, const PatchShape& other);

}  // namespace patchseek::verify
