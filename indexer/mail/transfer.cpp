#include "transfer.hpp"

#include <algorithm>
#include <array>

#include "header.hpp"

namespace patchseek::mail {
namespace {

// What stands for none of the 64 digits, and is passed over: line ends, blanks, damage.
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values() {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint8_t, 256> values{};
    values.fill(kNoDigit);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
    return values;
}

// RFC 2045, 6.8. Padding ends a group of four digits, and so does the end of the text, where it was cut off or never
// written; parts that were encoded one by one and then joined go on behind it.
std::string decode_base64(std::string_view text) {
    static constexpr auto kValues = base64_values();
    constexpr int kGroup = 4;
    std::string out;
    out.reserve(text.size() / kGroup * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    const auto end_group = [&] {
        bits <<= 6 * (kGroup - count);
        if (count > 1) out += static_cast<char>(bits >> 16);
        if (count > 2) out += static_cast<char>(bits >> 8);
        if (count > 3) out += static_cast<char>(bits);
        count = 0;
    };
    for (const char c : text) {
        const auto value = kValues[static_cast<unsigned char>(c)];
        if (c == '=') end_group();
        if (value == kNoDigit) continue;
        bits = bits << 6 | value;
        if (++count == kGroup) end_group();
    }
    end_group();
    return out;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// RFC 2045, 6.7.
std::string decode_quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
        const auto mark = std::min(text.find('=', pos), text.size());
        out += text.substr(pos, mark - pos);
        const auto code = text.substr(mark, 3);
        pos = mark + 2;
        if (code.size() == 3 && hex_value(code[1]) >= 0 && hex_value(code[2]) >= 0) {
            out += static_cast<char>(hex_value(code[1]) * 16 + hex_value(code[2]));
            pos = mark + 3;
        } else if (code.starts_with("=\r\n")) {
            pos = mark + 3;
        } else if (code.size() >= 2 && code[1] != '\n' && code != "=\r") {
            out += '=';  // starts no code
            pos = mark + 1;
        }
    }
    return out;
}

// What uuencode(5) of POSIX writes behind "begin": the length of a line in its first character, 3 bytes in 4 characters
// each. A blank at the end of a line, which some programs cut off, counts as written.
std::string decode_uuencode(std::string_view text) {
    const auto value = [](char c) { return static_cast<unsigned>(c - ' ') & 63U; };
    std::string out;
    auto pos = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
    pos = pos == text.npos ? pos : text.find('\n', pos + 1);
    while (pos != text.npos && ++pos < text.size()) {
        const auto end = text.find('\n', pos);
        const auto line = text.substr(pos, end - pos);
        pos = end;
        const auto size = line.empty() || line == "\r" ? 0 : value(line.front());
        if (size == 0 && line.starts_with('`')) break;
        if (line.starts_with("end")) break;
        for (std::size_t byte = 0; byte < size && 1 + byte / 3 * 4 < line.size(); ++byte) {
            const auto at = 1 + byte / 3 * 4 + byte % 3;
            const auto digit = [&](std::size_t i) { return i < line.size() ? value(line[i]) : 0; };
            out += static_cast<char>(digit(at) << (2 + 2 * (byte % 3)) | digit(at + 1) >> (4 - 2 * (byte % 3)));
        }
    }
    return out;
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
    switch (transfer) {
        case Transfer::base64: return decode_base64(text);
        case Transfer::quoted_printable: return decode_quoted_printable(text);
        case Transfer::uuencode: return decode_uuencode(text);
        case Transfer::none: break;
    }
    return std::string(text);
}

}  // namespace patchseek::mail
