#include "json_values.hpp"

#include <fmt/format.h>

#include <iterator>

#include "patchseek/base/base64.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::render {
namespace {

void append_escape(std::string& out, char32_t code) {
    if (code > 0xFFFF) {
        append_escape(out, 0xD7C0 + (code >> 10));
        append_escape(out, 0xDC00 + (code & 0x3FF));
    } else {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(code));
    }
}

// The code point of one well-formed UTF-8 sequence.
char32_t code_of(std::string_view sequence) {
    const auto lead = static_cast<unsigned char>(sequence[0]);
    char32_t code = sequence.size() == 1 ? lead : lead & (0xFFu >> (sequence.size() + 1));
    for (const char c : sequence.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
    return code;
}

// Valid JSON may still move a cursor when it is printed: RFC 8259 §7 demands escapes
// for C0 only. What visible() would not let pass is escaped here, by its own verdict.
std::string harmless(std::string_view json) {
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
        if (text::visible(character, text::Breaks::blank) == character)
            out += character;
        else
            append_escape(out, code_of(character));
    }
    return out;
}

}  // namespace

void put(Json& object, const char* key, const std::string& text) {
    if (!text.empty()) object[key] = text::valid_utf8(text);
}

void put_exact(Json& object, const std::string& key, const std::string& text) {
    if (text.empty()) return;
    object[key] = text::valid_utf8(text);
    if (object[key] != text) object[key + "_bytes"] = base64(text);
}

void put(Json& object, const char* key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Json& array = object[key] = Json::array();
    for (const std::string& text : texts) array.push_back(text::valid_utf8(text));
}

void put(Json& object, const char* key, const std::optional<std::uint32_t>& number) {
    if (number) object[key] = *number;
}

std::string line_of(const Json& json) { return harmless(json.dump()); }

}  // namespace patchseek::render
