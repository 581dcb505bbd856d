#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace patchseek::mail {

enum class Transfer : std::uint8_t {
    none,  ///< 7bit, 8bit, binary, and what nobody knows
    base64,
    quoted_printable,
    uuencode,
};

/// What a Content-Transfer-Encoding says: any case, quotes and comments off.
Transfer transfer_of(std::string_view value);

/// The bytes behind it. What is no digit of base64 is passed over, a '=' that starts no
/// code of quoted-printable stays. Never longer than `text`.
std::string decode_transfer(std::string_view text, Transfer transfer);

}  // namespace patchseek::mail
