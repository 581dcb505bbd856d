#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// A MIME entity (RFC 2045, 2.4): a message or a part, what its header says of its body.
struct Entity {
    std::string content_type;  ///< unfolded, "" if absent
    std::string type;          ///< "text/plain", in small letters
    std::string disposition;   ///< Content-Disposition, unfolded
    std::string encoding;      ///< Content-Transfer-Encoding, unfolded
    std::string_view body;     ///< still encoded

    bool is(std::string_view exact) const { return type == exact; }
    bool is_multipart() const { return type.starts_with("multipart/"); }
};

/// `default_type` counts where the header tells none, or none that is one.
Entity make_entity(const HeaderBlock& header, std::string_view body, std::string_view default_type);

/// A part between two delimiter lines. Its header may be missing altogether, or the
/// blank line behind it: a block without any field that a part may have is its text.
Entity read_part(std::string_view raw, std::string_view default_type);

/// A message within a message: its header, behind the blank lines that some mail
/// programs leave before one, and its body.
struct InnerMessage {
    HeaderBlock header;
    std::string_view body;
};
InnerMessage read_inner_message(std::string_view raw);

/// The pieces of a multipart body (RFC 2046, 5.1). Delimiters that are missing at the
/// end, and parts behind a closing delimiter, which programs that do not know better
/// append, are forgiven.
struct Pieces {
    std::string_view preamble;
    std::vector<std::string_view> parts;  ///< at most `most`
    bool truncated = false;
};
/// A boundary that the header does not tell is found where the first line that begins
/// with "--" stands above a field of a part. No parts when no delimiter is found.
/// Linear.
Pieces split_multipart(std::string_view body, std::string_view boundary, std::size_t most);

}  // namespace patchseek::mail
