// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The options of a program as data: what reads the command line, its help, its man page and what shells complete are
/// all made of one table.
namespace patchseek::manual {

/// What a shell may offer behind an option.
enum class Takes : std::uint8_t {
    nothing,  ///< the option has no value
    text,     ///< a value of which nothing is known
    file,
    folder,
    words,  ///< one of Option::words
    query,  ///< a query, or what stands in one
    saved,  ///< the name of a saved query
};

struct Option {
    std::string_view group;  ///< heading under which it stands; options of a group stand together
    std::string_view name;   ///< without its dashes
    std::string_view value;  ///< how its value is called: "ID"; empty: it has none
    std::string help;        ///< what it does, on one line; no capital, no full stop
    char letter = '\0';      ///< of `-n`; none if NUL
    Takes takes = value.empty() ? Takes::nothing : Takes::text;
    std::vector<std::string> words = {};  ///< of Takes::words
    bool optional = false;                ///< it may stand without its value
    bool hidden = false;                  ///< for other programs: in no help and no completion
};

/// An option as it is typed: "-n N, --limit N".
std::string typed(const Option& option);

/// The option of that name, without dashes, or of that letter; null if there is none.
const Option* find_option(std::span<const Option> options, std::string_view name);

/// The option that a word of the command line is, `--db` or `--db=DIR`; null if it is none.
const Option* option_in(std::span<const Option> options, std::string_view argument);

/// Options under the headings of their groups: names in a column, what they do behind it in lines of at most `width`
/// columns.
std::string options_help(std::span<const Option> options, std::size_t width);

/// Text in lines of at most `width` columns, broken at blanks; those after the first begin with `indent` blanks. A word
/// wider than a line has one of its own.
std::string filled(std::string_view text, std::size_t width, std::size_t indent, std::size_t column = 0);

}  // namespace patchseek::manual
