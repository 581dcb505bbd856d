#pragma once

#include <optional>
#include <string_view>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/schema/schema.hpp"

/// Which words of a body belong to which area: the indexer stores by this, the
/// searcher proves and shows by it.
namespace patchseek::patch {

/// The area of a line; nullopt for lines that are never words. Lines that name files
/// (diffstat, summary, header) are of Area::path: its words are taken from the files
/// themselves, whole and once, not from such lines.
std::optional<schema::Area> area_of(LineKind kind) noexcept;

/// The words' part of a line: diff lines without their sign, of a hunk header what
/// stands behind the second @@, nothing of git's "\ No newline at end of file", any
/// other line whole.
std::string_view content_of(const Line& line, std::string_view body) noexcept;

}  // namespace patchseek::patch
