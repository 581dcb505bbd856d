// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/hit.hpp"

/// Colours and marks of what a terminal shows.
namespace patchseek::render {

struct Pattern;

/// How a user wants records to look.
struct Style {
    bool colour = false;
    char record_end = '\n';  ///< LF, or NUL for -0
    std::string link = {};   ///< --link-template: where the message of an id can be read; empty: ids are no links
    unsigned width = 0;      ///< columns of the terminal, in which lines are kept; 0: no limit
    std::shared_ptr<const Pattern> pattern{};  ///< of Format::pattern
    std::vector<std::string> fields{};         ///< of JSON objects, those keys in that order; empty: all
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

/// Where the message of an id can be read, by a template in which %s stands for the id, percent-encoded; without %s it
/// is put at the end. Made visible.
std::string link_to(std::string_view id, std::string_view pattern);

/// What is shown of an id, in its colour; with Style::link as a link (OSC 8) to the address that the template gives, in
/// which %s stands for the id, percent-encoded; without %s it is put at the end. Without a template it leads on a
/// terminal to `archived_at`, Hit::archived_at, if that is not empty.
std::string paint_id(std::string_view clean, std::string_view id, const Style& style,
                     std::string_view archived_at = {});

/// A line of mail made visible: marked ranges in the colour of marks, the rest in `base`.
/// Marks may be in any order, overlap, or lie outside the text: they are only hints.
/// With a `width`, at most so many columns around the first mark are shown, and an ellipsis
/// stands for what is cut; the cost is then linear in `width`, however long the line is.
std::string paint_line(std::string_view text, const std::vector<reader::Mark>& marks, std::string_view base,
                       bool enabled, unsigned width = 0);

/// The same on as many lines of at most `width` columns as it takes, broken between words; what follows the first is
/// indented. A word that is wider has a line of its own.
std::string paint_words(std::string_view text, const std::vector<reader::Mark>& marks, std::string_view base,
                        bool enabled, unsigned width, std::string_view indent);

/// A line of code with blanks in place of tabs, up to the next multiple of eight columns; its marks move along. Columns
/// count from byte `from`, which may be behind the sign of a diff. A line of more than 16 KiB stays as it is.
struct Untabbed {
    std::string text;
    std::vector<reader::Mark> marks;
};
Untabbed without_tabs(std::string_view text, std::size_t from = 0, std::vector<reader::Mark> marks = {});

/// Takes away so much of the indent behind byte `from` as a line is wider than `width` columns, so that what says
/// something is seen; 0 columns: nothing.
void fit_indent(Untabbed& line, std::size_t from, unsigned width);

/// Things side by side, such as paths, on as many lines of at most `width` columns as it takes. None is broken: one
/// that does not fit begins a line, without the indent if it fits only so. With a width of 0 all stand on one line.
class Flow {
public:
    Flow(unsigned width, std::string_view indent, std::string_view between)
        : width_(width), indent_(indent), between_(between), out_(indent), column_(indent.size()) {}
    /// `clean` as paint() takes it; an empty one is left out. `own_between` stands before it in place of `between`.
    void add(std::string_view clean, std::string_view colour = {}, bool enabled = false,
             std::optional<std::string_view> own_between = std::nullopt);
    /// The same of each word, with one blank between them: broken where a line ends.
    void add_words(std::string_view clean, std::string_view colour = {}, bool enabled = false);
    /// An id as paint_id() takes it.
    void add_id(std::string_view clean, std::string_view id, const Style& style, std::string_view archived_at = {});
    /// Indents the lines that follow by so many columns.
    void hang(std::size_t indent) { indent_ = std::string(indent, ' '); }
    const std::string& text() const { return out_; }

private:
    void make_room(std::size_t size, std::string_view between);

    unsigned width_;
    std::string indent_;
    std::string_view between_;
    std::string out_;
    std::size_t column_;
    bool first_ = true;  ///< nothing stands on the line yet
};

}  // namespace patchseek::render
