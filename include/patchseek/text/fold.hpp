// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace patchseek::text {

/// NFKC, case and accents folded; ASCII is only lowered. Bytes that are no UTF-8
/// become U+FFFD. For exact values and for comparing stored text with a query.
std::string fold(std::string_view utf8);

/// Runs of blanks, tabs and line ends made one blank each, none at either end.
std::string one_blank(std::string_view text);

}  // namespace patchseek::text
