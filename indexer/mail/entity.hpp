// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// A parameter of a field such as Content-Type (RFC 2045, 5.1), in UTF-8 and without quotes; "" if it is absent. All
/// forms of RFC 2231 are read: a charset and percent signs (`name*`), pieces in any order (`name*0`, `name*1*`, at most
/// kMaxPieces); where a value stands in a plain form too, the RFC 2231 one wins. Encoded words are decoded, which
/// RFC 2047 forbids here and mail programs write all the same. The value of `name` and `filename` may hold blanks even
/// without quotes, any other ends at the first. Linear.
std::string parameter(std::string_view value, std::string_view name);

/// The file name of a part, from its Content-Disposition (RFC 2183), else from its Content-Type.
std::string file_name(std::string_view disposition, std::string_view content_type);

/// A MIME entity (RFC 2045, 2.4), that is a message or a part: what its header says of its body, and the body.
struct Entity {
    std::string content_type;  ///< unfolded, "" if absent
    std::string type;          ///< "text/plain", in small letters
    std::string disposition;   ///< Content-Disposition, unfolded
    std::string encoding;      ///< Content-Transfer-Encoding, unfolded
    std::string_view body;     ///< still encoded

    bool is(std::string_view exact) const { return type == exact; }
    bool is_multipart() const { return type.starts_with("multipart/"); }
};

/// `default_type` is the type of an entity whose header names none, or something that is no type.
Entity make_entity(const HeaderBlock& header, std::string_view body, std::string_view default_type);

/// A part, `raw` being all between two delimiter lines. The header of a part may be missing, and so may the blank line
/// behind it: lines without any field that a part may have are its text.
Entity read_part(std::string_view raw, std::string_view default_type);

/// A message within a message (RFC 2046, 5.2.1). Some mail programs leave blank lines before its header.
struct InnerMessage {
    HeaderBlock header;
    std::string_view body;
};
InnerMessage read_inner_message(std::string_view raw);

/// The parts of a multipart body (RFC 2046, 5.1), and the text above the first one.
struct Pieces {
    std::string_view preamble;
    std::vector<std::string_view> parts;  ///< at most `most`
    bool truncated = false;
};
/// Splits a multipart body at its delimiter lines. The last one may be missing; what stands behind it counts as parts
/// too, since list servers append some there. When the header names no boundary, the first line that begins with "--"
/// and stands above a field of a part tells it. There are no parts where no delimiter is found. Linear.
Pieces split_multipart(std::string_view body, std::string_view boundary, std::size_t most);

}  // namespace patchseek::mail
