// SPDX-License-Identifier: GPL-2.0-or-later
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

/// The two sides of a diff as their headers name them, not yet cut. An empty name is
/// a side that the headers do not name.
struct NamePair {
    std::string old_name, new_name;
    bool old_absent = false, new_absent = false;  ///< /dev/null, or dated 1970: the file is new, or gone
};

/// The names of `diff --git A B`. Where both are plain and differ, the cut between
/// them is a guess: renames repeat them in headers of their own.
NamePair split_git_names(std::string_view names);

/// Whether two names differ in nothing, or in their first component alone.
bool are_one_file(std::string_view a, std::string_view b) noexcept;

/// The last two words of `diff -urN -X dontdiff A B`.
NamePair split_plain_names(std::string_view command);

/// Name of a `--- ` or `+++ ` line, without what follows it: TAB and time, a time
/// behind spaces where a mailer ate the TAB, svn's "(revision 12)".
/// `absent` is set for /dev/null and for a time at the epoch.
std::string read_side(std::string_view side, bool& absent);

/// Cuts the prefixes off one pair of names. Remembers what it cut, since a new file's
/// other side is /dev/null and tells nothing.
class PrefixCutter {
public:
    void cut(NamePair& names, bool git);

private:
    std::string old_prefix_, new_prefix_;
};

}  // namespace patchseek::patch
