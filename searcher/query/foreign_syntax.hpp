#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer.hpp"

/// What people type who come from other programs, from a shell or from a web page, and how
/// the same is written here. Text only: nothing is known of any index.
namespace patchseek::query {

/// How `name:value`, whose name is no field, is written here: "subject:" for a name that a field
/// stands for, else all of it, as "size:5M.." for larger:5M. Nothing for names nobody is known to use.
std::optional<std::string> written_here(std::string_view name, std::string_view value);

/// Whether `name:` asks for what a mail program keeps beside the mail: flags, labels, folders.
bool is_mailbox_field(std::string_view name);

/// The known value that people mean by one that is not in the table of `is:` or `op:`.
std::optional<std::string_view> meant_value(std::string_view field, std::string_view value);

/// The number or range that is meant by one as `v2`, `>3`, `10kb`; nothing if it is none.
std::optional<std::string> meant_number(std::string_view text);

/// What else a whole query may mean, the likeliest first: operators in small letters or signs of C,
/// typographic quotes and dashes, a date with blanks in it, quotes around all of it. Most
/// are queries that parse() takes, but not all.
std::vector<std::string> other_readings(std::string_view query);

/// What a word without a field may name when it was pasted: parts of queries such as
/// "id:a@b" for <a@b> and for an address of a mail on the web, "mentions:1a2b3c4" for a
/// commit's. Also what an `id:` may mean.
std::vector<std::string> named_by(std::string_view word);

/// How else a word may be written whose signs are of no message: `f()` without them, `a-b` as
/// a_b, `!x` as NOT x, `spin_*lock` as an expression.
std::vector<std::string> other_spellings(std::string_view word);

/// How else a path may be written: without what diffs, compilers and other systems add, as a folder, in small
/// letters, with braces and brackets of globs taken apart. Values of `file:`, or whole parts that begin with '('.
std::vector<std::string> other_paths(std::string_view path);

}  // namespace patchseek::query
