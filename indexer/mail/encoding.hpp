// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// What mail does to bytes that may not stand in it as they are: transfer encodings of bodies (RFC 2045, 6), encoded
/// words in headers (RFC 2047). All of it linear.
namespace patchseek::mail {

enum class Transfer : std::uint8_t {
    none,  ///< 7bit, 8bit, binary, and any name that we do not know
    base64,
    quoted_printable,
    uuencode,
};

/// What the value of a Content-Transfer-Encoding names; quotes and comments around the name do not matter.
Transfer transfer_of(std::string_view value);

/// The bytes that were encoded. Damage costs no more than itself: characters that are no digit of base64 are passed
/// over, a '=' that begins no code of quoted-printable is kept. The result is never longer than `text`.
std::string decode_transfer(std::string_view text, Transfer transfer);

/// Finds encoded words as real mail has them: `=?charset?B|Q?text?=` also within quotes, next to other text without a
/// blank between, with blanks inside, and with a language behind the charset (RFC 2231, 5). Blanks between two words
/// vanish. Words of one charset that follow each other are joined as bytes before they become UTF-8, since mail
/// programs cut letters, and even base64 digits, in two. Charsets are read as to_utf8() reads them.
///
/// `copy` gets the text between words, `write` each run of words in UTF-8, in order. At most kMaxEncodedWords are
/// decoded, the rest stays as it is.
void for_each_run(std::string_view text, const std::function<void(std::string_view)>& copy,
                  const std::function<void(std::string_view)>& write);

/// The text with its encoded words decoded.
std::string decode_words(std::string_view text);

}  // namespace patchseek::mail
