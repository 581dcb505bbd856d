#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace patchseek::patch {

/// Longest path taken from a mail, as PATH_MAX: a longer one is damage or malice.
inline constexpr std::size_t kMaxPath = 4096;

/// A name as git writes it in double quotes when it has bytes outside printable
/// ASCII (quote.c: C escapes and three octal digits). Takes it off the front of
/// `s`; nullopt and no change when `s` starts no such name.
std::optional<std::string> eat_quoted_name(std::string_view& s);

}  // namespace patchseek::patch
