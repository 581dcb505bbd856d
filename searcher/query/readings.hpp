// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// Queries that do not say what their author means, where it is plain enough to be told or asked for at once: what
/// people paste, and operators in small letters. alternatives.hpp has what is only tried when nothing is found.
///
/// Text only: nothing here knows of any index.
namespace patchseek::query {

/// Of a whole query that is one pasted thing, what it asks for, likeliest first: an address of a mail on the web,
/// `<id>`, an id alone, a line `Message-ID:`, `In-Reply-To:`, `Fixes:` or `Subject:`, a path with a line number, a line
/// of a kernel's log or of a stack (its time, numbers and addresses left out, since the source has %d there). Empty
/// for all others. An index may have nothing of them; then the query was meant as it stands.
std::vector<std::string> readings(std::string_view query);

/// The words of a line of a log, for a query that asks for some of them; empty if it is none.
std::string words_of_log_line(std::string_view query);

/// The id in what was pasted as one: in `<id>`, in a line `Message-ID: <id>`, in an address of a mail on the web,
/// before an ellipsis, which is then the beginning of an id. The same text if it is none of these.
std::string plain_id(std::string_view pasted);

/// What a line that names a commit or a blob asks for: `1a2b3c4`, `1a2b3c4 title`, `commit 1a2b3c4 ("title")`, what
/// backports, picks and reverts say of theirs, `index 1a2b3c4..5d6e7f8` of a diff. Empty for any other text.
std::vector<std::string> commit_readings(std::string_view text);

/// What a pasted line of a diff asks for, with its sign or as a header (`+++ b/mm/slab.c`), quoted or not; of several
/// lines, a hunk that has them. Empty for any other text.
std::vector<std::string> diff_readings(std::string_view pasted);

/// A text exactly as it stands, as a query: `lit:"…"`.
std::string as_literal(std::string_view text);

/// Whether a text is such that nothing but lines of a diff can be meant, so that a `-` excludes nothing.
bool is_diff(std::string_view pasted);

/// The query with plain ids behind `id:`, `refs:`, `thread:`, `series:` and `versions:`; of one before an ellipsis,
/// what `whole` makes of it, and if `all`, of each.
std::string with_plain_ids(std::string_view query, const std::function<std::string(const std::string&)>& whole,
                           bool all = false);

/// The query with the List-Ids behind `list:` that the user's own names, in lower case, stand for.
std::string with_list_ids(std::string_view query, const std::map<std::string, std::string>& lists);

/// Notes on words that are operators but for their small letters, as typed; make them visible().
std::vector<std::string> notes_on_operators(std::string_view query);

// Kept queries (saved.cpp). `saved:NAME` stands for a query that is kept under that name. It is put in as text, in
// brackets, before the query is cut into tokens; of itself it must be a whole query, so that nothing around it changes
// what it means.

inline constexpr std::size_t kMaxSavedDepth = 8;  ///< of kept queries that name each other

/// The query that has a name; nullopt if none has.
using Saved = std::function<std::optional<std::string>(const std::string& name)>;

/// Whether a query may be kept under it: up to 64 letters, digits, '-', '_' and '.', the first a letter or digit.
bool is_saved_name(std::string_view name);

/// A query with what is kept in the place of each `saved:NAME` outside of quotes and expressions; a query that is
/// nothing else gets no brackets. An Error is of kind usage, with its place in `query`: a name that is none or that
/// nothing is kept under, queries that name each other too deeply, one that cannot be understood by itself, a text that
/// grows beyond kMaxQueryBytes.
Result<std::string> with_saved(std::string_view query, const Saved& saved);

}  // namespace patchseek::query
