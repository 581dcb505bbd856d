#pragma once

#include <string>
#include <string_view>

namespace patchseek::mail {

bool is_utf8(std::string_view bytes) noexcept;

/// `point` is one that UTF-8 can hold: no surrogate, at most U+10FFFF.
void append_utf8(std::string& out, char32_t point);

/// Text in `charset` as UTF-8; never drops the text. A single-byte Latin label on
/// text that is valid UTF-8 with non-ASCII letters is a lie that many mailers tell:
/// UTF-8 wins. Bytes that mean nothing in a known charset become U+FFFD. Text whose
/// charset is UTF-8, not told, unknown or a lie is UTF-8 wherever it can be, and
/// windows-1252 elsewhere. NUL bytes become spaces. Linear.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace patchseek::mail
