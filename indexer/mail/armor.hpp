#pragma once

#include <string>
#include <string_view>

namespace patchseek::mail {

/// OpenPGP's cleartext signatures (RFC 9580, 7) undone: the armor line, the "Hash:"
/// fields below it and the signature block go, "- " before a line that begins with a
/// dash too, so that a signed patch applies. A text without a whole one comes back as
/// it is; what stands around them stays. Nothing is verified.
std::string without_clear_signature(std::string text);

}  // namespace patchseek::mail
