#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// The readable text of a message.
struct Body {
    std::string text;                      ///< UTF-8, LF line ends; parts in order, a diff among them included
    std::vector<std::string> attachments;  ///< file names
    bool html = false;
    bool truncated = false;
    std::vector<std::string> defects;
};

/// Decodes a body. Single-part text without a transfer encoding, which is nearly
/// all patch mail, is read here; everything else by GMime, after the bombs that it
/// cannot take (nesting, parts without end) have been counted and refused: such a
/// body is kept as plain text.
Body decode_body(const HeaderBlock& header, std::string_view raw);

/// A parameter of a header such as Content-Type; quotes off, "" if absent.
std::string parameter(std::string_view value, std::string_view name);

/// Text of an HTML page: tags out, entities and blocks undone. For reading and
/// searching, not for show.
std::string text_of_html(std::string_view html);

/// RFC 3676: soft line breaks joined, space stuffing undone.
std::string unflow(std::string_view text, bool delete_space);

}  // namespace patchseek::mail
