// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace patchseek::mail {

/// The people of a From, To or Cc field: `Name <address>` each, or the bare address, decoded to UTF-8. Of a group its
/// members are taken. What holds no address comes back as one decoded text.
///
/// RFC 5322, 3.4 and 4.4 (obsolete forms), and what real mail has beside it (RFC 7103, 7.1): names with dots, commas
/// or an `@` and no quotes, too many or too few angle brackets, a `;` in place of a comma. At most kMaxAddresses, and
/// linear in the length of the field, whatever it holds.
std::vector<std::string> decode_addresses(std::string_view value);

}  // namespace patchseek::mail
