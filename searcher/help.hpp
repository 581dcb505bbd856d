// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "options.hpp"

/// The texts of -h, --help and --help-query.
namespace patchseek {

/// One screen: at most 23 lines of at most 80 columns, so that a prompt stands below.
std::string short_help();
/// A few lines, for who asks nothing.
std::string brief_help();

/// All options, all fields with their other names, and the exit codes, in lines of at most `width` columns.
std::string full_help(std::size_t width);
/// All fields with their other names.
std::string fields_help(std::size_t width);
/// In which order answers come.
std::string order_help();
/// The commands at the head of both, a line each with what it is.
std::string examples_of_help();

/// The text of --help-query: the whole language, with examples. Each line that begins with
/// four blanks and `patchseek` is a command, and tests run all of them.
std::string help_query();
/// Of it the sections whose headings have a word that begins so, all if `topic` is empty, in lines of at most `width`
/// columns.
Result<std::string> help_query(std::string_view topic, std::size_t width);

/// A man page (`man`, `man-query`, `man-config`, `man-json`), or what completes command lines in a shell (`bash`,
/// `zsh`, `fish`), made of the tables that the program itself reads: manual_pages.cpp.
Result<std::string> generated(std::string_view what);

}  // namespace patchseek
