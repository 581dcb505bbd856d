#include "charset.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace patchseek::mail {
namespace {

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_latin_label(std::string_view charset) {
    static constexpr auto kLatin = std::to_array<std::string_view>(
        {"", "us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252",
         "x-unknown", "unknown-8bit", "unknown", "utf-8", "utf8"});
    return std::ranges::find(kLatin, charset) != kLatin.end();
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
        const gunichar point = c >= 0x80 && c < 0xA0 ? kHigh[c - 0x80] : c;
        char buffer[6];
        out.append(buffer, static_cast<std::size_t>(g_unichar_to_utf8(point, buffer)));
    }
    return out;
}

std::string from_iconv(std::string_view bytes, const std::string& charset) {
    gsize written = 0;
    GError* error = nullptr;
    gchar* converted = g_convert_with_fallback(bytes.data(), static_cast<gssize>(bytes.size()), "UTF-8",
                                               charset.c_str(), "?", nullptr, &written, &error);
    if (!converted) {
        g_clear_error(&error);
        return {};
    }
    std::string out(converted, written);
    g_free(converted);
    return out;
}

std::string convert(std::string_view bytes, std::string_view charset) {
    const auto label = lowered(charset);
    // ISO-2022 and UTF-7 are valid ASCII, and yet not what they look like.
    const bool stateful = label.starts_with("iso-2022") || label.starts_with("utf-7") || label.starts_with("hz-");
    if (!stateful && is_utf8(bytes)) {
        const bool ascii = std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (ascii || is_latin_label(label)) return std::string(bytes);
    }
    const bool known_single_byte = label.starts_with("utf") || label == "us-ascii" || label == "ascii";
    if (!label.empty() && !known_single_byte) {
        const std::string name = label == "gb2312" || label == "gbk" ? "gb18030"
                                 : label == "ks_c_5601-1987"         ? "cp949"
                                                                     : label;
        if (name == "iso-8859-1") return from_cp1252(bytes);
        if (auto out = from_iconv(bytes, name); !out.empty()) return out;
    }
    return is_utf8(bytes) ? std::string(bytes) : from_cp1252(bytes);
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    // g_utf8_validate stops at a NUL, which mail may hold and UTF-8 allows.
    while (!bytes.empty()) {
        const gchar* end = nullptr;
        if (g_utf8_validate(bytes.data(), static_cast<gssize>(bytes.size()), &end)) return true;
        const auto good = static_cast<std::size_t>(end - bytes.data());
        if (good == bytes.size() || bytes[good] != '\0') return good == bytes.size();
        bytes.remove_prefix(good + 1);
    }
    return true;
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    std::string out = convert(bytes, charset);
    std::ranges::replace(out, '\0', ' ');
    return out;
}

}  // namespace patchseek::mail
