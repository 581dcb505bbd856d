// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/manual/option.hpp"

/// Help as text, in a form from which a terminal's lines and a man page are made.
namespace patchseek::manual {

/// A piece of a text: what stands at the margin is a heading, what is indented by two blanks prose, what is indented by
/// four a command as it is typed, and lines with columns (three blanks side by side) are kept as they are.
struct Block {
    enum class Kind : std::uint8_t { heading, prose, command, table } kind;
    std::string text;  ///< of prose on one line; of the others their lines, without the indent
};
std::vector<Block> blocks(std::string_view text);

/// The blocks as text again, prose in lines of at most `width` columns.
std::string reflowed(std::span<const Block> blocks, std::size_t width);

/// Those of the sections whose headings have a word that begins with `topic`, in any case, with their headings; empty
/// if none does.
std::vector<Block> section(std::span<const Block> blocks, std::string_view topic);
/// All headings, in small letters, with commas between.
std::string headings(std::span<const Block> blocks);

/// A man page in the macros of man(7). Whatever a text holds is shown as it stands: nothing in it is a macro or an
/// escape.
class Page {
public:
    /// `date` as 2026-11-29: pages are the same wherever and whenever they are made.
    Page(std::string_view name, int section, std::string_view title);
    Page& heading(std::string_view text);
    Page& part(std::string_view text);  ///< a heading below a heading
    Page& prose(std::string_view text);
    /// A tag, and what is said of it, indented below.
    Page& item(std::string_view tag, std::string_view text);
    /// Lines as they are typed or printed.
    Page& verbatim(std::string_view lines);
    Page& options(std::span<const Option> options);
    Page& blocks(std::span<const Block> blocks);
    const std::string& text() const { return out_; }

private:
    std::string out_;
};

/// How a shell is taught the options of a program: "bash", "zsh" or "fish"; empty for any other. `words`: the program
/// has `--complete`, which offers words of queries. What a shell is given is never evaluated by it.
std::string completion(std::string_view shell, std::string_view program, std::span<const Option> options, bool words);

}  // namespace patchseek::manual
