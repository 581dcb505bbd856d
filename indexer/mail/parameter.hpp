#pragma once

#include <string>
#include <string_view>

namespace patchseek::mail {

/// A parameter of a header such as Content-Type, in UTF-8; quotes off, "" if absent.
/// Of `name` and `name*` (RFC 2231: charset, language, percent signs, pieces `name*0`,
/// `name*1*` in any order, at most kMaxPieces) the second wins. Encoded words are
/// decoded, which RFC 2047 forbids here and mailers write all the same. A name without
/// quotes may have blanks in it, any other value ends at one. Linear.
std::string parameter(std::string_view value, std::string_view name);

/// The file name of a part, from its Content-Disposition, else its Content-Type.
std::string file_name(std::string_view disposition, std::string_view content_type);

}  // namespace patchseek::mail
