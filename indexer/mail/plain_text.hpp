// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

/// What was done to a part of text so that it could be sent or shown, undone. All of it linear, all in UTF-8 with LF
/// line ends.
namespace patchseek::mail {

/// Text of an HTML page: tags out, entities and blocks undone, what a <blockquote> holds behind "> ". For reading and
/// searching, not for show.
std::string text_of_html(std::string_view html);

/// RFC 3676: soft line breaks joined, space stuffing undone.
std::string unflow(std::string_view text, bool delete_space);

/// The same for what only says that it is flowed: a diff whose context lines have no
/// stuffing was sent as it is, and stays so.
std::string unflow_prose(std::string text, bool delete_space);

/// OpenPGP's cleartext signatures (RFC 9580, 7) undone: the armor line, the "Hash:" fields below it and the signature
/// block go, "- " before a line that begins with a dash too, so that a signed patch applies. A text without a whole one
/// comes back as it is; what stands around them stays. Nothing is verified.
std::string without_clear_signature(std::string text);

}  // namespace patchseek::mail
