// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Other ways to write a query, or a part of one, that may be what its author meant: what people
/// type who come from other programs, from a shell or from a web page. Asked for when a query finds
/// nothing; advice/ tries them on the index and offers those that find something.
///
/// Text only: nothing here knows of any index, and no function fails. Every list has the likeliest
/// text first.
namespace patchseek::query {

/// Of a whole query: operators in small letters or as signs of C, typographic quotes and dashes, a
/// date with blanks in it, quotes around all of it. Most are queries that parse() accepts, not all.
std::vector<std::string> alternative_queries(std::string_view query);

/// Whether a word is an address of the web: with its scheme, or as `host.example/list/id@x`, which is one of a mail.
bool is_web_address(std::string_view word);

/// What a pasted word without a field may refer to, as parts of a query: "id:a@b" for <a@b> and for
/// an address of a mail on the web, "mentions:1a2b3c4" for a commit's. Serves values of `id:` too.
std::vector<std::string> pasted_references(std::string_view word);

/// Of a word with signs in it that no message has: `f()` without them, `a-b` as a_b, `spin_*lock`
/// as an expression.
std::vector<std::string> alternative_words(std::string_view word);

/// Of a path: without what diffs, compilers and other systems add, as a folder, in small letters,
/// with braces and brackets of globs written out. Values of `file:`, or whole parts of a query,
/// which begin with '('.
std::vector<std::string> alternative_paths(std::string_view path);

}  // namespace patchseek::query
