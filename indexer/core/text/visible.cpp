// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/visible.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace patchseek::text {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

// Where the run of harmless ASCII that starts at `at` ends.
std::size_t plain_end(std::string_view text, std::size_t at) {
    while (at < text.size() && is_plain(text[at])) ++at;
    return at;
}

// Category Cf hides or reorders; three of its members are part of ordinary words.
bool is_harmful(UChar32 c) {
    switch (u_charType(c)) {
        case U_CONTROL_CHAR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR: return true;
        case U_FORMAT_CHAR: return c != 0xAD && c != 0x200C && c != 0x200D;
        default: return false;
    }
}

void append_code(std::string& out, UChar32 c) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    out += "<U+";
    for (int shift = c > 0xFFFFF ? 20 : c > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4) out += kHex[c >> shift & 15];
    out += '>';
}

void append_control(std::string& out, std::string_view text, std::size_t at, Breaks breaks) {
    const char c = text[at];
    if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') return;
    const bool is_break = c == '\n' || c == '\t' || (c == '\r' && breaks == Breaks::blank);
    if (is_break)
        out += breaks == Breaks::keep ? c : ' ';
    else
        (out += '^') += static_cast<char>(c ^ 0x40);
}

// The code point at `at`, which moves behind it; negative for bytes that are no
// UTF-8, of which ICU takes as many as Unicode's "maximal subpart" says.
UChar32 next_code(std::string_view text, std::size_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    UChar32 c = 0;
    U8_NEXT(bytes, at, text.size(), c);
    return c;
}

}  // namespace

std::string visible(std::string_view text, Breaks breaks) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        at = plain_end(text, at);
        out.append(text, begin, at - begin);
        if (at == text.size()) break;
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            append_control(out, text, at++, breaks);
            continue;
        }
        const std::size_t start = at;
        const UChar32 c = next_code(text, at);
        if (c < 0)
            out += kReplacement;
        else if (is_harmful(c))
            append_code(out, c);
        else
            out.append(text, start, at - start);
    }
    return out;
}

std::string valid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t start = at;
        while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
        out.append(bytes, start, at - start);
        if (at == bytes.size()) break;
        const std::size_t character = at;
        if (next_code(bytes, at) < 0)
            out += kReplacement;
        else
            out.append(bytes, character, at - character);
    }
    return out;
}

}  // namespace patchseek::text
