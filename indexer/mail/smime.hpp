#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace patchseek::mail {

/// What an application/pkcs7-mime body holds (RFC 8551, 3.5).
struct Pkcs7 {
    enum class Kind : std::uint8_t {
        signed_data,  ///< `content` is the MIME entity that was signed; nobody checks by whom
        sealed,       ///< encrypted: nothing to read
        unreadable,   ///< compressed, damaged, or larger than kMaxSigned
    } kind = Kind::unreadable;
    std::string content;
};
Pkcs7 read_pkcs7(std::string_view der);

}  // namespace patchseek::mail
