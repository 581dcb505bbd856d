// SPDX-License-Identifier: GPL-2.0-or-later
// visible() and valid_utf8() on any bytes: their output is valid, harmless, and a
// fixed point of themselves.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "patchseek/text/visible.hpp"

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

bool is_harmless(std::string_view text, bool breaks) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 && !(breaks && (byte == '\n' || byte == '\t'))) return false;
        if (byte == 0x7F) return false;
        const auto rest = text.substr(i);
        if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return false;
        for (const std::string_view bad :
             {"\xD8\x9C", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAA",
              "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7",
              "\xE2\x81\xA8", "\xE2\x81\xA9"})
            if (rest.starts_with(bad)) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchseek;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string valid = text::valid_utf8(bytes);
    demand(text::valid_utf8(valid) == valid);
    for (const text::Breaks breaks : {text::Breaks::keep, text::Breaks::blank}) {
        const std::string shown = text::visible(bytes, breaks);
        demand(is_harmless(shown, breaks == text::Breaks::keep));
        demand(text::visible(shown, breaks) == shown);
        demand(text::valid_utf8(shown) == shown);
        demand(text::visible(valid, breaks) == shown);
    }
    return 0;
}
