#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace patchseek::mail {

/// RFC 2047 as mail really has it, in linear time: `=?charset?B|Q?text?=` also within
/// quotes, glued to other text, with blanks in it, and with a language behind the
/// charset (RFC 2231, 5). Blanks between two words vanish. Words of one charset that
/// follow each other are joined as bytes before they become UTF-8, since mailers cut
/// letters, and even base64 digits, in two. Charsets as to_utf8() takes them.
///
/// `copy` gets the text between words, `write` each run of words in UTF-8, in order. At
/// most kMaxEncodedWords are decoded, the rest is left as it is.
void for_each_run(std::string_view text, const std::function<void(std::string_view)>& copy,
                  const std::function<void(std::string_view)>& write);

/// The same, put together.
std::string decode_words(std::string_view text);

}  // namespace patchseek::mail
