// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace patchseek::mail {

bool is_utf8(std::string_view bytes) noexcept;

/// `point` is one that UTF-8 can hold: no surrogate, at most U+10FFFF.
void append_utf8(std::string& out, char32_t point);

/// Text in `charset` as UTF-8; no text is ever dropped. Many mail programs call UTF-8 a single-byte Latin charset:
/// where such text is valid UTF-8 and not ASCII alone, it is read as UTF-8. Bytes that mean nothing in a known charset
/// become U+FFFD. If most do, or if the charset is UTF-8, unknown or not named, the text is read as UTF-8 wherever it
/// can be, and as windows-1252 elsewhere. NUL bytes become spaces. Linear.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace patchseek::mail
