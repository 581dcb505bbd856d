#pragma once

#include <string>
#include <string_view>

namespace patchseek::mail {

bool is_utf8(std::string_view bytes) noexcept;

/// Text in `charset` as UTF-8; never drops the text. A single-byte Latin label on
/// text that is valid UTF-8 with non-ASCII letters is a lie that many mailers tell:
/// UTF-8 wins. An unknown or failing charset is tried as UTF-8, then taken as
/// windows-1252. NUL bytes become spaces.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace patchseek::mail
