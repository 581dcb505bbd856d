// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchseek::mail {

/// A field of a header (RFC 5322, 2.2), not yet decoded; views into the message.
struct Field {
    std::string_view name;
    std::string_view value;  ///< with its folded lines, without the last line end
};

/// The header of a message or of a part, as far as limits.hpp allows.
struct HeaderBlock {
    std::vector<Field> fields;
    std::size_t body = 0;  ///< offset of the first byte after the blank line
    bool truncated = false;

    /// The first field of that name (any case); nullopt if there is none.
    std::optional<std::string_view> find(std::string_view name) const;
    std::vector<std::string_view> find_all(std::string_view name) const;
};

/// Splits a header into its fields. Lines that are no field are passed over.
HeaderBlock parse_header_block(std::string_view raw);

/// Whether two names are the same in any case (RFC 5322, 1.2.2); ASCII only.
bool same_name(std::string_view a, std::string_view b) noexcept;

/// The value of a field in one line (RFC 5322, 2.2.3): a line end and the blanks around it become one space.
std::string unfold(std::string_view value);

/// Replaces control characters by spaces.
void blank_controls(std::string& text);

/// The value of an unstructured field such as Subject, unfolded, in UTF-8: encoded words are decoded (RFC 2047), other
/// bytes beyond ASCII are read as UTF-8 or else as windows-1252, control characters become spaces.
std::string decode_text(std::string_view value);

/// Whether a text without blanks can be a message id: it has an '@', or at least looks like a number that a program
/// made up. Some programs write ids without '@'; old git send-email wrote the answer to its prompt as one ("y").
bool is_id(std::string_view text) noexcept;

/// The message ids of a field (RFC 5322, 3.6.4): what stands between < and >, in order, without comments, encoded words
/// decoded. Where there are no such brackets, the whole value if it can be an id. At most kMaxReferences.
std::vector<std::string> decode_ids(std::string_view value);

}  // namespace patchseek::mail
