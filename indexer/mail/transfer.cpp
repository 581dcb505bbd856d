#include "transfer.hpp"

#include <gmime/gmime.h>

#include <algorithm>

#include "header.hpp"

namespace patchseek::mail {
namespace {

GMimeContentEncoding gmime_name(Transfer transfer) {
    switch (transfer) {
        case Transfer::base64: return GMIME_CONTENT_ENCODING_BASE64;
        case Transfer::quoted_printable: return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
        case Transfer::uuencode: return GMIME_CONTENT_ENCODING_UUENCODE;
        case Transfer::none: break;
    }
    return GMIME_CONTENT_ENCODING_DEFAULT;
}

std::string_view missing_padding(std::string_view text) {
    const auto is_digit = [](char c) {
        const char small = static_cast<char>(c | 0x20);
        return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
    };
    const auto left = std::ranges::count_if(text, is_digit) % 4;
    return left == 2 ? "==" : left == 3 ? "=" : "";
}

// GMime wants to be told where the data begins.
std::string_view uuencoded_data(std::string_view text) {
    const auto begin = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
    const auto end = begin == text.npos ? begin : text.find('\n', begin + 1);
    return end == text.npos ? std::string_view() : text.substr(end + 1);
}

}  // namespace

Transfer transfer_of(std::string_view value) {
    constexpr std::string_view kAround = " \t\r\n\"'";
    const auto begin = value.find_first_not_of(kAround);
    if (begin == value.npos) return Transfer::none;
    value.remove_prefix(begin);
    value = value.substr(0, value.find_first_of(" \t\r\n\"';("));
    if (same_name(value, "base64")) return Transfer::base64;
    if (same_name(value, "quoted-printable")) return Transfer::quoted_printable;
    if (same_name(value, "x-uuencode") || same_name(value, "uuencode") || same_name(value, "x-uue"))
        return Transfer::uuencode;
    return Transfer::none;
}

std::string decode_transfer(std::string_view text, Transfer transfer) {
    if (transfer == Transfer::none || text.empty()) return std::string(text);
    if (transfer == Transfer::uuencode) text = uuencoded_data(text);
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, gmime_name(transfer));
    std::string out(g_mime_encoding_outlen(&state, text.size() + 4), '\0');
    auto size = g_mime_encoding_step(&state, text.data(), text.size(), out.data());
    // Padding that was cut off, or never written: GMime would keep the last bytes back.
    const auto padding = transfer == Transfer::base64 ? missing_padding(text) : std::string_view();
    size += g_mime_encoding_flush(&state, padding.data(), padding.size(), out.data() + size);
    out.resize(size);
    return out;
}

}  // namespace patchseek::mail
