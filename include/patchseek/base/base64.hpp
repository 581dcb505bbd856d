#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchseek {

/// RFC 4648 §4, with padding, in one line. For bytes that JSON cannot hold.
std::string base64(std::string_view bytes);

/// The bytes back; nullopt for anything that base64() would not have written.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace patchseek
