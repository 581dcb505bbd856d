// SPDX-License-Identifier: GPL-2.0-or-later
#include "charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#include "patchseek/base/ascii.hpp"

namespace patchseek::mail {
namespace {

bool is_latin_label(std::string_view charset) {
    static constexpr auto kLatin = std::to_array<std::string_view>(
        {"", "us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252",
         "x-unknown", "unknown-8bit", "unknown", "utf-8", "utf8"});
    return std::ranges::find(kLatin, charset) != kLatin.end();
}

// How many bytes at the front are UTF-8 (RFC 3629, 4): nothing overlong, no surrogates, nothing past U+10FFFF.
std::size_t valid_utf8_size(std::string_view bytes) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t pos = 0;
    while (pos < bytes.size()) {
        // Most mail is ASCII: eight bytes at a time.
        std::uint64_t eight = 0;
        while (bytes.size() - pos >= sizeof eight) {
            std::memcpy(&eight, bytes.data() + pos, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
            pos += sizeof eight;
        }
        if (pos == bytes.size()) break;
        const unsigned lead = byte(pos);
        if (lead < 0x80) {
            ++pos;
            continue;
        }
        const std::size_t size = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (size == 0 || bytes.size() - pos < size) break;
        const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(pos + 1) < least || byte(pos + 1) > most) break;
        if (size > 2 && (byte(pos + 2) & 0xC0) != 0x80) break;
        if (size > 3 && (byte(pos + 3) & 0xC0) != 0x80) break;
        pos += size;
    }
    return pos;
}

// Every byte has a meaning, so that nothing is dropped; the five holes of
// windows-1252 fall through to the C1 control of the same number.
std::string from_cp1252(std::string_view bytes) {
    static constexpr std::array<char16_t, 32> kHigh = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                       0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        append_utf8(out, c >= 0x80 && c < 0xA0 ? char32_t{kHigh[c - 0x80]} : char32_t{c});
    }
    return out;
}

// UTF-8 where it is UTF-8; a byte that is not, is taken as windows-1252. One bad byte,
// as of a letter that a program cut in two, must not spoil the rest.
std::string repaired_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    while (!bytes.empty()) {
        const auto good = valid_utf8_size(bytes);
        out.append(bytes.substr(0, good));
        if (good == bytes.size()) break;
        out += from_cp1252(bytes.substr(good, 1));
        bytes.remove_prefix(good + 1);
    }
    return out;
}

// Bytes that mean nothing in the charset become U+FFFD; nullopt when most do, or when
// nobody knows the charset: then the label lies.
std::optional<std::string> from_iconv(std::string_view bytes, const std::string& charset) {
    struct Close {
        void operator()(iconv_t open) const { ::iconv_close(open); }
    };
    const iconv_t opened = ::iconv_open("UTF-8", charset.c_str());
    // NOLINTNEXTLINE: what iconv_open(3) answers where it fails
    if (opened == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
    const std::unique_ptr<std::remove_pointer_t<iconv_t>, Close> converter(opened);
    std::string in(bytes), out;
    char* at = in.data();
    std::size_t left = in.size(), bad = 0;
    while (left > 0) {
        std::array<char, 4096> buffer;
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const auto result = ::iconv(opened, &at, &left, &to, &room);
        const int error = errno;
        out.append(buffer.data(), buffer.size() - room);
        if (result != static_cast<std::size_t>(-1) || error == E2BIG) continue;
        out += "\xEF\xBF\xBD";
        ++bad;
        ++at;
        --left;
        if (bad > 16 && bad * 4 > in.size() - left) return std::nullopt;
    }
    if (bad * 4 > in.size()) return std::nullopt;
    return out;
}

std::string convert(std::string_view bytes, std::string_view charset) {
    std::string label(charset);
    std::ranges::transform(label, label.begin(), to_lower);
    if (label == "utf7" || label == "unicode-1-1-utf-7") label = "utf-7";  // RFC 2152, and 1642 before it
    // ISO-2022 and UTF-7 are valid ASCII, and yet not what they look like.
    const bool stateful = label.starts_with("iso-2022") || label == "utf-7" || label.starts_with("hz-");
    if (!stateful && is_utf8(bytes)) {
        if (is_ascii(bytes) || is_latin_label(label)) return std::string(bytes);
    }
    const bool known_single_byte =
        (label.starts_with("utf") && label != "utf-7") || label == "us-ascii" || label == "ascii";
    if (!label.empty() && !known_single_byte) {
        const std::string name = label == "gb2312" || label == "gbk" ? "gb18030"
                                 : label == "ks_c_5601-1987"         ? "cp949"
                                                                     : label;
        if (name == "iso-8859-1") return from_cp1252(bytes);
        if (auto out = from_iconv(bytes, name)) return *std::move(out);
    }
    return repaired_utf8(bytes);
}

}  // namespace

void append_utf8(std::string& out, char32_t point) {
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
        add(0xC0 | point >> 6);
    } else {
        if (point < 0x10000) {
            add(0xE0 | point >> 12);
        } else {
            add(0xF0 | point >> 18);
            add(0x80 | (point >> 12 & 0x3F));
        }
        add(0x80 | (point >> 6 & 0x3F));
    }
    add(0x80 | (point & 0x3F));
}

bool is_utf8(std::string_view bytes) noexcept { return valid_utf8_size(bytes) == bytes.size(); }

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    std::string out = convert(bytes, charset);
    std::ranges::replace(out, '\0', ' ');
    return out;
}

}  // namespace patchseek::mail
