// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace patchseek::text {

enum class Breaks : bool {
    keep,   ///< LF and TAB pass: a body
    blank,  ///< LF, CR and TAB become one space each: a header, a path, an error
};

/// Text from mail or from a file name, made harmless for a terminal: what could
/// move the cursor, change colours, set the clipboard or reorder the line is
/// shown in place of being sent. C0 and DEL become `^[` and the like (as git and
/// less show them), a CR before LF vanishes, C1, bidirectional controls, U+2028,
/// U+2029 and the other format characters (category Cf, save soft hyphen and the
/// joiners, which scripts need) become `<U+202E>`, bytes that are no UTF-8 become
/// U+FFFD. Own colours are added after this, never before.
std::string visible(std::string_view text, Breaks breaks);

/// The same bytes with everything that is not well-formed UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);

}  // namespace patchseek::text
