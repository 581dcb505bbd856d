// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace patchseek::mail {

/// The readable text of a message.
struct Body {
    std::string text;                      ///< UTF-8, LF line ends; the parts in order, diffs among them included
    std::vector<std::string> attachments;  ///< file names
    bool html = false;                     ///< the text comes from HTML, since there is no plain text
    bool truncated = false;
    std::vector<std::string> defects;
};

/// Decodes a body: takes its MIME tree apart (parts.hpp), takes one of alternatives, and takes each diff once even if
/// it stands in two parts. A body that claims to be a multipart and is none is kept as plain text. Linear in `raw` but
/// for the depth of nesting, which is limited.
Body decode_body(const HeaderBlock& header, std::string_view raw);

/// The bytes of a body before its charset was undone, if that changes them, else "". The digest of a patch must go over
/// these, since git knows the bytes of a file and no charset. Only for a mail with one plain part; of others the
/// decoded text must do. Line ends stay as they came.
std::string undecoded_body(const HeaderBlock& header, std::string_view raw);

}  // namespace patchseek::mail
