#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reader/hit.hpp"

/// Colours and marks of what a terminal shows.
namespace patchseek::render {

/// How a user wants records to look.
struct Style {
    bool colour = false;
    char record_end = '\n';  ///< LF, or NUL for -0
    unsigned width = 0;      ///< columns of the terminal, to which snippets are cut; 0: no limit
};

enum class Colour : std::uint8_t { automatic, always, never };

/// Colour when `fd` is a terminal that can show it and NO_COLOR (no-color.org) is
/// unset or empty; or as asked.
bool want_colour(Colour mode, int fd);

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

/// `clean`, which has passed text::visible(), in a colour.
std::string paint(std::string_view clean, std::string_view colour, bool enabled);

/// A line of mail made visible: marked ranges in the colour of marks, the rest in `base`.
/// Marks may be in any order, overlap, or lie outside the text: they are only hints.
/// With a `width`, at most so many code points around the first mark are shown, and an ellipsis
/// stands for what is cut; the cost is then linear in `width`, however long the line is.
std::string paint_line(std::string_view text, const std::vector<reader::Mark>& marks, std::string_view base,
                       bool enabled, unsigned width = 0);

}  // namespace patchseek::render
