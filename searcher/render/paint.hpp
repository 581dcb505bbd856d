#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reader/hit.hpp"

namespace patchseek::render {

/// SGR parameters (ECMA-48 §8.3.117); empty paints nothing.
namespace sgr {
inline constexpr std::string_view kPlain = "";
inline constexpr std::string_view kBold = "1";
inline constexpr std::string_view kAdded = "32";
inline constexpr std::string_view kRemoved = "31";
inline constexpr std::string_view kHunk = "36";
inline constexpr std::string_view kId = "33";
/// Neither a colour of diffs nor of anything else here.
inline constexpr std::string_view kMark = "1;35";
}  // namespace sgr

/// `clean` (visible() already) in a colour.
std::string paint(std::string_view clean, std::string_view colour, bool enabled);

/// A line of mail made visible, `base` as its colour and the marked ranges in that
/// of marks. Marks may be in any order, overlap, or lie outside: they are only hints.
/// With `width`, at most so many code points around the first mark, an ellipsis
/// standing for what is cut. Linear in `width` then, however long the line.
std::string paint_line(std::string_view text, const std::vector<reader::Mark>& marks, std::string_view base,
                       bool enabled, unsigned width = 0);

}  // namespace patchseek::render
