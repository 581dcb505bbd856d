// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/text/json_text.hpp"

#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::text {
namespace {

void append_escape(std::string& out, char32_t code) {
    if (code > 0xFFFF) {
        append_escape(out, 0xD7C0 + (code >> 10));
        append_escape(out, 0xDC00 + (code & 0x3FF));
    } else {
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[(code >> shift) & 0xF];
    }
}

}  // namespace

std::string harmless_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t begin = at++;
        const auto lead = static_cast<unsigned char>(json[begin]);
        if (lead < 0x7F) {
            out += json[begin];
            continue;
        }
        while (at < json.size() && (static_cast<unsigned char>(json[at]) & 0xC0) == 0x80) ++at;
        const auto character = json.substr(begin, at - begin);
        if (visible(character, Breaks::blank) == character)
            out += character;
        else
            append_escape(out, static_cast<char32_t>(code_point(character, 0).value));
    }
    return out;
}

}  // namespace patchseek::text
