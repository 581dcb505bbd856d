// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace patchseek {

/// Insertions, deletions, replacements and swaps of neighbouring bytes that turn one
/// word into the other (optimal string alignment), ASCII case ignored; `limit` + 1 as soon as it
/// must be more than `limit`. O(size * limit).
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The candidate nearest to a misspelt word, the first of equals: within one edit from
/// 3 bytes on, two from 6 on; failing that, one that begins with the word. The view is of the
/// candidate and lives as long as it.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace patchseek
