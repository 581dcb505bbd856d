#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::mail {

/// A header field as it stands; views into the message.
struct Field {
    std::string_view name;
    std::string_view value;  ///< folded lines and all, without the last line end
};

/// The header block of a message, within the limits of limits.hpp.
struct HeaderBlock {
    std::vector<Field> fields;
    std::size_t body = 0;  ///< offset of the first byte after the blank line
    bool truncated = false;

    /// The first field of that name (any case); nullopt if there is none.
    std::optional<std::string_view> find(std::string_view name) const;
    std::vector<std::string_view> find_all(std::string_view name) const;
};

/// Takes a header block apart. Lines that are no field are passed over.
HeaderBlock parse_header_block(std::string_view raw);

bool same_name(std::string_view a, std::string_view b) noexcept;

/// Folding undone: line ends and the blanks after them become one space.
std::string unfold(std::string_view value);

/// Control characters made spaces.
void blank_controls(std::string& text);

/// Unstructured text: unfolded, RFC 2047 words decoded, raw 8-bit bytes taken as
/// UTF-8 or else windows-1252, control characters made spaces.
std::string decode_text(std::string_view value);

/// Seconds since 1970 UTC of an RFC 5322 date, of asctime(3), or of ISO 8601. As odd as mail has
/// them: years of two and three digits (RFC 5322, 4.3), dots in the time, commas
/// anywhere, a zone with two signs, or with 60 minutes and more; a zone that no place
/// on earth has, or none, is UTC. nullopt for anything that is no date, for days and
/// times that are not, and outside the years 1900 to 2100.
std::optional<std::int64_t> decode_date(std::string_view value);

/// The ids between < and >, in order, comments around them off; without any, the bare
/// text if it can be one. At most kMaxReferences.
std::vector<std::string> decode_ids(std::string_view value);

}  // namespace patchseek::mail
