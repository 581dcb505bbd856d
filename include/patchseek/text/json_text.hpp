// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace patchseek::text {

/// JSON with everything escaped that visible() would not let pass: valid JSON may still move a cursor or turn a line
/// around when it is printed, since RFC 8259, section 7, demands escapes for C0 only.
std::string harmless_json(std::string_view json);

}  // namespace patchseek::text
