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
    bool html = false;                     ///< text comes from HTML, for want of plain text
    bool encrypted = false;                ///< a part is sealed (PGP, S/MIME): its text is not to be had
    bool truncated = false;
    std::vector<std::string> defects;
};

/// Decodes a body: MIME (parts.hpp), of alternatives one, a diff once and never none.
/// What is labelled multipart and is not, is kept as plain text. Linear in `raw`, but
/// for nesting, which has a limit.
Body decode_body(const HeaderBlock& header, std::string_view raw);

/// Text of an HTML page: tags out, entities and blocks undone. For reading and
/// searching, not for show.
std::string text_of_html(std::string_view html);

/// RFC 3676: soft line breaks joined, space stuffing undone.
std::string unflow(std::string_view text, bool delete_space);

/// The same for what only says that it is flowed: a diff whose context lines have no
/// stuffing was sent as it is, and stays so.
std::string unflow_prose(std::string text, bool delete_space);

}  // namespace patchseek::mail
