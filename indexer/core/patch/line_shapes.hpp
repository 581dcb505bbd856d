// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace patchseek::patch {

// What single lines look like, without regard to where they stand.

/// The counts of `@@ -a,b +c,d @@`; of a combined diff `@@@ -a,b -c,d +e,f @@@` one old
/// count for each parent.
struct HunkCounts {
    static constexpr std::size_t kMaxParents = 16;
    std::size_t parents = 0;
    std::array<std::uint32_t, kMaxParents> old_lines{};
    std::uint32_t new_lines = 0;
    bool used_up() const noexcept;
};
std::optional<HunkCounts> parse_hunk_header(std::string_view line) noexcept;

/// The `---` that ends the log. Mailers may leave white space behind it.
bool is_separator(std::string_view line) noexcept;

/// `-- `, also with its space lost, as mail transports do.
bool is_signature(std::string_view line) noexcept;

/// A line that may follow `diff ...` or `Index:` before the first hunk, apart from
/// `--- ` and `+++ `: modes, renames, index, Binary files, CVS and svn lines.
bool is_extended_header(std::string_view line) noexcept;

/// `Submodule path 1234567..89abcde:` of git diff --submodule, also with `...` and with
/// `(new submodule)` and the like behind.
struct SubmoduleLine {
    std::string_view path;
    bool created, removed;  ///< the old id, or the new one, is null
};
std::optional<SubmoduleLine> parse_submodule_line(std::string_view line) noexcept;
bool is_submodule_line(std::string_view line) noexcept;

/// The text of a quoted line behind its `>` signs.
std::string_view strip_quotes(std::string_view line) noexcept;

}  // namespace patchseek::patch
