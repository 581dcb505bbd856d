#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Queries that do not say what their author means, where it is plain enough to be told or asked for at once: what
/// people paste, and operators in small letters. alternatives.hpp has what is only tried when nothing is found.
///
/// Text only: nothing here knows of any index, and no function fails.
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

/// The query with plain ids behind `id:`, `refs:`, `thread:`, `series:` and `versions:`; of one before an ellipsis,
/// what `whole` makes of it.
std::string with_plain_ids(std::string_view query, const std::function<std::string(const std::string&)>& whole);

/// The query with the List-Ids behind `list:` that the user's own names, in lower case, stand for.
std::string with_list_ids(std::string_view query, const std::map<std::string, std::string>& lists);

/// Notes on words that are operators but for their small letters, as typed; make them visible().
std::vector<std::string> notes_on_operators(std::string_view query);

}  // namespace patchseek::query
